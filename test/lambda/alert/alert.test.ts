import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { toAlert } from "../../../lambda/alert/alert.ts";
import { AlertDocumentSchema } from "../../../lambda/alert/alert-document.ts";
import { RUNBOOK_STEPS } from "../../../lambda/alert/alert-text.ts";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import { countGsm7Septets } from "../../support/gsm7.ts";

function securityEvent(difference: Partial<SecurityEvent> = {}): SecurityEvent {
  return {
    wabaId: "102290129340398",
    eventKey: "0000001739321024#0123456789abcdef",
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: "15550783881",
    requester: "61555822107539",
    time: 1739321024,
    sentAt: "2025-02-12T00:43:44.000Z",
    receivedAt: "2025-02-12T00:43:45.120Z",
    value: "{}",
    test: false,
    appSecretIndex: 0,
    ...difference,
  };
}

function formsOf(event: SecurityEvent) {
  const alert = toAlert(event);
  const { default: machine, email, sms } = JSON.parse(alert.message);
  return { ...alert, machine: JSON.parse(machine), email, sms };
}

describe("the alert of a reset request", () => {
  const alert = formsOf(securityEvent());

  test("names what happened and the number's last four digits in its subject", () => {
    expect(alert.subject).toBe(
      "WhatsApp alert: Two-step verification reset requested, number ..3881",
    );
  });

  test("tells a person by mail what happened, who, when, what next and what to do", () => {
    expect(alert.email).toMatch(/^Two-step verification reset requested\.\n/);
    expect(alert.email).toContain("15550783881");
    expect(alert.email).toContain("61555822107539");
    expect(alert.email).toContain("2025-02-12T00:43:44.000Z");
    expect(alert.email).toContain("plan for minutes");
    for (const step of RUNBOOK_STEPS) expect(alert.email).toContain(step);
  });

  test("tells a person by SMS, in one message, without the whole number", () => {
    expect(countGsm7Septets(alert.sms)).toBeLessThanOrEqual(140);
    expect(alert.sms).toContain("..3881");
    expect(alert.sms).not.toContain("15550783881");
  });

  test("tells machines by its documented schema", () => {
    expect(v.parse(v.strictObject(AlertDocumentSchema.entries), alert.machine)).toMatchObject({
      version: 1,
      event: "PIN_RESET_REQUEST",
      test: false,
      displayPhoneNumber: "15550783881",
      time: 1739321024,
    });
  });

  test("carries the attributes that subscriptions filter by", () => {
    expect(alert.attributes).toEqual({
      event: "PIN_RESET_REQUEST",
      wabaId: "102290129340398",
      displayPhoneNumber: "15550783881",
    });
  });
});

describe("the alert of a test delivery", () => {
  test("says so at the beginning of its subject and its texts", () => {
    const { subject, email, sms, machine } = formsOf(securityEvent({ wabaId: "0", test: true }));
    for (const text of [subject, email, sms]) expect(text).toMatch(/^\[TEST\] /);
    expect(machine.test).toBe(true);
  });
});

const HOSTILE = {
  "a lone surrogate": "61\ud800",
  "a line break": "1\nSubject: forged\r\n\r\nforged",
  "a change of direction": "\u202e39571",
  "a NUL": "\u0000",
  "a noncharacter": "\ufffe\uffff",
  "10,000 letters": "x".repeat(10_000),
  "an emoji at the cut": `${"x".repeat(149)}😀`,
  "a word that every object knows": "constructor",
  "a prototype's name": "__proto__",
  "nothing but spaces": "   ",
};

describe.each(Object.entries(HOSTILE))("an alert whose texts are %s", (_, text) => {
  const event = { wabaId: text, event: text, displayPhoneNumber: text, requester: text };
  const alert = formsOf(securityEvent({ ...event, test: true }));

  test("keeps SNS's rules", () => {
    expect(alert.subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,99}$/);
    expect(countGsm7Septets(alert.sms)).toBeLessThanOrEqual(140);
    expect(alert.message.isWellFormed()).toBe(true);
    expect(Buffer.byteLength(alert.message)).toBeLessThan(20_000);
    for (const value of Object.values(alert.attributes)) expect(value).toMatch(/^\P{C}+$/u);
  });

  test("forges no line of the mail", () => {
    const lines = (mail: string) => mail.split(/\r|\n|\u2028|\u2029/).length;
    expect(lines(alert.email)).toBe(lines(formsOf(securityEvent({ test: true })).email));
  });
});

test.each(["PIN_CHANGED", "PIN_REQUEST_SUCCESS", "X".repeat(200), undefined])(
  "an alert of the event %s fits every protocol, test mark and all",
  (event) => {
    const { event: _, ...rest } = securityEvent({ test: true });
    const { subject, sms } = formsOf(event === undefined ? rest : { ...rest, event });
    expect(subject.length).toBeLessThanOrEqual(100);
    expect(countGsm7Septets(sms)).toBeLessThanOrEqual(140);
  },
);
