import { describe, expect, test } from "vitest";
import type { MessageContext, NoticeItem } from "../../../lambda/alert/content/notice.ts";
import { countMailRows } from "../../support/mail-rows.ts";
import {
  ANSWER,
  later,
  LINK as link,
  messageContext,
  SENT_AT,
  securityEvent,
  toForms,
} from "../../support/notices.ts";

const event = securityEvent();
const ALERT: NoticeItem = { due: "alert", event, link };

function linesOf(
  items: NoticeItem | readonly NoticeItem[],
  difference: Partial<MessageContext> = {},
): string[] {
  return toForms(items, messageContext(difference)).email.split("\n");
}

/** Filled up to so many characters. */
function linkOf(length: number): string {
  return "https://example.com/".padEnd(length, "x");
}

describe("the mail about one event is one screen:", () => {
  const NOTE = "   It asks for a token. With the setting protect it needs none, after:";
  const KEEP = "   npm run connect -- --stack WhatsAppSecurityWebhook --keep-token";
  const PROTECT =
    '   npm run protect -- --stack WhatsAppSecurityWebhook --phone 15550783881 --as "YOUR NAME"';

  test.each(["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS", "PIN_CHANGED"])(
    "%s, with all that its first step needs",
    (name) => {
      const item = { due: "alert", event: securityEvent({ event: name }), link } as const;
      const lines = linesOf(item);
      expect(countMailRows(lines.join("\n"))).toBeLessThanOrEqual(24);
      expect(lines).toEqual(expect.arrayContaining([PROTECT, NOTE, KEEP, link]));
      expect(lines.at(-1)).toMatch(/^Every step: https:/);
      expect(linesOf(item, { protect: true })).toEqual(
        lines.filter((line) => line !== NOTE && line !== KEEP),
      );
    },
  );

  test("what is wanted least goes first where it is too long: never a command, never the link", () => {
    const long = { ...ALERT, link: linkOf(216) };
    const stackName = "S".repeat(128);
    const lines = linesOf(long, { stackName, label: "x".repeat(100) });
    const text = lines.join("\n");
    expect(countMailRows(text)).toBeLessThanOrEqual(24);
    expect(text).not.toContain("It asks for a token");
    expect(text).toContain(`npm run protect -- --stack ${stackName} --phone`);
    expect(lines).toContain(linkOf(216));
  });

  test("of a repeat what happened before goes, where every text is as long as it may be", () => {
    const story = Array.from({ length: 9 }, (_, index) => {
      return later(index, { event: `${index}${"N".repeat(29)}`, eventKey: `${index}` });
    });
    const repeat: NoticeItem = {
      due: "repeat",
      event: { ...later(0), wabaId: "8".repeat(40), requester: "9".repeat(40) },
      link: linkOf(216),
      repeat: 99,
      story,
      handling: { ...ANSWER, name: "x".repeat(60) },
      number: { state: "unknown", sentence: `${"x".repeat(40)} ${"y".repeat(60)} z` },
    };
    const difference = { label: "x".repeat(100), now: SENT_AT + 400 * 86_400_000 };
    const lines = linesOf(repeat, difference);
    expect(countMailRows(lines.join("\n"))).toBeLessThanOrEqual(24);
    expect(lines).toContain(linkOf(216));
    expect(lines.join("\n")).not.toContain("So far:");
    expect(linesOf({ ...repeat, story: [] }, difference).join("\n")).toContain("So far:");
  });

  test("without a page, or with a link of more than three rows, a command answers", () => {
    const line =
      'npm run acknowledge -- --stack WhatsAppSecurityWebhook --phone 15550783881 --as "YOUR NAME" --answer handling';
    expect(linesOf({ due: "alert", event })).toContain(line);
    expect(linesOf({ ...ALERT, link: linkOf(217) })).toContain(line);
    expect(linesOf({ ...ALERT, link: linkOf(216) })).not.toContain(line);
  });

  test("a number that no command takes has the way through WhatsApp Manager alone", () => {
    const hidden = securityEvent({ displayPhoneNumber: "hidden" });
    const { email, chat } = toForms({ due: "alert", event: hidden });
    expect(email).not.toContain("npm run");
    expect(email).toContain("\n   In WhatsApp Manager, Account tools, Phone numbers, the number,");
    expect(chat.content.nextSteps.map((line: string) => line.slice(0, 19))).toEqual([
      "Was this planned? C",
      "In WhatsApp Manager",
      "Do not use Meta's l",
      "Every step: <https:",
    ]);
  });

  test("the runbook has at most two rows", () => {
    const rest = "Every step: #a-reset-was-requested".length;
    const lastOf = (length: number) => linesOf(ALERT, { runbookUrl: linkOf(length - rest) }).at(-1);
    expect(lastOf(144)).toHaveLength(144);
    expect(lastOf(145)).toBe(link);
  });

  test("without a page of the runbook, mail and chat name its file and heading", () => {
    const { email, chat } = toForms(ALERT, messageContext({ runbookUrl: "" }));
    const line = "Every step: infra/RUNBOOK.md#a-reset-was-requested";
    expect([email.split("\n").at(-1), chat.content.nextSteps.at(-1)]).toEqual([line, line]);
  });
});

