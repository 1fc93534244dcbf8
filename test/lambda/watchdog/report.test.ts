import { describe, expect, test } from "vitest";
import type { HistoryEvent } from "../../../lambda/watchdog/history.ts";
import { toOverview } from "../../../lambda/watchdog/overview.ts";
import { toReport } from "../../../lambda/watchdog/report.ts";

const AT = Date.parse("2026-11-24T06:17:00Z");

function event(difference: Partial<HistoryEvent>): HistoryEvent {
  const time = AT / 1000 - 86_400;
  return {
    wabaId: "102290129340398",
    eventKey: "1#a",
    event: "PIN_CHANGED",
    displayPhoneNumber: "15550783881",
    time,
    receivedAt: time * 1000,
    alert: "none",
    answers: [],
    ...difference,
  };
}

function report(history: readonly HistoryEvent[], pins: [string, boolean][] = []): string {
  const overview = toOverview({
    at: AT,
    checks: [],
    history,
    pins: pins.map(([displayPhoneNumber, isPinEnabled]) => {
      return { displayPhoneNumber, isPinEnabled, at: AT };
    }),
    numberLabels: { 15550783881: "Support DE" },
    alertSubscribers: [],
    operationsSubscribers: undefined,
    lastTest: undefined,
  });
  return toReport(overview, "Test");
}

const off = event({ event: "PIN_REQUEST_SUCCESS", displayPhoneNumber: "15550783882" });

describe("the weekly report", () => {
  test("begins with the worst, in aligned columns of 72 at most", () => {
    const text = report([event({}), off, event({ event: "PIN_RESET_REQUEST", alert: "open" })]);
    expect(text).toMatch(
      /^Something is to be done: 1 number UNPROTECTED, 1 alert without an\sanswer/,
    );
    const rows = text.split("\n").filter((line) => /^ {2}1555/.test(line));
    expect(rows.slice(1)[0]).toMatch(
      /^ {2}15550783882 .* UNPROTECTED {6,}2026-11-23 {2}turned off$/,
    );
    expect(rows.slice(1)[1]).toMatch(
      /^ {2}15550783881 {2}Support DE {2}reset requested {2}2026-11-23/,
    );
    expect(text.split("\n").filter((line) => line.length > 72)).toEqual([]);
  });

  test("takes a person's word that a PIN is set again, and names the person", () => {
    const answer = {
      name: "Ann Example",
      answer: "pin-set",
      at: "2026-11-23T12:00:00Z",
      from: "terminal",
    } as const;
    const text = report([{ ...off, answers: [answer] }]);
    expect(text).toMatch(/^All is well: 1 number known, none unprotected/);
    expect(text).toContain("    protected, says Ann Example");
  });

  test("believes Meta, asked now, more than older events", () => {
    expect(report([off], [["+1 555-078-3882", true]])).toContain("protected, says Meta");
    expect(report([], [["+1 555-078-3889", false]])).toMatch(/15550783889 .*UNPROTECTED/);
  });

  test("lets nothing that came from outside forge a line of it", () => {
    const text = report([event({ displayPhoneNumber: "1\nFAILED CHECKS\u202e" })]);
    expect(text.split("\n")).not.toContain("FAILED CHECKS");
  });
});
