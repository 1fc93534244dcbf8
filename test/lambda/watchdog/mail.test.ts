import { describe, expect, test } from "vitest";
import { type CheckResult, failed, ok, unknown, unread } from "../../../lambda/checks/check.ts";
import { toHeadline } from "../../../lambda/checks/headlines.ts";
import type { OverviewInput } from "../../../lambda/checks/overview.ts";
import { toProblemMessage, toReportMessage } from "../../../lambda/watchdog/mail.ts";
import {
  type Problems,
  toProblemMail,
  toProblemSummary,
} from "../../../lambda/watchdog/problem-mail.ts";
import { toReport } from "../../../lambda/watchdog/report.ts";
import {
  type HistoryDifference,
  HOUR_MS,
  historyEvent,
  LOOKED_AT,
  overviewOf,
  subscriber,
} from "../../support/facts.ts";
import { ANSWER } from "../../support/notices.ts";

const DAY_MS = 24 * HOUR_MS;
const CONTEXT = { label: "Prod" } as const;

function check(id: string, name: string, outcome: Omit<CheckResult, "id" | "name">): CheckResult {
  return { id, name, ...outcome };
}

const RELAY = check(
  "relay",
  "Relay",
  failed("The relay ran last 9 minutes ago.", "npm run deploy"),
);
const KEY = check(
  "key",
  "Encryption key",
  failed(
    "The customer key is Disabled: within minutes nothing can be stored or sent.",
    "see in the console of AWS what has become of the key, and who has changed it since yesterday",
  ),
);
const BARE = check("bare", "Bare", failed("Bad."));
const UNKNOWN = check("key", "Encryption key", unread("Access denied: the check could not run."));
const GOOD = check("sms-limit", "SMS spending limit", ok("SNS may spend 10 USD a month on SMS."));

type ProblemsDifference = Partial<Problems & Pick<OverviewInput, "checks" | "history">>;

function problems({ checks = [RELAY], history = [], ...difference }: ProblemsDifference = {}) {
  return {
    overview: overviewOf({ checks, history }),
    recovered: [],
    failedSince: {},
    flags: " --stack Hooks",
    ...difference,
  };
}

const PROTECTION = check("numbers", "Protection", failed("..3882 is off.", "set a PIN"));
const UNANSWERED = check("incidents", "Unanswered alerts", failed("1 number.", "npm run history"));
const OFF_HEADLINE = "1 number UNPROTECTED since 21 Nov, 06:17 UTC";
const OFF = historyEvent({
  event: "PIN_REQUEST_SUCCESS",
  displayPhoneNumber: "15550783882",
  receivedAt: LOOKED_AT - 3 * DAY_MS,
  alert: "lapsed",
});

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...BARE, id: `bare-${index}` }));

describe("the mail about problems", () => {
  test.each([
    ["one failed check", {}],
    [
      "failed checks since their first day, and what is good again",
      {
        checks: [RELAY, KEY, BARE],
        recovered: [GOOD],
        failedSince: { relay: LOOKED_AT - 3 * DAY_MS, key: LOOKED_AT - HOUR_MS },
      },
    ],
    ["what is good again", { checks: [], recovered: [GOOD], flags: "" }],
    ["an unprotected number", { checks: [PROTECTION, UNANSWERED, RELAY, KEY], history: [OFF] }],
  ])("of %s stays as it was reviewed", (_what, difference) => {
    const { subject, message, attributes } = toProblemMessage(problems(difference), CONTEXT);
    expect({ subject, attributes, ...JSON.parse(message) }).toMatchSnapshot();
  });

  test("says of commands the whole, to be copied, and wraps other advice", () => {
    const long = "x".repeat(80);
    for (const fix of [`npm run ${long}`, `aws sns ${long}`]) {
      expect(toProblemMail(problems({ checks: [{ ...RELAY, fix }] }))).toContain(`    ${fix}\n`);
    }
    const fix = `see the npm of ${long}`;
    expect(toProblemMail(problems({ checks: [{ ...RELAY, fix }] }))).not.toContain(fix);
  });

  test("names sixty checks, and how many more there are", () => {
    const sixty = toProblemMail(problems({ checks: many(60) }));
    expect(sixty.match(/^FAILED {2}/gm)).toHaveLength(60);
    expect(sixty).not.toContain("more check");
    const more = toProblemMail(problems({ checks: many(61) }));
    expect(more.match(/^FAILED {2}/gm)).toHaveLength(60);
    expect(more).toContain("\nand 1 more check: npm run status -- --stack Hooks\n");
    expect(toProblemMail(problems({ checks: many(62), flags: "" }))).toContain(
      "\nand 2 more checks: npm run status\n",
    );
  });

  test.each([
    [{}, "1 check failed: Relay"],
    [{ checks: many(2) }, "2 checks failed"],
    [{ checks: [], recovered: [GOOD] }, "1 check good again, none fails"],
    [{ checks: [PROTECTION, UNANSWERED], history: [OFF] }, OFF_HEADLINE],
    [{ checks: [PROTECTION, BARE], history: [OFF] }, `${OFF_HEADLINE}, 1 check failed: Bare`],
  ])("has a subject that begins with the worst: %#", (difference, subject) => {
    expect(toProblemSummary(problems(difference))).toBe(subject);
  });
});

