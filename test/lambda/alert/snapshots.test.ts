import { describe, expect, test } from "vitest";
import type { HeartbeatNotice, Notice } from "../../../lambda/alert/content/notice.ts";
import type { Answer } from "../../../lambda/event/answer.ts";
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

const EVENTS = {
  "a requested reset": securityEvent(),
  "a completed reset": securityEvent({ event: "PIN_REQUEST_SUCCESS" }),
  "a changed PIN": securityEvent({ event: "PIN_CHANGED" }),
  "an unknown event": securityEvent({ event: "NUMBER_MOVED_OUT" }),
  "a test": securityEvent({ wabaId: "0", test: true }),
} as const;

const SINCE = [
  securityEvent(),
  later(3, { event: "PIN_REQUEST_SUCCESS" }),
  later(4, { event: "PIN_CHANGED" }),
];

function toNotices(event: (typeof EVENTS)[keyof typeof EVENTS]): Record<string, Notice> {
  return {
    alert: { kind: "alert", event, link },
    repeat: { kind: "repeat", event, link, repeat: 2, since: [event, ...SINCE.slice(1)] },
    digest: { kind: "digest", items: [{ event, link, repeat: 0 }] },
    acknowledged: { kind: "acknowledged", event, link, answer: ANSWER },
  };
}

function show(notice: Notice | HeartbeatNotice, minutes: number): string {
  const context = messageContext({ now: SENT_AT + minutes * 60_000 + 40_000 });
  const { subject, sms, email, chat } = toForms(notice, context);
  return `Subject: ${subject}\n\n${email}\n\nSMS: ${sms}\n\n${JSON.stringify(chat, undefined, 2)}`;
}

const MINUTES: Readonly<Record<string, number>> = { repeat: 15, acknowledged: 9 };

describe.each(Object.entries(EVENTS))("the message of %s", (_name, event) => {
  test.each(Object.entries(toNotices(event)))("reads as reviewed: %s", (kind, notice) => {
    expect(show(notice, MINUTES[kind] ?? 0)).toMatchSnapshot();
  });
});

test.each(["planned", "pin-set", "moved"] as const)("the answer %s reads as reviewed", (answer) => {
  const event = securityEvent();
  const notice = { kind: "acknowledged", event, link, answer: { ...ANSWER, answer } } as const;
  expect(show(notice, 9)).toMatchSnapshot();
});

test("the digest of 130 events in 2 accounts reads as reviewed", () => {
  const items = Array.from({ length: 130 }, (_, index) => ({
    event: later(-index, {
      wabaId: index % 2 ? "102290129340398" : "102290129340399",
      event: index % 10 ? "PIN_RESET_REQUEST" : "PIN_REQUEST_SUCCESS",
      displayPhoneNumber: String(15_550_700_000 + index),
    }),
    link,
    repeat: index % 3,
  }));
  expect(show({ kind: "digest", items }, 0)).toMatchSnapshot();
});

describe("many answers at once", () => {
  const answered = (index: number, answers: readonly Answer[]) => ({
    event: later(-index, {
      event: index % 10 ? "PIN_RESET_REQUEST" : "PIN_REQUEST_SUCCESS",
      displayPhoneNumber: String(15_550_700_000 + index),
    }),
    link,
    answers,
  });

  test("by one person read as reviewed", () => {
    const items = Array.from({ length: 130 }, (_, index) => answered(index, [ANSWER]));
    expect(show({ kind: "answers", items }, 9)).toMatchSnapshot();
  });

  test("by several people read as reviewed", () => {
    const ben = { ...ANSWER, name: "Ben Example", answer: "planned", from: "terminal" } as const;
    const items = Array.from({ length: 7 }, (_, index) =>
      answered(index, index % 3 ? [ANSWER] : [ANSWER, ben]),
    );
    expect(show({ kind: "answers", items }, 9)).toMatchSnapshot();
  });
});

test("the weekly report reads as reviewed", () => {
  expect(show(HEARTBEAT, 0)).toMatchSnapshot();
});
