import { describe, expect, test } from "vitest";
import { ok } from "../../../lambda/checks/check.ts";
import { type OverviewInput, toOverview } from "../../../lambda/checks/overview.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toReport } from "../../../lambda/watchdog/report.ts";
import { type HistoryDifference, historyEvent, subscriber } from "../../support/facts.ts";

const AT = Date.parse("2026-11-24T06:17:00Z");

function event(difference: HistoryDifference): StoredAlert {
  const time = difference.time ?? AT / 1000 - 86_400;
  const base = { eventKey: "1#a", event: "PIN_CHANGED", alert: "none", time } as const;
  return historyEvent({ ...base, receivedAt: time * 1000, ...difference });
}

function report(
  history: readonly StoredAlert[],
  pins: [string, boolean][] = [],
  difference: Partial<OverviewInput> = {},
): string {
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
    ...difference,
  });
  return toReport(overview, "Test");
}

const off = event({ event: "PIN_REQUEST_SUCCESS", displayPhoneNumber: "15550783882" });

describe("the weekly report", () => {
  test("begins with the worst, in aligned columns of 72 at most", () => {
    const text = report([event({}), off, event({ event: "PIN_RESET_REQUEST", alert: "open" })]);
    expect(text).toMatch(/^1 number UNPROTECTED since 23 Nov, 06:17 UTC, 1 reset unanswered since/);
    const rows = text.split("\n").filter((line) => /^ {2}1555\d+ {2}/.test(line));
    expect(rows).toEqual([
      expect.stringMatching(/^ {2}15550783882 {2,}UNPROTECTED {6}2026-11-23$/),
      expect.stringMatching(/^ {2}15550783881 {2}Support DE {2}reset requested {2}2026-11-23$/),
    ]);
    expect(text.split("\n").filter((line) => line.length > 72)).toEqual([]);
  });

  test("shows no day of a number of which no state is known", () => {
    const row = report([event({ event: "PIN_ODD" })])
      .split("\n")
      .find((line) => line.startsWith("  15550783881"));
    expect(row).toMatch(/^ {2}15550783881 {2}Support DE {2}unknown$/);
  });

  test("shows of nobody the whole address or telephone number", () => {
    const alertSubscribers = [
      subscriber({ protocol: "email-json" }),
      subscriber({ protocol: "sms", endpoint: "+4915112345678" }),
      subscriber({ protocol: "https", endpoint: "https://user:pw@pager.example/secret" }),
    ];
    const text = report([], [], { alertSubscribers });
    expect(text).toMatch(/ g…@example\.com {2,}confirmed, stays$/m);
    expect(text).toContain("+49…5678");
    expect(text).not.toMatch(/guard|15112345678|secret|user:pw/);
  });

  test("lists subscribers from the worst to the best, whatever their order", () => {
    const alertSubscribers = [
      subscriber({ endpoint: "c@example.com" }),
      subscriber({ endpoint: "b@example.com", authenticated: false }),
      subscriber({ endpoint: "d@example.com" }),
      subscriber({ endpoint: "a@example.com", confirmed: false }),
    ];
    for (const given of [alertSubscribers, alertSubscribers.toReversed()]) {
      const names = [...report([], [], { alertSubscribers: given }).matchAll(/([a-d])…@example/g)];
      const [first, second] = names.map(([, name]) => name);
      expect([names.length, first, second]).toEqual([4, "a", "b"]);
    }
  });

  test("lists as asked at Meta what was, and with words of any length", () => {
    const long = "x".repeat(80);
    const text = report([], [], {
      checks: [
        { id: "meta-app", name: long, ...ok("Named.") },
        { id: "sms-of-meta", name: "Other", ...ok("Unasked.") },
      ],
    });
    expect(text).toContain(`\nASKED AT META\n  ok         ${long}:\n             Named.`);
    expect(text).not.toContain("Unasked.");
  });

  test("lets nothing that came from outside forge a line of it", () => {
    const text = report([event({ displayPhoneNumber: "1\nFAILED CHECKS\u202e" })]);
    expect(text.split("\n")).not.toContain("FAILED CHECKS");
  });
});
