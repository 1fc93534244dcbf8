import { describe, expect, test } from "vitest";
import { countGsm7Septets } from "../../support/gsm7.ts";
import { countMailRows, longLines } from "../../support/mail-rows.ts";
import {
  ANSWER,
  HEARTBEAT,
  later,
  LINK as link,
  messageContext,
  SENT_AT,
  securityEvent,
  toForms,
} from "../../support/notices.ts";

const event = securityEvent();
const text = (StringValue: string) => ({ DataType: "String", StringValue });
const list = (StringValue: string) => ({ DataType: "String.Array", StringValue });
const number = (StringValue: string) => ({ DataType: "Number", StringValue });
const transactional = { "AWS.SNS.SMS.SMSType": text("Transactional") };

describe("the attributes that subscriptions filter by", () => {
  test("are an alert's event, account, number, kind and repeat", () => {
    expect(toForms({ kind: "alert", event }).attributes).toEqual({
      event: text("PIN_RESET_REQUEST"),
      wabaId: text("102290129340398"),
      displayPhoneNumber: text("15550783881"),
      kind: text("alert"),
      repeat: number("0"),
      ...transactional,
    });
  });

  test("tell a later repeat from the first", () => {
    const { attributes } = toForms({ kind: "repeat", event, repeat: 3, since: [] });
    expect(attributes).toMatchObject({ kind: text("repeat"), repeat: number("3") });
  });

  test("are lists in a digest, each value once, and the lowest repeat", () => {
    const items = [
      { event, repeat: 2 },
      { event: securityEvent({ displayPhoneNumber: "15550783882" }), repeat: 1 },
      { event, repeat: 4 },
    ];
    expect(toForms({ kind: "digest", items }).attributes).toEqual({
      event: list('["PIN_RESET_REQUEST"]'),
      wabaId: list('["102290129340398"]'),
      displayPhoneNumber: list('["15550783881","15550783882"]'),
      kind: text("digest"),
      repeat: number("1"),
      ...transactional,
    });
  });

  test("are left out where the event has none, alone and in a digest", () => {
    const { event: _, displayPhoneNumber, ...bare } = event;
    const common = { ...transactional, repeat: number("0") };
    const alone = toForms({ kind: "alert", event: bare }).attributes;
    expect(alone).toEqual({ wabaId: text(event.wabaId), kind: text("alert"), ...common });
    const digest = toForms({ kind: "digest", items: [{ event: bare, repeat: 0 }] }).attributes;
    const wabaId = list('["102290129340398"]');
    expect(digest).toEqual({ wabaId, kind: text("digest"), ...common });
  });

  test("say of an answer and of the weekly report what kind they are", () => {
    const answered = toForms({ kind: "acknowledged", event, answer: ANSWER }).attributes;
    expect(answered).toMatchObject({ kind: text("acknowledged"), repeat: number("0") });
    const heartbeat = { kind: text("heartbeat"), repeat: number("0"), ...transactional };
    expect(toForms(HEARTBEAT).attributes).toEqual(heartbeat);
  });
});

describe("a name with line separators in it", () => {
  const odd = securityEvent({
    event: "A\u2028B",
    displayPhoneNumber: "1\u20292",
    requester: "\u2028",
  });

  test.each([
    ["an alert", { kind: "alert", event: odd }],
    ["a repeat", { kind: "repeat", event: odd, repeat: 1, since: [odd, odd] }],
    [
      "a digest",
      {
        kind: "digest",
        items: [
          { event: odd, repeat: 0 },
          { event, repeat: 0 },
        ],
      },
    ],
    ["an answer", { kind: "acknowledged", event: odd, answer: { ...ANSWER, name: "C\u2029D" } }],
  ] as const)("breaks no line of %s, in no form that a person reads", (_, notice) => {
    const { subject, sms, email, chat } = toForms(notice);
    for (const form of [subject, sms, email, JSON.stringify(chat)]) {
      expect(form, "U+2028 and U+2029 end a line for many readers").not.toMatch(/[\u2028\u2029]/);
    }
  });
});

