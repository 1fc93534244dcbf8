import { describe, expect, test } from "vitest";
import type { Notice } from "../../../lambda/alert/content/notice.ts";
import { toSmsLine, toSubjectLine } from "../../../lambda/alert/short-texts.ts";
import { countGsm7Septets } from "../../support/gsm7.ts";
import {
  ANSWER,
  later,
  messageContext,
  SENT_AT,
  securityEvent,
  toForms,
} from "../../support/notices.ts";

const event = securityEvent();
const tested = securityEvent({ test: true });

describe("a subject", () => {
  test("is printable ASCII, cut at 100 characters", () => {
    expect(toSubjectLine("x".repeat(100), { label: "A" })).toBe("x".repeat(100));
    expect(toSubjectLine("x".repeat(101), { label: "A" })).toBe(`${"x".repeat(98)}..`);
    expect(toSubjectLine("é日", { label: "" })).toBe("e?");
  });

  test("ends with the deployment's label where it has room for all of it", () => {
    expect(toSubjectLine("x".repeat(92), { label: "North" })).toBe(`${"x".repeat(92)} - North`);
    expect(toSubjectLine("x".repeat(93), { label: "North" })).toBe("x".repeat(93));
    expect(toSubjectLine("x", { label: " Zürich " })).toBe("x - Zurich");
    expect(toSubjectLine("x", { label: "y".repeat(31) })).toBe(`x - ${"y".repeat(28)}..`);
    expect(toSubjectLine("x", { label: " " })).toBe("x");
  });
});

describe("an SMS", () => {
  test("has room for a label of eight characters at least", () => {
    expect(toSmsLine("", "x".repeat(121), { label: "Southern" })).toBe(
      `WhatsApp Southern: ${"x".repeat(121)}`,
    );
    expect(toSmsLine("", "x".repeat(122), { label: "Southern" })).toBe(
      `WhatsApp Southern: ${"x".repeat(119)}..`,
    );
    expect(toSmsLine("", "x".repeat(121), { label: "Southerns" })).toBe(
      `WhatsApp Southe..: ${"x".repeat(121)}`,
    );
  });

  test("of a test counts its brackets double", () => {
    const line = toSmsLine("[TEST] ", "x".repeat(200), { label: "Southern" });
    expect(line).toBe(`[TEST] WhatsApp Southern: ${"x".repeat(110)}..`);
    expect(countGsm7Septets(line)).toBe(140);
    const whole = toSmsLine("[TEST] ", "x".repeat(100), { label: "y".repeat(40) });
    expect(whole).toBe(`[TEST] WhatsApp ${"y".repeat(18)}..: ${"x".repeat(100)}`);
    expect(countGsm7Septets(whole)).toBe(140);
  });

  test("has at most 24 characters of the label, in GSM-7, or says what it is", () => {
    expect(toSmsLine("", "x", { label: "y".repeat(25) })).toBe(`WhatsApp ${"y".repeat(22)}..: x`);
    expect(toSmsLine("", "é[", { label: " Zürich{ " })).toBe("WhatsApp Zurich?: e?");
    expect(toSmsLine("", "x", { label: " " })).toBe("WhatsApp security: x");
  });
});

describe("the short forms of a message", () => {
  const shortOf = (notice: Notice, minutes = 0) => {
    const context = messageContext({ now: SENT_AT + minutes * 60_000, numberLabels: {} });
    const { subject, sms } = toForms(notice, context);
    return { subject, sms };
  };

  test("of a test say so", () => {
    expect(shortOf({ kind: "alert", event: tested })).toEqual({
      subject: "[TEST] WhatsApp alert: Two-step verification reset requested, number ..3881 - Prod",
      sms: "[TEST] WhatsApp Prod: 2-step verification reset requested, number ..3881. This is a test: nothing to do.",
    });
  });

  test("of a repeat say how long nobody has answered, and what happened last", () => {
    const since = [event, later(3, { event: "PIN_REQUEST_SUCCESS" })];
    expect(shortOf({ kind: "repeat", event, repeat: 1, since }, 15)).toEqual({
      subject: "WhatsApp unanswered for 14 minutes: reset requested, number ..3881 - Prod",
      sms: "WhatsApp Prod: 14 minutes unanswered: 2-step verification was turned OFF, number ..3881. Not a planned move? Set a PIN now.",
    });
  });

  test("of a digest count what happened", () => {
    const items = [event, later(1), later(2, { event: "PIN_CHANGED", wabaId: "2" })];
    const notice = {
      kind: "digest",
      items: items.map((one) => ({ event: one, repeat: 0 })),
    } as const;
    const counts = "1 PIN change, 2 reset requests in 2 accounts";
    expect(shortOf(notice)).toEqual({
      subject: `WhatsApp alert: ${counts} - Prod`,
      sms: `WhatsApp Prod: ${counts}. Not planned? Set new PINs now in WhatsApp Manager.`,
    });
  });

  test("of a digest of tests say so once", () => {
    const items = [tested, tested].map((one) => ({ event: one, repeat: 0 }));
    expect(shortOf({ kind: "digest", items })).toEqual({
      subject: "[TEST] WhatsApp alert: 2 tests in 1 account - Prod",
      sms: "[TEST] WhatsApp Prod: 2 tests in 1 account. Tests: nothing to do.",
    });
  });

  test("of an answer say whose it is, and when it came", () => {
    const answer = { ...ANSWER, name: "A".repeat(31) };
    expect(shortOf({ kind: "acknowledged", event, answer }, 10)).toEqual({
      subject: `WhatsApp: number ..3881, being handled, says ${"A".repeat(22)}.. - Prod`,
      sms: `WhatsApp Prod: number ..3881: being handled, says ${"A".repeat(28)}.. at 03:20 UTC from 203.0.113.7.`,
    });
  });

  test("of many answers by one person say so", () => {
    const answers = [{ ...ANSWER, name: "A".repeat(31) }];
    const items = [event, later(1, { eventKey: "2" })].map((one) => ({ event: one, answers }));
    expect(shortOf({ kind: "answers", items }, 10)).toEqual({
      subject: `WhatsApp: 2 alerts, being handled, says ${"A".repeat(22)}.. - Prod`,
      sms: `WhatsApp Prod: 2 alerts, being handled, says ${"A".repeat(28)}... Not one of you? Call.`,
    });
  });

  test("of many answers by several people count them", () => {
    const answers = [ANSWER, { ...ANSWER, name: "Ben" }, { ...ANSWER, answer: "moved" } as const];
    expect(shortOf({ kind: "answers", items: [{ event, answers }] }, 10)).toEqual({
      subject: "WhatsApp: 3 answers, 2 being handled, 1 the number is no longer ours - Prod",
      sms: "WhatsApp Prod: 3 answers, 2 being handled, 1 the number is no longer ours. Not one of you? Call.",
    });
  });
});