describe("the facts of an event", () => {
  test("have one line each, however long they are", () => {
    const odd = securityEvent({ requester: "9".repeat(41), wabaId: "8".repeat(29) });
    const lines = linesOf({ due: "alert", event: odd }, { label: "x".repeat(100) });
    const account = `Account:  ${"8".repeat(26)}.., seen by ${"x".repeat(22)}..`;
    expect(account).toHaveLength(72);
    expect(lines).toContain(account);
    expect(lines).toContain(
      `When:     03:12 UTC, 40 seconds ago, by Meta user ${"9".repeat(18)}..`,
    );
  });

  test("say nothing of a user or a number that Meta did not name", () => {
    const { requester: _, displayPhoneNumber, ...bare } = event;
    const lines = linesOf({ due: "alert", event: bare });
    expect(lines).toContain("When:     03:12 UTC, 40 seconds ago");
    expect(lines).toContain("Number:   not given");
    const repeat = linesOf({ due: "repeat", event: bare, repeat: 1, story: [] });
    const names = repeat.flatMap((line) => /^(\S.{0,8}?) {2,}/.exec(line)?.[1] ?? []);
    expect(names).toEqual(["Number:", "Account:", "So far:"]);
  });

  test("never keep an alert from being written, even of an edited item", () => {
    const edited = securityEvent({ time: Number.NaN, receivedAt: "yesterday" });
    expect(linesOf({ due: "alert", event: edited }).join("\n")).toMatch(/^When: {5}/m);
  });
});

describe("a repeat", () => {
  const repeat = { due: "repeat", event, link, repeat: 2, story: [] } as const;
  /** An event of each name in turn, a minute after the other. */
  const storyOf = (amount: number, names = ["PIN_RESET_REQUEST", "PIN_CHANGED"], own = event) => {
    const story = Array.from({ length: amount }, (_, index) =>
      later(index, { event: names[index % names.length] ?? "", eventKey: `${index}` }),
    );
    const lines = linesOf({ ...repeat, event: own, story }, { now: SENT_AT + 16 * 60_000 });
    const from = lines.findIndex((line) => line.startsWith("So far:"));
    return lines.slice(from, lines.indexOf("", from)).join(" ").replace(/ +/g, " ");
  };

  test("has the whole story, or its first event, its own and the latest; equal ones once", () => {
    const minutes = (...all: number[]) =>
      all.map((at) => `03:${at} ${at % 2 ? "PIN set: was it you?" : "reset requested"}`).join("; ");
    expect(storyOf(0)).toBe(`So far: ${minutes(12)}`);
    expect(storyOf(4)).toBe(`So far: ${minutes(12, 13, 14, 15)}`);
    expect(storyOf(7)).toBe(`So far: ${minutes(12)}; 3 more; ${minutes(16, 17, 18)}`);
    expect(storyOf(7, ["PIN_RESET_REQUEST"])).toBe(`So far: ${minutes(12)}, 7 times`);
    const ownOf = (index: number) => storyOf(9, undefined, { ...event, eventKey: `${index}` });
    expect(ownOf(2)).toBe(`So far: ${minutes(12, 14)}; 5 more; ${minutes(19, 20)}`);
    expect(ownOf(6)).toBe(`So far: ${minutes(12)}; 5 more; ${minutes(18, 19, 20)}`);
  });

  test.each([
    ["UNPROTECTED", "a-reset-was-completed"],
    ["disputed", "a-pin-was-changed"],
    ["reset requested", "a-reset-was-requested"],
    ["unknown", "a-reset-was-requested"],
  ] as const)(
    "of a number that is %s has the steps of %s, and the number's sentence",
    (state, anchor) => {
      const lines = linesOf({ ...repeat, number: { state, sentence: "So it stands." } });
      expect(lines.at(-1)).toMatch(new RegExp(`#${anchor}$`));
      expect(lines).toContain("So it stands.");
    },
  );

  test.each([
    [
      "protected",
      undefined,
      "Unanswered for 15 minutes: alert still open, Support DE ..3881. So it",
    ],
    ["moved", 12, "Unanswered for 4 minutes: alert opened again, Support DE ..3881. So it"],
    ["UNPROTECTED", 12, "Unanswered for 4 minutes: 2-step verification was turned OFF, Support"],
  ] as const)(
    "of a number that is %s says in its SMS what is true of it",
    (state, minutes, text) => {
      const reopened = minutes && { reopenedAt: SENT_AT + minutes * 60_000 };
      const number = { state, sentence: "So it stands." };
      const context = messageContext({ now: SENT_AT + 16 * 60_000 });
      expect(toForms({ ...repeat, number, ...reopened }, context).sms).toContain(text);
    },
  );
});