const SETTLED = historyEvent({
  event: "PIN_REQUEST_SUCCESS",
  displayPhoneNumber: "15550783883",
  alert: "acknowledged",
  answers: [
    { ...ANSWER, answer: "moved", at: new Date(LOOKED_AT).toISOString(), origin: "terminal" },
  ],
});
const CHANGED = historyEvent({
  event: "PIN_CHANGED",
  displayPhoneNumber: "15550783884",
  alert: "none",
});

const NOTHING_WELL: Partial<OverviewInput> = {
  history: [historyEvent(), OFF, SETTLED, CHANGED],
  pins: [{ displayPhoneNumber: "+1 555-078-3885", isPinEnabled: true, at: LOOKED_AT - DAY_MS }],
  checks: [
    RELAY,
    BARE,
    GOOD,
    check("meta-app", "Meta app", ok("Security hooks (1) has an app secret that is saved here.")),
    check("account-1", "Account 1", failed("The app is not subscribed to it.", "npm run connect")),
    check(
      "apps-1",
      "Apps of 1",
      unknown("Meta does not show the apps, whoever asks it for them: try again."),
    ),
    check("numbers-1", "Numbers of 1", ok("Two-step verification is on for 2 numbers.")),
    check("numbers", "Protection", failed("Two-step verification was turned off.", "set a PIN")),
  ],
  numberLabels: { "15550783881": "Support DE", "15550783882": "A label that is long" },
  alertSubscribers: [
    subscriber(),
    subscriber({ endpoint: "click@example.com", authenticated: false }),
    subscriber({ endpoint: "new@example.com", confirmed: false }),
    subscriber({ protocol: "sms", endpoint: "+4915112345678", authenticated: undefined }),
    subscriber({ protocol: "https", endpoint: "https://user:pw@pager.example/secret" }),
    subscriber({ protocol: "https", endpoint: "odd" }),
    subscriber({ protocol: "sqs", endpoint: "arn:aws:sqs:eu-central-1:123456789012:alerts" }),
  ],
  operationsSubscribers: undefined,
  lastTest: LOOKED_AT - 2 * HOUR_MS,
};

describe("the weekly report", () => {
  test.each([
    ["a system that knows of nothing", {}],
    ["a system where nothing is well", NOTHING_WELL],
    ["a system that can't be read", { unread: ["events", "alert subscribers"] }],
    ["a system that is well", { history: [CHANGED], alertSubscribers: [subscriber()] }],
  ] as const)("of %s stays as it was reviewed", (_what, difference) => {
    const message = toReportMessage(overviewOf(difference), CONTEXT);
    expect({ ...message, message: JSON.parse(message.message) }).toMatchSnapshot();
  });

  test.each([
    [{}, "All is well: no check failed."],
    [{ history: [CHANGED] }, "All is well: 1 number known, none unprotected, no check failed."],
    [{ history: [OFF] }, `${OFF_HEADLINE}.`],
    [{ checks: [BARE, GOOD, UNKNOWN] }, "1 check failed: Bare, 1 check could not run."],
    [
      { unread: ["events", "operations subscribers"] },
      "The events can't be read, the operations subscribers can't be read.",
    ],
  ] as const)("has the headline that fits: %#", (difference, headline) => {
    expect(toHeadline(overviewOf(difference))).toBe(headline);
  });

  test("lists subscribers from the worst to the best, whatever their order", () => {
    const alertSubscribers = [
      subscriber({ endpoint: "c@example.com" }),
      subscriber({ endpoint: "b@example.com", authenticated: false }),
      subscriber({ endpoint: "d@example.com" }),
      subscriber({ endpoint: "a@example.com", confirmed: false }),
    ];
    for (const given of [alertSubscribers, alertSubscribers.toReversed()]) {
      const text = toReport(overviewOf({ alertSubscribers: given }), "");
      const names = [...text.matchAll(/([a-d])…@example/g)].map(([, name]) => name);
      expect([names.length, ...names.slice(0, 2)]).toEqual([4, "a", "b"]);
    }
  });

  test("lists as asked at Meta what was, with words of any length, and is not forged by any", () => {
    const long = "x".repeat(80);
    const checks = [
      check("meta-app", long, ok("Named.")),
      check("sms-of-meta", "S", ok("Unasked.")),
    ];
    const history = [historyEvent({ displayPhoneNumber: "1\nFAILED CHECKS\u202e" })];
    const text = toReport(overviewOf({ checks, history }), "");
    expect(text).toContain(`\nASKED AT META\n  ok         ${long}:\n             Named.`);
    expect(text).not.toContain("Unasked.");
    expect(text.split("\n")).not.toContain("FAILED CHECKS");
  });

  test("lists 250 numbers, unanswered alerts and subscribers", () => {
    const numbered = (count: number, difference: HistoryDifference = {}) =>
      Array.from({ length: count }, (_, index) =>
        historyEvent({
          displayPhoneNumber: `1555${String(index).padStart(7, "0")}`,
          ...difference,
        }),
      );
    const rowsOf = (text: string) => text.match(/^ {2}1555\d{7} /gm)?.length;
    const quiet = { alert: "none" } as const;
    const whole = toReport(overviewOf({ history: numbered(250, quiet) }), "");
    expect(rowsOf(whole)).toBe(250);
    expect(whole).not.toContain("none of them in a worse state");
    const cut = toReport(overviewOf({ history: numbered(251, quiet) }), "");
    expect(rowsOf(cut)).toBe(250);
    expect(cut).toContain("\n  and 1 more, none of them in a worse state\n");
    const open = toReport(overviewOf({ history: numbered(251) }), "");
    expect(rowsOf(open)).toBe(250);
    expect(open.match(/^ {2}1555\d{7}, reset requested: Nobody/gm)).toHaveLength(250);
    const alertSubscribers = Array.from({ length: 251 }, () => subscriber());
    const told = toReport(overviewOf({ alertSubscribers }), "");
    expect(told.match(/g…@example\.com/g)).toHaveLength(250);
  });

  test("lists forty failed checks, and forty of Meta's", () => {
    const failedChecks = many(41).map((each) => ({ ...each, id: `meta-${each.id}` }));
    const text = toReport(overviewOf({ checks: failedChecks }), "");
    expect(text.match(/^ {2}Bare: Bad\.$/gm)).toHaveLength(40);
    expect(text.match(/^ {2}failed {5}Bare: Bad\.$/gm)).toHaveLength(40);
  });
});

