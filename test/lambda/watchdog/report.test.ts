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
      origin: "terminal",
    } as const;
    const text = report([{ ...off, answers: [answer] }]);
    expect(text).toMatch(/^All is well: 1 number known, none unprotected/);
    expect(text).toContain("    protected, says Ann Example");
  });

  test("believes Meta, asked now, more than older events", () => {
    expect(report([off], [["+1 555-078-3882", true]])).toContain("protected, says Meta");
    expect(report([], [["+1 555-078-3889", false]])).toMatch(/15550783889 .*UNPROTECTED/);
  });

  test("shows no day of a number of which no state is known", () => {
    const row = report([event({ event: "PIN_ODD" })])
      .split("\n")
      .find((line) => line.startsWith("  15550783881"));
    expect(row).toMatch(/^ {2}15550783881 {2}Support DE {2}unknown {2,}PIN_ODD$/);
  });

  test("says of every kind of mail that its subscription stays", () => {
    const alertSubscribers = [subscriber({ protocol: "email-json" })];
    expect(report([], [], { alertSubscribers })).toMatch(/g…@example\.com {2,}confirmed, stays$/m);
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