describe("a message about several events", () => {
  const alerts = (amount: number, difference: Partial<NoticeItem> = {}) =>
    Array.from({ length: amount }, (_, index) => {
      const numbered = { displayPhoneNumber: String(15_550_700_000 + index), eventKey: `${index}` };
      return { ...ALERT, event: later(-index, numbered), ...difference } as NoticeItem;
    });
  const answered = (amount: number, nameOf = (_: number) => "Ann") =>
    alerts(amount).map(({ event: about }, index): NoticeItem => {
      return { due: "answer", event: about, answers: [{ ...ANSWER, name: nameOf(index) }] };
    });

  test("lists twenty with their links, names a hundred numbers more, and counts the rest", () => {
    const history = "npm run history -- --stack WhatsAppSecurityWebhook";
    for (const [items, all] of [
      [alerts, `${history} --open`],
      [answered, history],
    ] as const) {
      const after = (amount: number) => {
        const lines = linesOf(items(amount));
        return lines.slice(lines.findIndex((line) => /^And \d+ more:$/.test(line)) - 1);
      };
      expect(linesOf(items(20)).join("\n")).not.toMatch(/^And /m);
      expect(after(21)).toEqual(["", "And 1 more:", "15550700020"]);
      expect(after(120)).toHaveLength(102);
      expect(after(121).at(-1)).toBe(`and 1 more: ${all}`);
    }
  });

  test("has a link below its event where it has at most three rows", () => {
    expect(linesOf(alerts(2, { link: linkOf(217) }))).toEqual(linesOf(alerts(2, { link: "" })));
    expect(linesOf(alerts(2, { link: linkOf(216) }))).toContain(linkOf(216));
  });

  test("has the steps that fit the worst one, as its number stands now", () => {
    const number = { state: "disputed", sentence: "So it stands." } as const;
    const event = later(1, { event: "PIN_REQUEST_SUCCESS" });
    const worst = { due: "repeat", event, repeat: 1, story: [], number } as const;
    const lines = linesOf([worst, { ...worst, event: later(2) }, ...alerts(1)]);
    expect(lines).toContain("1. If it was none of you, set a new PIN now:");
    expect(lines).toContain("2 of them were sent before and still open.");
  });

  test("of tests asks nothing, and one real event among them is enough to ask", () => {
    const tests = alerts(2).map((item) => ({ ...item, event: { ...item.event, test: true } }));
    const textOf = (items: readonly NoticeItem[]) => linesOf(items).join(" ");
    expect(textOf(tests)).toContain("All are tests: nothing to do.");
    expect(textOf(tests)).not.toContain("npm run protect");
    expect(textOf([...alerts(1), ...tests])).toContain("npm run protect");
  });

  test("names up to five numbers in its SMS, and says of more what they point to", () => {
    const smsOf = (amount: number) => toForms(alerts(amount)).sms;
    expect(smsOf(5)).toContain(": ..0000, ..0001, ..0002, ..0003, ..0004. Not planned?");
    expect(smsOf(6)).toContain("6 reset requests in 1 account. Not planned?");
    const elsewhere = { ...ALERT, event: securityEvent({ wabaId: "2" }) } as NoticeItem;
    expect(toForms([...alerts(1), elsewhere]).sms).toContain("2 reset requests in 2 accounts: ..");
    const hint = "Many numbers of one account point to one stolen login or token";
    expect(linesOf(alerts(5)).join(" ")).not.toContain(hint);
    expect(linesOf(alerts(6)).join(" ")).toContain(hint);
  });

  test("has a paragraph for each of ten people who answered the same, the most answers first", () => {
    const stackName = "S".repeat(128);
    const history = `npm run history -- --stack ${stackName}`;
    const peopleOf = (amount: number) =>
      linesOf(
        answered(amount, (index) => `N${index}`),
        { stackName },
      );
    const countPeople = (lines: string[]) => lines.join(" ").match(/" is handling it: 1 alert/g);
    expect(countPeople(peopleOf(10))).toHaveLength(10);
    expect(peopleOf(10)).not.toContain(history);
    expect(countPeople(peopleOf(11))).toHaveLength(10);
    expect(peopleOf(11)).toEqual(expect.arrayContaining(["and 1 more:", history]));
    const same = toForms(answered(3));
    expect(same.subject).toBe("WhatsApp: 3 alerts: Ann is handling it - Prod");
    expect(same.email).toMatch(/^The repeats pause for 60 minutes/m);
    const kinds = [...answered(2), ...answered(3, (index) => `N${index}`)].map((item, index) => {
      const [given = ANSWER] = "answers" in item ? item.answers : [];
      return { ...item, answers: [{ ...given, answer: index < 2 ? "planned" : "handling" }] };
    });
    const summary = "5 answers to alerts: 3 being handled, 2 planned";
    expect(toForms(kinds as NoticeItem[]).subject).toBe(`WhatsApp: ${summary} - Prod`);
    const [first, ...rest] = answered(4, (index) => (index === 0 ? "Bo" : "Ann"));
    const confirmed = { ...first, answers: [{ ...ANSWER, name: "Bo", origin: "terminal" }] };
    const text = linesOf([confirmed as NoticeItem, ...rest]).join(" ");
    expect(text).toContain("Nobody has checked the name.");
    expect(text.indexOf('"Ann" is handling it: 3 alerts')).toBeLessThan(text.indexOf('"Bo" is'));
  });
});
