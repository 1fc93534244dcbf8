import { describe, expect, test } from "vitest";
import { failed, ok } from "../../../lambda/checks/check.ts";
import type { OverviewInput } from "../../../lambda/checks/overview.ts";
import { createCommandLine } from "../../../lambda/shared/commands.ts";
import { toProblemMessage, toReportMessage } from "../../../lambda/watchdog/mail.ts";
import { type Problems, toProblemMail } from "../../../lambda/watchdog/problem-mail.ts";
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
import { BARE, CHANGED, check, GOOD, NOTHING_WELL, OFF, RELAY } from "../../support/overviews.ts";

const DAY_MS = 24 * HOUR_MS;
const CONTEXT = { label: "Prod" } as const;

const KEY = check(
  "key",
  "Encryption key",
  failed(
    "The customer key is Disabled: within minutes nothing can be stored or sent.",
    "see in the console of AWS what has become of the key, and who has changed it since yesterday",
  ),
);

type ProblemsDifference = Partial<Problems & Pick<OverviewInput, "checks" | "history">>;

function problems({ checks = [RELAY], history = [], ...difference }: ProblemsDifference = {}) {
  return {
    overview: overviewOf({ checks, history }),
    recovered: [],
    failedSince: {},
    command: createCommandLine(" --stack Hooks"),
    ...difference,
  };
}

const PROTECTION = check("numbers", "Protection", failed("..3882 is off.", "set a PIN"));
const UNANSWERED = check("incidents", "Unanswered alerts", failed("1 number.", "npm run history"));
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
    ["what is good again", { checks: [], recovered: [GOOD], command: createCommandLine("") }],
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
    expect(toProblemMail(problems({ checks: many(62), command: createCommandLine("") }))).toContain(
      "\nand 2 more checks: npm run status\n",
    );
  });
});

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
        historyEvent({ displayPhoneNumber: String(15_550_000_000 + index), ...difference }),
      );
    const rowsOf = (text: string) => text.match(/^ {2}1555\d{7} /gm)?.length;
    const quiet = { alert: "none" } as const;
    const whole = toReport(overviewOf({ history: numbered(250, quiet) }), "");
    expect(whole).not.toContain("none of them in a worse state");
    const cut = toReport(overviewOf({ history: numbered(251, quiet) }), "");
    expect(rowsOf(cut)).toBe(250);
    expect(cut).toContain("\n  and 1 more, none of them in a worse state\n");
    const open = toReport(overviewOf({ history: numbered(251) }), "");
    expect(open.match(/^ {2}1555\d{7}, reset requested: Nobody/gm)).toHaveLength(250);
    const alertSubscribers = Array.from({ length: 251 }, () => subscriber());
    const many = toReport(overviewOf({ alertSubscribers }), "");
    expect(many.match(/g…@example\.com/g)).toHaveLength(250);
  });

  test("lists forty failed checks, and forty of Meta's", () => {
    const failedChecks = many(41).map((each) => ({ ...each, id: `meta-${each.id}` }));
    const text = toReport(overviewOf({ checks: failedChecks }), "");
    expect(text.match(/^ {2}Bare: Bad <b>\.$/gm)).toHaveLength(40);
    expect(text.match(/^ {2}failed {5}Bare: Bad <b>\.$/gm)).toHaveLength(40);
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
    const daily = documentOf(toProblemMessage(problems({ checks, recovered: checks }), CONTEXT));
    expect(bytes(daily.report.failed)).toBeGreaterThan(48 * 1024 - 500);
    expect(bytes(daily.report.recovered)).toBeLessThanOrEqual(16 * 1024 + 1);
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
});
