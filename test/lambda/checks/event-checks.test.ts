import { describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toEventChecks } from "../../../lambda/checks/event-checks.ts";
import { NO_SETTINGS } from "../../../lambda/facts/settings.ts";
import {
  accountFacts,
  factsOf,
  type GivenFacts,
  HOUR_MS,
  historyEvent,
  LOOKED_AT,
  lineOf,
  MINUTE_MS,
  toLine,
  watchedSystem,
} from "../../support/facts.ts";

function checksOf(facts: GivenFacts) {
  return toEventChecks(watchedSystem(), factsOf(facts), LOOKED_AT);
}

const DAY_MS = 24 * HOUR_MS;
const DRILL = "Fix: npm run drill -- --stack Hooks";

test("the checks of events have these ids, names and order", async () => {
  const checks = await runAll(checksOf({}));
  const names = ["Pending alerts", "Unanswered alerts", "Protection", "Last event", "Last test"];
  expect(checks.map(({ name }) => name)).toEqual(names);
  expect(checks.map(toLine)).toEqual([
    "pending ok: No alert is waiting.",
    "incidents ok: No alert waits for an answer.",
    "numbers ok: No number is known to be unprotected.",
    "last-event unknown: No event of a real account has been stored yet.",
    `last-test unknown: No test has been received yet. ${DRILL}`,
  ]);
});

test("what can't be read is unknown, each check by itself", async () => {
  const error = new Error("a");
  const checks = await runAll(checksOf({ pending: error, history: error, lastTest: error }));
  expect(checks.map(({ state }) => state)).toEqual(Array(5).fill("unknown"));
});

describe("alerts that wait in the outbox", () => {
  const FIX = 'Fix: infra/RUNBOOK.md, "Alert pending too long"';

  test.each([
    [[0], "ok: 1 alert waiting, the oldest for 0 seconds."],
    [[5 * MINUTE_MS - 1], "ok: 1 alert waiting, the oldest for 5 minutes."],
    [[5 * MINUTE_MS], `failed: 1 alert waiting, the oldest for 5 minutes. ${FIX}`],
    [
      [MINUTE_MS, 6 * MINUTE_MS, 2 * MINUTE_MS],
      `failed: 3 alerts waiting, the oldest for 6 minutes. ${FIX}`,
    ],
    [[-MINUTE_MS], "ok: 1 alert waiting, the oldest for 0 seconds."],
  ])("for %j ms: %s", async (ages, line) => {
    const pending = ages.map((age) => LOOKED_AT - age);
    expect(await lineOf(checksOf({ pending }), "pending")).toBe(line);
  });
});

describe("alerts that nobody has answered", () => {
  const FIX = ' Fix: npm run acknowledge -- --stack Hooks --all --as "YOUR NAME" --answer handling';
  const after = (firstRepeatMinutes: number | undefined) => ({
    ...NO_SETTINGS,
    firstRepeatMinutes,
  });

  test.each([
    [5 * MINUTE_MS - 1, after(5), "ok"],
    [5 * MINUTE_MS, after(5), "failed"],
    [5 * MINUTE_MS, new Error("denied"), "failed"],
    [5 * MINUTE_MS - 1, new Error("denied"), "ok"],
    [5 * MINUTE_MS, after(undefined), "failed"],
    [15 * MINUTE_MS - 1, after(15), "ok"],
    [15 * MINUTE_MS, after(15), "failed"],
  ])("fail from the first repeat on: %i ms, %#", async (age, settings, state) => {
    const history = [historyEvent({ receivedAt: LOOKED_AT - age })];
    const line = await lineOf(checksOf({ history, settings }), "incidents");
    expect(line).toMatch(new RegExp(`^${state}: `));
    expect(line.endsWith(FIX)).toBe(state === "failed");
  });

  test("are named with the oldest, and five numbers, masked", async () => {
    const history = Array.from({ length: 6 }, (_, index) =>
      historyEvent({
        displayPhoneNumber: `155500000${10 + index}`,
        receivedAt: LOOKED_AT - (6 - index) * HOUR_MS,
      }),
    );
    const what = "numbers with an alert that nobody has answered, the oldest for";
    expect(await lineOf(checksOf({ history }), "incidents")).toBe(
      `failed: 6 ${what} 6 hours: ..0010, ..0011, ..0012, ..0013, ..0014 and 1 more.${FIX}`,
    );
    expect(await lineOf(checksOf({ history: history.slice(1) }), "incidents")).toBe(
      `failed: 5 ${what} 5 hours: ..0011, ..0012, ..0013, ..0014, ..0015.${FIX}`,
    );
  });
});