describe("programs", () => {
  const documentOf = ({ message }: { message: string }) => JSON.parse(JSON.parse(message).default);
  const name = "\u00eb".repeat(60);
  const history = Array.from({ length: 5_000 }, (_, index) =>
    historyEvent({
      event: index === 4_999 ? "PIN_REQUEST_SUCCESS" : "PIN_CHANGED",
      displayPhoneNumber: `1555${String(index).padStart(7, "0")}`,
      answers: [{ ...ANSWER, name }],
    }),
  );

  test("get a report of thousands of numbers too, as many as fit, the worst first", () => {
    const checks = many(1_000).map((each) => ({ ...each, message: name }));
    const { report } = documentOf(toReportMessage(overviewOf({ history, checks }), CONTEXT));
    expect(report.numbers[0]).toMatchObject({ state: "UNPROTECTED" });
    const bytes = (items: object[]) => Buffer.byteLength(JSON.stringify(items));
    expect(bytes(report.numbers)).toBeGreaterThan(48 * 1024 - 500);
    expect(bytes(report.numbers)).toBeLessThanOrEqual(48 * 1024 + 1);
    expect(bytes(report.failed)).toBeGreaterThan(16 * 1024 - 500);
    expect(bytes(report.failed)).toBeLessThanOrEqual(16 * 1024 + 1);
  });

  test("get a check as long as there is room for, and none that is longer by a byte", () => {
    const room = 16 * 1024 - 1;
    const sized = (bytes: number) => {
      const bare = Buffer.byteLength(JSON.stringify({ id: "bare", name: "Bare", message: "" }));
      return { ...BARE, message: "x".repeat(bytes - bare) };
    };
    const failedOf = (bytes: number) =>
      documentOf(toReportMessage(overviewOf({ checks: [sized(bytes)] }), CONTEXT)).report.failed;
    expect(failedOf(room)).toHaveLength(1);
    expect(failedOf(room + 1)).toEqual([]);
  });

  test("get no day of a number of which no state is known", () => {
    const odd = historyEvent({ event: "PIN_ODD" });
    const { report } = documentOf(toReportMessage(overviewOf({ history: [odd] }), CONTEXT));
    expect(report.numbers).toEqual([
      expect.objectContaining({ state: "unknown", unanswered: true }),
    ]);
    expect(report.numbers[0]).not.toHaveProperty("since");
  });

  test("get the failed checks of thousands of accounts too, as many as fit", () => {
    const checks = many(2_000).map((each) => ({ ...each, message: name }));
    const given = problems({ checks, recovered: checks });
    const { report } = documentOf(toProblemMessage(given, CONTEXT));
    expect(report.failed.length).toBeGreaterThan(250);
    expect(report.recovered.length).toBeGreaterThan(80);
    expect(report.recovered.length).toBeLessThan(report.failed.length);
  });
});
