import { expect, test } from "vitest";
import type { AnswerItem, NoticeItem, RepeatItem } from "../../../lambda/alert/content/notice.ts";
import { endsAlert } from "../../../lambda/event/answer.ts";
import {
  ANSWER,
  later,
  LINK as link,
  messageContext,
  SENT_AT,
  securityEvent,
  toForms,
} from "../../support/notices.ts";

const REQUEST = securityEvent();
const OFF = later(3, { event: "PIN_REQUEST_SUCCESS", eventKey: "0000001795490100#1" });
const PIN = later(4, { event: "PIN_CHANGED", eventKey: "0000001795490160#2" });
const OTHER = later(1, { displayPhoneNumber: "15550783882", eventKey: "0000001795489980#3" });

const REPEAT: RepeatItem = {
  due: "repeat",
  event: OFF,
  link,
  repeat: 2,
  story: [REQUEST, OFF],
  requester: "61555822107539",
  number: { state: "UNPROTECTED", sentence: "Two-step verification is off." },
};
const DISPUTED: Partial<RepeatItem> = {
  story: [REQUEST, OFF, PIN],
  number: { state: "disputed", sentence: "A PIN was set after an alert: was it you?" },
};
const REOPENED: Partial<RepeatItem> = {
  number: { state: "protected", sentence: "Two-step verification is on, says Ann Example." },
  reopenedAt: SENT_AT + 71 * 60_000,
};

function alert(difference: Partial<typeof REQUEST>): NoticeItem {
  return { due: "alert", event: securityEvent(difference), link };
}

function answer(difference: Partial<typeof ANSWER>): AnswerItem {
  const given = { ...ANSWER, ...difference };
  return { due: "answer", event: REQUEST, link, answers: [given], isOver: endsAlert(given.answer) };
}

/** Minutes after 03:12, and what is due then. */
const MESSAGES: Readonly<Record<string, readonly [number, ...NoticeItem[]]>> = {
  "a completed reset": [0, alert({ event: "PIN_REQUEST_SUCCESS" })],
  "a changed PIN": [0, alert({ event: "PIN_CHANGED" })],
  "a test": [0, alert({ wabaId: "0", test: true })],
  "a repeat": [19, REPEAT],
  "a repeat while Ann is handling it": [75, { ...REPEAT, handling: ANSWER, repeat: 4 }],
  "the last repeat, of a disputed PIN": [2880, { ...REPEAT, ...DISPUTED, isLast: true }],
  "a repeat of what was opened again": [75, { ...REPEAT, ...REOPENED }],
  "an answer by link": [9, answer({ answer: "pin-set" })],
  "an answer that pauses": [9, answer({ answer: "handling", origin: "terminal" })],
  "an answer to what has ended": [9, { ...answer({ answer: "handling" }), isOver: true }],
  "two tests": [4, alert({ test: true }), alert({ test: true, displayPhoneNumber: "15550783882" })],
  "several events": [4, { ...alert({}), event: OFF }, { ...REPEAT, event: OTHER }],
  "several answers": [
    9,
    answer({}),
    { ...answer({ name: "Bo", answer: "planned" }), event: OTHER },
  ],
};

/** What each channel shows. */
function show(minutes: number, items: readonly NoticeItem[]): string {
  const context = messageContext({ now: SENT_AT + minutes * 60_000 + 40_000 });
  const { subject, sms, email, chat } = toForms(items, context);
  const { title, description, nextSteps } = chat.content;
  const text = ["Chat:", title, description, ...nextSteps].join("\n");
  return [`Subject: ${subject}`, `SMS: ${sms}`, email, text].join("\n\n");
}

test("every kind of message reads as reviewed, in every channel", () => {
  for (const [name, [minutes, ...items]] of Object.entries(MESSAGES)) {
    expect.soft(show(minutes, items)).toMatchSnapshot(name);
  }
});

/** Its mail is README's sample, which the documents' tests hold. */
test("a requested reset reads as reviewed where no mail shows it", () => {
  const { subject, sms, chat } = toForms(alert({}));
  expect({ subject, sms, title: chat.content.title }).toMatchSnapshot();
});

test.each([
  ["has ended", "planned", undefined],
  ["is open", "handling", "15550783882"],
] as const)("of several answers the command names a number whose alert %s", (_, kind, phone) => {
  const odd = { ...REQUEST, displayPhoneNumber: "odd", eventKey: "odd" };
  const other = { ...OTHER, displayPhoneNumber: "15550783882" };
  const items = [
    answer({ answer: "pin-set" }),
    { ...answer({ name: "Bo", answer: kind }), event: odd },
    { ...answer({ name: "Bo", answer: kind }), event: other },
  ];
  const text = show(9, items);
  expect(/npm run acknowledge.* --phone (\d+)/.exec(text)?.[1]).toBe(phone);
  expect(text.includes("When it is over")).toBe(phone !== undefined);
});