describe("the numbers' protection", () => {
  const off = (displayPhoneNumber: string, hours: number) =>
    historyEvent({
      displayPhoneNumber,
      event: "PIN_REQUEST_SUCCESS",
      receivedAt: LOOKED_AT - hours * HOUR_MS,
    });

  const askedOf = (displayPhoneNumber: string, isPinEnabled: boolean | undefined) =>
    accountFacts({ numbers: [{ id: "1", displayPhoneNumber, isPinEnabled }] });

  const history = [off("15550000001", 2)];
  const OFF = { displayPhoneNumber: "+1 555-000-0001", isPinEnabled: false, at: LOOKED_AT };
  const UNREAD = accountFacts({ apps: new Error("Meta"), numbers: new Error("Meta") });

  test.each<[string, GivenFacts, RegExp]>([
    [
      "those that are off, and since when the first is",
      { history: [...history, off("15550000002", 3), historyEvent()] },
      /^failed: .*: \.\.0001, \.\.0002, since 3 hours\. Fix: npm run protect -- .* --all-unprotected/,
    ],
    [
      "how many are known",
      { history: [historyEvent(), historyEvent({ displayPhoneNumber: "2", event: "PIN_ODD" })] },
      /^ok: 1 number known, none unprotected\.$/,
    ],
    ["what Meta said of a number", { pins: [OFF] }, /: \.\.0001, since 0 seconds\./],
    [
      "not what the accounts' own checks say, which have just asked Meta",
      { history, accounts: [askedOf("+1 555-000-0001", false)] },
      /^ok: 1 number known, 1 unprotected: it is reported with its account\.$/,
    ],
    [
      "what Meta keeps back",
      { history, accounts: [askedOf("15550000001", undefined)] },
      /^failed:/,
    ],
    ["what Meta was not asked", { history, accounts: [askedOf("2", false)] }, /^failed:/],
    ["what can't be asked", { history, accounts: new Error("Meta") }, /^failed:/],
    ["what an account does not show", { history, accounts: [UNREAD] }, /^failed:/],
  ])("says %s", async (_what, facts, line) => {
    expect(await lineOf(checksOf(facts), "numbers")).toMatch(line);
  });
});

describe("the last event", () => {
  const SENT = (LOOKED_AT - 3 * DAY_MS) / 1000;

  test.each([
    [
      "is that which Meta sent last, with number, account and age",
      [
        historyEvent({ event: "PIN_CHANGED", time: SENT - 20 }),
        historyEvent({
          event: "PIN_REQUEST_SUCCESS",
          time: SENT,
          receivedAt: LOOKED_AT - 2 * DAY_MS,
        }),
        historyEvent({ time: SENT - 10 }),
      ],
      "PIN_REQUEST_SUCCESS of number ..3881, account 102290129340398, received 2 days ago.",
    ],
    [
      "is the worse of two that Meta sent in one second",
      [historyEvent(), historyEvent({ event: "PIN_CHANGED" })],
      "PIN_RESET_REQUEST of number ..3881, account 102290129340398, received 60 minutes ago.",
    ],
    [
      "is one line, whatever was stored",
      [historyEvent({ displayPhoneNumber: "1\n\u202e2345", wabaId: "9\r8" })],
      "PIN_RESET_REQUEST of number ..2345, account 9 8, received 60 minutes ago.",
    ],
  ])("%s", async (_what, history, message) => {
    expect(await lineOf(checksOf({ history }), "last-event")).toBe(`ok: ${message}`);
  });
});

test.each([
  [100 * DAY_MS - 1, "ok: The last test was received 100 days ago."],
  [
    100 * DAY_MS,
    `failed: The last test was received 100 days ago. We do not know whether alerts still arrive. ${DRILL}`,
  ],
])("the last test %i ms ago: %s", async (age, line) => {
  expect(await lineOf(checksOf({ lastTest: LOOKED_AT - age }), "last-test")).toBe(line);
});
