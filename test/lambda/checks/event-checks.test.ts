import { describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toEventChecks } from "../../../lambda/checks/event-checks.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { NO_SETTINGS } from "../../../lambda/facts/settings.ts";
import {
  accountFacts,
  factsOf,
  type GivenFacts,
  HOUR_MS,
  historyEvent,
  LOOKED_AT,
  lineOf,
  linesIn,
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

test("alerts that wait in the outbox fail after five minutes", async () => {
  const situations = {
    "for no time": [0],
    "for less than five minutes": [5 * MINUTE_MS - 1],
    "for five minutes": [5 * MINUTE_MS],
    "three of them": [MINUTE_MS, 6 * MINUTE_MS, 2 * MINUTE_MS],
    "by another clock": [-MINUTE_MS],
  };
  const look = (ages: readonly number[]) =>
    lineOf(checksOf({ pending: ages.map((age) => LOOKED_AT - age) }), "pending");
  expect(await linesIn(situations, look)).toMatchSnapshot();
});

describe("alerts that nobody has answered", () => {
  const after = (firstRepeatMinutes: number | undefined) => ({
    ...NO_SETTINGS,
    firstRepeatMinutes,
  });

  test.each([
    [5, after(5)],
    [5, new Error("denied")],
    [5, after(undefined)],
    [15, after(15)],
  ])("fail from the first repeat on: %i minutes, %#", async (minutes, settings) => {
    const stateAt = async (age: number) => {
      const history = [historyEvent({ receivedAt: LOOKED_AT - age })];
      return (await lineOf(checksOf({ history, settings }), "incidents")).split(":")[0];
    };
    const first = minutes * MINUTE_MS;
    expect([await stateAt(first - 1), await stateAt(first)]).toEqual(["ok", "failed"]);
  });

  test("are named with the oldest, and five numbers, masked", async () => {
    const history = Array.from({ length: 6 }, (_, index) =>
      historyEvent({
        displayPhoneNumber: `155500000${10 + index}`,
        receivedAt: LOOKED_AT - (6 - index) * HOUR_MS,
      }),
    );
    const situations = { six: history, five: history.slice(1), one: [historyEvent()] };
    const look = (given: typeof history) => lineOf(checksOf({ history: given }), "incidents");
    expect(await linesIn(situations, look)).toMatchSnapshot();
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

  test("is said in one line", async () => {
    const odd = historyEvent({ displayPhoneNumber: "2", event: "PIN_ODD" });
    const disputed = [
      historyEvent(),
      historyEvent({ event: "PIN_CHANGED", receivedAt: LOOKED_AT }),
    ];
    const asked = askedOf("+1 555-000-0001", false);
    const situations: Readonly<Record<string, GivenFacts>> = {
      "numbers are off": { history: [...history, off("15550000002", 3), historyEvent()] },
      "a PIN was set after an alert": { history: disputed },
      "numbers are known": { history: [historyEvent(), odd] },
      "Meta said that one is off": { pins: [OFF] },
      "its account says so, too": { history, accounts: [asked] },
      "two accounts say so": {
        history: [...history, off("2", 1)],
        accounts: [asked, askedOf("2", false)],
      },
      "Meta keeps back": { history, accounts: [askedOf("15550000001", undefined)] },
      "Meta was not asked about it": { history, accounts: [askedOf("2", false)] },
      "Meta can't be asked": { history, accounts: new Error("Meta") },
      "an account does not show it": { history, accounts: [UNREAD] },
    };
    const look = (facts: GivenFacts) => lineOf(checksOf(facts), "numbers");
    expect(await linesIn(situations, look)).toMatchSnapshot();
  });
});

test("the last event is said in one line", async () => {
  const SENT = (LOOKED_AT - 3 * DAY_MS) / 1000;
  const off = { event: "PIN_REQUEST_SUCCESS", time: SENT, receivedAt: LOOKED_AT - 2 * DAY_MS };
  const [before, between] = [SENT - 20, SENT - 10].map((time) => historyEvent({ time }));
  const situations = {
    "which Meta sent last": [between, historyEvent(off), before],
    "of one second the worse": [historyEvent(), historyEvent({ event: "PIN_CHANGED" })],
    "whatever was stored": [historyEvent({ displayPhoneNumber: "1\n\u202e2345", wabaId: "9\r8" })],
  };
  const look = (given: readonly (StoredAlert | undefined)[]) =>
    lineOf(checksOf({ history: given.filter((each) => each !== undefined) }), "last-event");
  expect(await linesIn(situations, look)).toMatchSnapshot();
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