describe("what a person reads", () => {
  test("begins with the deployment in every SMS, with the number masked", () => {
    const since = [event, later(3, { event: "PIN_REQUEST_SUCCESS" })];
    const notices = [
      { kind: "alert", event },
      { kind: "repeat", event, repeat: 1, since },
      { kind: "acknowledged", event, answer: ANSWER },
    ] as const;
    for (const notice of notices) {
      const { sms } = toForms(notice, messageContext({ numberLabels: {} }));
      expect(sms).toMatch(/^WhatsApp Prod: .*number \.\.3881/);
      expect(sms).not.toMatch(/15550783881|mail/);
    }
  });

  test("cuts a long label of the deployment in an SMS, never the order", () => {
    const context = messageContext({ label: "Customer service of the north [blue]" });
    const { sms } = toForms({ kind: "alert", event }, context);
    expect(sms).toMatch(/^WhatsApp Customer servi.*\.\.: 2-step/);
    expect(sms).toMatch(/Set a new PIN now in WhatsApp Manager\.$/);
  });

  test("lists what has happened, oldest first, and what fits of much", () => {
    const story = (amount: number) => {
      const events = [event, later(3, { event: "PIN_REQUEST_SUCCESS" })];
      const since = [...events, ...Array.from({ length: amount }, (_, at) => later(4 + at))];
      const context = messageContext({ now: SENT_AT + 15 * 60_000 });
      return toForms({ kind: "repeat", event, repeat: 1, since }, context).email;
    };
    expect(story(0)).toContain(
      "So far:   03:12 reset requested · 03:15 two-step verification turned off\n",
    );
    expect(story(1000)).toMatch(/So far: {3}03:12 reset requested · 997 more · /);
    expect(countMailRows(story(1000))).toBeLessThanOrEqual(24);
  });

  test("gives a repeat the steps that fit what happened last", () => {
    const stepsOf = (latest: string) => {
      const since = [event, later(3, { event: latest })];
      return toForms({ kind: "repeat", event, repeat: 1, since }).email;
    };
    expect(stepsOf("PIN_REQUEST_SUCCESS")).toContain("1. Set a PIN now, unless");
    expect(stepsOf("PIN_REQUEST_SUCCESS")).toContain("#a-reset-was-completed");
    expect(stepsOf("NEVER_SEEN")).toContain("1. Call the people who manage the account: was this");
  });

  test("is asked nothing by a test", () => {
    const test = securityEvent({ test: true, wabaId: "0" });
    const { email, sms, chat } = toForms({ kind: "alert", event: test, link });
    for (const form of [email, sms, chat.content.description]) {
      expect(form).toContain("nothing to do");
      expect(form).not.toMatch(/Set a|Call|Look|^1\. /m);
    }
    expect(chat.content.nextSteps).toEqual([
      `The page for answers: <${link}>`,
      expect.stringMatching(/^Every step: <https:.*#a-reset-was-requested>$/),
    ]);
  });

  test("names the command where the link would fill the screen, and nothing where there is none", () => {
    const long = `${link}${"x".repeat(100)}`;
    const { email } = toForms({ kind: "alert", event, link: long });
    expect(email).toContain("Answer with: npm run acknowledge");
    expect(email).not.toContain(long);
    expect(toForms({ kind: "alert", event }).email).not.toMatch(/answer/i);
  });

  test("has no line for a runbook that nobody has named", () => {
    const { email, chat } = toForms({ kind: "alert", event }, messageContext({ runbookUrl: "" }));
    expect(`${email}${chat.content.nextSteps}`).not.toContain("Every step");
  });

  test("fits one screen with the longest link of a region and a long runbook", () => {
    const { email } = toForms({ kind: "alert", event, link: link.padEnd(216, "x") });
    expect(countMailRows(email)).toBeLessThanOrEqual(24);
    expect(longLines(email)).toEqual([]);
  });
});

describe("a chat and a pager", () => {
  const threadOf = (notice: Parameters<typeof toForms>[0]) => {
    const { chat } = toForms(notice);
    return chat.metadata.threadId;
  };
  const alert = { kind: "alert", event } as const;

  test("thread repeats, answers and lone digests of a number under its alert", () => {
    expect(threadOf(alert)).toBe("whatsapp-security-15550783881");
    expect(threadOf({ kind: "repeat", event, repeat: 1, since: [] })).toEqual(threadOf(alert));
    expect(threadOf({ kind: "acknowledged", event, answer: ANSWER })).toEqual(threadOf(alert));
    const items = [0, 1].map((repeat) => ({ event, repeat }));
    expect(threadOf({ kind: "digest", items })).toEqual(threadOf(alert));
  });

  test("keep several numbers, tests and reports in threads of their own", () => {
    const other = securityEvent({ displayPhoneNumber: "15550783882" });
    const test = securityEvent({ test: true });
    const { displayPhoneNumber: _, ...unnumbered } = event;
    const items = [event, other].map((it) => ({ event: it, repeat: 0 }));
    expect(threadOf({ kind: "digest", items })).toBe("whatsapp-security-digest");
    expect(threadOf({ kind: "alert", event: test })).toBe("whatsapp-security-test-15550783881");
    expect(threadOf({ kind: "alert", event: unnumbered })).toBe(
      "whatsapp-security-account-102290129340398",
    );
    expect(threadOf(HEARTBEAT)).toBe("whatsapp-security-report");
    expect(threadOf({ ...HEARTBEAT, kind: "check" })).toBe("whatsapp-security-checks");
  });

  test("see no markdown, link or mention in what strangers wrote", () => {
    const name = '<!channel> [click](https://evil.example/x) @here `*_"~| evil.example';
    const notice = { kind: "acknowledged", event, answer: { ...ANSWER, name } } as const;
    const { chat, email, sms } = toForms(notice);
    expect(JSON.stringify(chat)).not.toMatch(/evil\.\S|:\/\/evil|<!|@here|\[click|`|\*/);
    expect(`${email} ${sms}`).not.toMatch(/evil\.\S|:\/\/evil/);
    expect(countGsm7Septets(sms)).toBeLessThanOrEqual(140);
  });
});
