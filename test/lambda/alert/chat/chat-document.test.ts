import { describe, expect, test } from "vitest";
import type { Notice } from "../../../../lambda/alert/content/notice.ts";
import {
  ANSWER,
  later,
  LINK as link,
  messageContext,
  SENT_AT,
  securityEvent,
  toForms,
} from "../../../support/notices.ts";

const event = securityEvent();
const RUNBOOK = "https://github.com/acme/whatsapp-security-webhook/blob/main/infra/RUNBOOK.md";

function chatOf(notice: Notice, difference = {}) {
  return toForms(notice, messageContext(difference)).chat;
}

const many = (amount: number) =>
  Array.from({ length: amount }, (_, index) => ({
    event: later(-index, { displayPhoneNumber: String(15_550_700_000 + index) }),
    repeat: 0,
  }));

describe("a chat's message", () => {
  test("lists twenty events of a digest, and says how many are left", () => {
    const linesOf = (amount: number): string[] =>
      chatOf({ kind: "digest", items: many(amount) }).content.description.split("\n");
    expect(linesOf(20)).toHaveLength(21);
    expect(linesOf(20).at(-2)).toMatch(/^15550700019: reset requested, /);
    expect(linesOf(21).slice(-2)).toEqual(["and 1 more", "Seen by Prod."]);
    expect(linesOf(21)).toHaveLength(22);
  });

  test("keeps of a stranger's marks only those that names and keys have", () => {
    const { metadata } = chatOf({
      kind: "alert",
      event: securityEvent({ event: "PIN_*x*_<!here>#1", eventKey: "1#*2*_<@U1>" }),
    });
    expect(metadata.eventType).toMatch(/^PIN_[^*<>!]*_[^*<>!]*#1$/);
    expect(metadata.additionalContext.event).toBe(metadata.eventType);
    expect(metadata.additionalContext.eventKey).toMatch(/^1#[^*<>@]*_[^*<>@]*$/);
  });

  test("calls a digest's tests tests", () => {
    const tested = { event: securityEvent({ test: true }), repeat: 0 };
    const { description } = chatOf({ kind: "digest", items: [tested, ...many(1)] }).content;
    expect(description.split("\n")[1]).toMatch(/^15550783881 \(Support DE\): test, 03:12 UTC/);
  });

  test("lists twenty groups of answers, the largest first, and says how many are left", () => {
    const answersOf = (amount: number) =>
      Array.from({ length: amount }, (_, index) => ({ ...ANSWER, name: `N${index}` }));
    const linesOf = (amount: number): string[] => {
      const items = [
        { event, answers: answersOf(amount) },
        { event: later(1), answers: [{ ...ANSWER, name: "N7" }] },
      ];
      return chatOf({ kind: "answers", items }).content.description.split("\n");
    };
    const doubt = "Nobody has checked the names: if you do not know one, call.";
    expect(linesOf(20)[0]).toBe("2 alerts: being handled, says N7 from 203.0.113.7");
    expect(linesOf(20)).toHaveLength(22);
    expect(linesOf(20).slice(-2)).toEqual([doubt, "Seen by Prod."]);
    expect(linesOf(21).slice(-3)).toEqual(["and 1 more", doubt, "Seen by Prod."]);
    expect(linesOf(21)).toHaveLength(23);
  });

  test("tells the latest twenty of what happened", () => {
    const since = Array.from({ length: 25 }, (_, index) => later(index));
    const { description } = chatOf({ kind: "repeat", event, repeat: 1, since }).content;
    const story = description.split("\n").find((line: string) => line.startsWith("So far: "));
    expect(story.split("; ")).toHaveLength(20);
    expect(story).toMatch(/^So far: 03:17 reset requested; .*; 03:36 reset requested$/);
  });

  test("says that Meta named no user", () => {
    const { requester: _, ...unnamed } = event;
    const { description } = chatOf({ kind: "alert", event: unnamed }).content;
    expect(description).toContain("Account 102290129340398, user not given, 03:12 UTC");
  });

  test.each<[string, Notice, readonly string[]]>([
    [
      "a digest",
      { kind: "digest", items: many(2) },
      ["npm run acknowledge -- --all", `Every step: <${RUNBOOK}#many-numbers-at-once>`],
    ],
    [
      "many answers",
      { kind: "answers", items: [{ event, answers: [ANSWER] }] },
      ["npm run history", `Every step: <${RUNBOOK}#many-numbers-at-once>`],
    ],
    [
      "an answer",
      { kind: "acknowledged", event, link, answer: ANSWER },
      [`Answer here: <${link}>`, `Every step: <${RUNBOOK}#a-reset-was-requested>`],
    ],
    [
      "an answer without a page",
      { kind: "acknowledged", event, answer: ANSWER },
      [`Every step: <${RUNBOOK}#a-reset-was-requested>`],
    ],
  ])("says of %s what to do next", (_, notice, steps) => {
    expect(chatOf(notice).content.nextSteps).toEqual(steps);
    expect(chatOf(notice, { runbookUrl: "" }).content.nextSteps).toEqual(steps.slice(0, -1));
  });
});

describe("a message's id, by which a chat knows a repeat", () => {
  const of = (kind: string, rest: string) =>
    `${kind}:102290129340398:0000001795489920#d92d31e174b62c1a:${rest}`;

  test.each<[Notice, string]>([
    [{ kind: "alert", event }, of("alert", "0")],
    [{ kind: "repeat", event, repeat: 3, since: [] }, of("repeat", "3")],
    [{ kind: "digest", items: [{ event, repeat: 2 }] }, of("digest", "0")],
    [{ kind: "acknowledged", event, answer: ANSWER }, of("acknowledged", ANSWER.at)],
    [{ kind: "answers", items: [{ event, answers: [ANSWER] }] }, of("acknowledged", ANSWER.at)],
  ])("%#", (notice, id) => {
    expect(chatOf(notice).id).toBe(id);
  });
});

describe("a chat's fields for machines, whole,", () => {
  const fields = {
    label: "Prod",
    test: "false",
    wabaId: "102290129340398",
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: "15550783881",
    requester: "61555822107539",
    time: "1795489920",
    receivedAt: "2026-11-24T03:12:01.000Z",
    eventKey: "0000001795489920#d92d31e174b62c1a",
  };
  const answer = {
    answer: "handling",
    answeredBy: "Ann Example",
    answeredAt: ANSWER.at,
    answeredFrom: "203.0.113.7",
  };

  test.each<[Notice, object]>([
    [
      { kind: "alert", event },
      { kind: "alert", repeat: "0" },
    ],
    [
      { kind: "repeat", event, repeat: 3, since: [] },
      { kind: "repeat", repeat: "3" },
    ],
    [
      { kind: "digest", items: [{ event, repeat: 2 }] },
      { kind: "digest", repeat: "0", events: "1" },
    ],
    [
      { kind: "acknowledged", event, answer: ANSWER },
      { kind: "acknowledged", repeat: "0", ...answer },
    ],
    [
      { kind: "answers", items: [{ event, answers: [ANSWER] }] },
      { kind: "acknowledged", repeat: "0", events: "1", ...answer },
    ],
  ])("%#", (notice, difference) => {
    expect(chatOf(notice).metadata.additionalContext).toEqual({ ...fields, ...difference });
  });

  test("leave out what the event lacks", () => {
    const { event: _, displayPhoneNumber, requester, ...bare } = event;
    const { additionalContext, eventType } = chatOf({ kind: "alert", event: bare }).metadata;
    expect(Object.keys(additionalContext)).toEqual([
      "kind",
      "repeat",
      "label",
      "test",
      "wabaId",
      "time",
      "receivedAt",
      "eventKey",
    ]);
    expect(eventType).toBe("alert");
  });
});

describe("a chat's thread", () => {
  const threadOf = (difference: object) =>
    chatOf({ kind: "alert", event: { ...event, ...difference } }).metadata.threadId;

  test("is the number's, by its digits, however long it is", () => {
    expect(threadOf({ displayPhoneNumber: "+1 (555) 078" })).toBe("whatsapp-security-1555078");
    expect(threadOf({ displayPhoneNumber: "9".repeat(30) })).toBe(
      `whatsapp-security-${"9".repeat(24)}`,
    );
  });

  test("is the account's where there is no number, in letters that a thread may have", () => {
    const unnumbered = { displayPhoneNumber: "", wabaId: "a b#c" };
    expect(threadOf(unnumbered)).toBe("whatsapp-security-account-a-b-c");
    expect(threadOf({ ...unnumbered, wabaId: "x".repeat(90) })).toHaveLength(64);
  });
});

test("a repeat that lists nothing tells its own event", () => {
  const context = messageContext({ now: SENT_AT + 15 * 60_000 });
  const { email } = toForms({ kind: "repeat", event, repeat: 1, since: [] }, context);
  expect(email).toContain("So far:   03:12 reset requested\n");
});

test("a message about no event is a mistake of ours, and says so", () => {
  expect(() => chatOf({ kind: "digest", items: [] })).toThrow("A message about no event");
});

test("of what happened to a number machines get the first and the latest 49", () => {
  const sinceOf = (amount: number): { time: number }[] => {
    const since = Array.from({ length: amount }, (_, index) => later(index));
    return toForms({ kind: "repeat", event, repeat: 1, since }).machine.since;
  };
  expect(sinceOf(50)).toHaveLength(50);
  expect(sinceOf(52)).toHaveLength(50);
  const minutes = sinceOf(52).map(({ time }) => (time - SENT_AT / 1000) / 60);
  expect(minutes).toEqual([0, ...Array.from({ length: 49 }, (_, index) => index + 3)]);
});
