import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { AlertDocumentSchema } from "../../../lambda/alert/alert-document.ts";
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

/** What the machine document says of the event, whatever the message's kind. */
const EVENT = {
  event: "PIN_RESET_REQUEST",
  test: false,
  wabaId: "102290129340398",
  displayPhoneNumber: "15550783881",
  numberLabel: "Support DE",
  requester: "61555822107539",
  time: 1795489920,
  sentAt: "2026-11-24T03:12:00.000Z",
  receivedAt: "2026-11-24T03:12:01.000Z",
  eventKey: "0000001795489920#d92d31e174b62c1a",
};

describe("the machine document, whole,", () => {
  test("of an alert", () => {
    expect(toForms({ kind: "alert", event, link }).machine).toEqual({
      version: 1,
      kind: "alert",
      summary: "Two-step verification reset requested",
      label: "Prod",
      ...EVENT,
      repeat: 0,
    });
  });

  test("of an event without anything that is optional", () => {
    const { event: _, displayPhoneNumber, requester, sentAt, ...bare } = event;
    expect(toForms({ kind: "alert", event: bare }).machine).toEqual({
      version: 1,
      kind: "alert",
      summary: "Security event without a name",
      label: "Prod",
      test: false,
      wabaId: "102290129340398",
      time: 1795489920,
      receivedAt: "2026-11-24T03:12:01.000Z",
      eventKey: "0000001795489920#d92d31e174b62c1a",
      repeat: 0,
    });
  });

  test("of a repeat", () => {
    const since = [event, later(3, { event: "PIN_REQUEST_SUCCESS" })];
    const context = messageContext({ now: SENT_AT + 15 * 60_000 });
    expect(toForms({ kind: "repeat", event, link, repeat: 2, since }, context).machine).toEqual({
      version: 1,
      kind: "repeat",
      summary: "Unanswered for 14 minutes: reset requested",
      label: "Prod",
      ...EVENT,
      repeat: 2,
      since: [
        EVENT,
        {
          ...EVENT,
          event: "PIN_REQUEST_SUCCESS",
          time: 1795490100,
          sentAt: "2026-11-24T03:15:00.000Z",
          receivedAt: "2026-11-24T03:15:01.000Z",
        },
      ],
    });
  });

  test("of a digest: the newest on top, tests last", () => {
    const newest = later(1, { event: "PIN_CHANGED" });
    const test = later(2, { test: true, wabaId: "0" });
    const items = [
      { event: test, link, repeat: 0 },
      { event, link, repeat: 1 },
      { event: newest, link, repeat: 0 },
    ];
    const newestDocument = {
      ...EVENT,
      event: "PIN_CHANGED",
      time: 1795489980,
      sentAt: "2026-11-24T03:13:00.000Z",
      receivedAt: "2026-11-24T03:13:01.000Z",
    };
    expect(toForms({ kind: "digest", items }).machine).toEqual({
      version: 1,
      kind: "digest",
      summary: "1 PIN change, 1 reset request, 1 test in 2 accounts",
      label: "Prod",
      ...newestDocument,
      events: [
        { ...newestDocument, repeat: 0 },
        { ...EVENT, repeat: 1 },
        {
          ...EVENT,
          test: true,
          wabaId: "0",
          time: 1795490040,
          sentAt: "2026-11-24T03:14:00.000Z",
          receivedAt: "2026-11-24T03:14:01.000Z",
          repeat: 0,
        },
      ],
    });
  });

  test("of an answer", () => {
    expect(toForms({ kind: "acknowledged", event, link, answer: ANSWER }).machine).toEqual({
      version: 1,
      kind: "acknowledged",
      summary: "Acknowledged by Ann Example at 03:20 UTC from 203.0.113.7: being handled",
      label: "Prod",
      ...EVENT,
      answer: ANSWER,
    });
  });

  test("of several answers: each with its event, and the newest on top", () => {
    const ben = {
      ...ANSWER,
      name: "Ben",
      answer: "pin-set",
      at: "2026-11-24T03:21:00.000Z",
    } as const;
    const other = later(-1, { displayPhoneNumber: "15550700001" });
    const { numberLabel: _, ...unlabelled } = EVENT;
    const otherDocument = {
      ...unlabelled,
      displayPhoneNumber: "15550700001",
      time: 1795489860,
      sentAt: "2026-11-24T03:11:00.000Z",
      receivedAt: "2026-11-24T03:11:01.000Z",
    };
    const items = [
      { event: other, link, answers: [ANSWER] },
      { event, link, answers: [ANSWER, ben] },
    ];
    const message = toForms({ kind: "answers", items });
    expect(message.machine).toEqual({
      version: 1,
      kind: "acknowledged",
      summary: "3 answers to alerts: 2 being handled, 1 the PIN is set again",
      label: "Prod",
      ...EVENT,
      repeat: 0,
      answer: ben,
      events: [
        { ...EVENT, repeat: 0, answer: ben },
        { ...otherDocument, repeat: 0, answer: ANSWER },
        { ...EVENT, repeat: 0, answer: ANSWER },
      ],
    });
    expect(message.attributes).toMatchObject({
      kind: { DataType: "String", StringValue: "acknowledged" },
      repeat: { DataType: "Number", StringValue: "0" },
      displayPhoneNumber: {
        DataType: "String.Array",
        StringValue: JSON.stringify(["15550700001", "15550783881"]),
      },
    });
    expect(v.parse(AlertDocumentSchema, message.machine)).toEqual(message.machine);
  });

  test("of several answers: nothing on top that another event has and the newest has not", () => {
    const { requester: _, displayPhoneNumber, sentAt, ...bare } = later(-1);
    const items = [
      { event, answers: [ANSWER] },
      { event: bare, answers: [{ ...ANSWER, at: "2026-11-24T03:21:00.000Z" }] },
    ];
    const { events, summary, label, version, kind, ...newest } = toForms({
      kind: "answers",
      items,
    }).machine;
    expect(newest).toEqual(events[0]);
    expect(newest).not.toHaveProperty("numberLabel");
  });

  test("of the weekly report", () => {
    expect(toForms(HEARTBEAT).machine).toEqual({
      version: 1,
      kind: "heartbeat",
      summary: "All well: 12 numbers, all protected",
      label: "Prod",
      ok: true,
      sentAt: "2026-11-24T03:12:40.000Z",
      report: HEARTBEAT.report,
    });
  });
});

describe("the weekly report of thousands of numbers", () => {
  const many = Array.from({ length: 2000 }, () => `  ${'"\\'.repeat(50)}`);
  const message = toForms({ ...HEARTBEAT, lines: many, report: { many } });

  test("fits SNS's size", () => {
    expect(Buffer.byteLength(message.message)).toBeLessThan(256 * 1024);
  });

  test("leaves out its machine's part, and says how many lines it leaves out", () => {
    expect(message.machine).not.toHaveProperty("report");
    expect(message.email).toMatch(/^ {2}"\\.*\nand 1603 lines more$/s);
  });
});

test("no document for machines carries the link on which people answer", () => {
  const notices = [
    { kind: "alert", event, link },
    { kind: "repeat", event, link, repeat: 1, since: [event] },
    { kind: "digest", items: [{ event, link, repeat: 0 }] },
    { kind: "acknowledged", event, link, answer: ANSWER },
    { kind: "answers", items: [{ event, link, answers: [ANSWER] }] },
  ] as const;
  for (const notice of notices) {
    const { machine, attributes } = toForms(notice);
    expect(JSON.stringify({ machine, attributes })).not.toMatch(
      /Vh3kZ0q9T4mYb7c2XwLs8Q|\/incident/,
    );
  }
});
