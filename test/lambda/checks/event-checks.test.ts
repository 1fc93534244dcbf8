import { describe, expect, test } from "vitest";
import { checkEvents } from "../../../lambda/checks/event-checks.ts";
import type { Facts } from "../../../lambda/facts/facts.ts";
import type { AccountFacts } from "../../../lambda/facts/meta-facts.ts";
import { NO_SETTINGS } from "../../../lambda/facts/settings.ts";
import {
  factsOf,
  HOUR_MS,
  historyEvent,
  LOOKED_AT,
  MINUTE_MS,
  watchedSystem,
} from "../../support/facts.ts";

async function look(facts: Facts, id: string) {
  const checks = await checkEvents(watchedSystem(), facts, LOOKED_AT);
  return checks.find((check) => check.id === id);
}

const DAY_MS = 24 * HOUR_MS;

test("the checks of events have these ids, names and order", async () => {
  const checks = await checkEvents(watchedSystem(), factsOf(), LOOKED_AT);
  expect(checks).toEqual([
    { id: "pending", name: "Pending alerts", state: "ok", message: "No alert is waiting." },
    {
      id: "incidents",
      name: "Unanswered alerts",
      state: "ok",
      message: "No alert waits for an answer.",
    },
    {
      id: "numbers",
      name: "Protection",
      state: "ok",
      message: "No number is known to be unprotected.",
    },
    {
      id: "last-event",
      name: "Last event",
      state: "unknown",
      message: "No event of a real account has been stored yet.",
    },
    {
      id: "last-test",
      name: "Last test",
      state: "unknown",
      message: "No test has been received yet.",
      fix: "npm run drill -- --stack Hooks",
    },
  ]);
});

test("what can't be read is unknown, each check by itself", async () => {
  const facts = factsOf({
    pending: new Error("a"),
    history: new Error("b"),
    lastTest: new Error("c"),
  });
  const checks = await checkEvents(watchedSystem(), facts, LOOKED_AT);
  expect(checks.map(({ state }) => state)).toEqual(Array(5).fill("unknown"));
});

describe("alerts that wait in the outbox", () => {
  test.each([
    [[0], "ok", "1 alert waiting, the oldest for 0 seconds."],
    [[5 * MINUTE_MS - 1], "ok", "1 alert waiting, the oldest for 5 minutes."],
    [[5 * MINUTE_MS], "failed", "1 alert waiting, the oldest for 5 minutes."],
    [
      [MINUTE_MS, 6 * MINUTE_MS, 2 * MINUTE_MS],
      "failed",
      "3 alerts waiting, the oldest for 6 minutes.",
    ],
    [[-MINUTE_MS], "ok", "1 alert waiting, the oldest for 0 seconds."],
  ])("for %j ms: %s", async (ages, state, message) => {
    const pending = ages.map((age) => LOOKED_AT - age);
    expect(await look(factsOf({ pending }), "pending")).toEqual({
      id: "pending",
      name: "Pending alerts",
      state,
      message,
      ...(state === "failed" && { fix: 'infra/RUNBOOK.md, "Alert pending too long"' }),
    });
  });
});

describe("alerts that nobody has answered", () => {
  const old = (age: number) => [historyEvent({ receivedAt: LOOKED_AT - age })];

  test.each([
    [5 * MINUTE_MS - 1, NO_SETTINGS, "ok"],
    [5 * MINUTE_MS, NO_SETTINGS, "failed"],
    [5 * MINUTE_MS, new Error("denied"), "failed"],
    [5 * MINUTE_MS - 1, new Error("denied"), "ok"],
    [5 * MINUTE_MS, { ...NO_SETTINGS, firstRepeatMinutes: undefined }, "failed"],
    [15 * MINUTE_MS - 1, { ...NO_SETTINGS, firstRepeatMinutes: 15 }, "ok"],
    [15 * MINUTE_MS, { ...NO_SETTINGS, firstRepeatMinutes: 15 }, "failed"],
  ])("fail from the first repeat on: %i ms, %#", async (age, settings, state) => {
    const check = await look(factsOf({ history: old(age), settings }), "incidents");
    expect(check?.state).toBe(state);
    expect(check?.fix).toBe(
      state === "failed"
        ? 'npm run acknowledge -- --stack Hooks --all --as "YOUR NAME" --answer handling'
        : undefined,
    );
  });

  test("are told of with the oldest, and five numbers, masked", async () => {
    const history = Array.from({ length: 6 }, (_, index) =>
      historyEvent({
        displayPhoneNumber: `155500000${10 + index}`,
        receivedAt: LOOKED_AT - (6 - index) * HOUR_MS,
      }),
    );
    expect((await look(factsOf({ history }), "incidents"))?.message).toBe(
      "6 numbers with an alert that nobody has answered, the oldest for 6 hours: ..0010, ..0011, ..0012, ..0013, ..0014 and 1 more.",
    );
    expect((await look(factsOf({ history: history.slice(1) }), "incidents"))?.message).toBe(
      "5 numbers with an alert that nobody has answered, the oldest for 5 hours: ..0011, ..0012, ..0013, ..0014, ..0015.",
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

  function account(displayPhoneNumber: string, isPinEnabled: boolean | undefined): AccountFacts {
    const numbers = Promise.resolve([{ id: "1", displayPhoneNumber, isPinEnabled }]);
    return { wabaId: "1", apps: Promise.resolve([]), numbers };
  }

  test("fails with those that are off, and since when the first is", async () => {
    const history = [off("15550000001", 2), off("15550000002", 3), historyEvent()];
    expect(await look(factsOf({ history }), "numbers")).toEqual({
      id: "numbers",
      name: "Protection",
      state: "failed",
      message:
        "Two-step verification was turned off and not on again: ..0001, ..0002, since 3 hours.",
      fix: 'npm run protect -- --stack Hooks --all-unprotected --as "YOUR NAME"',
    });
  });

  test("counts those that are known", async () => {
    const history = [
      historyEvent(),
      historyEvent({ displayPhoneNumber: "15550000002", event: "PIN_ODD" }),
    ];
    expect(await look(factsOf({ history }), "numbers")).toMatchObject({
      state: "ok",
      message: "1 number known, none unprotected.",
    });
  });

  test("goes also by what Meta said of a number", async () => {
    const pins = [{ displayPhoneNumber: "+1 555-000-0001", isPinEnabled: false, at: LOOKED_AT }];
    const facts = factsOf({ pins });
    expect((await look(facts, "numbers"))?.message).toContain("..0001, since 0 seconds");
  });

  test("leaves to the accounts' own checks what Meta was asked just now", async () => {
    const history = [off("15550000001", 2)];
    const asked = factsOf({ history, accounts: [account("+1 555-000-0001", false)] });
    expect((await look(asked, "numbers"))?.state).toBe("ok");
    const untold = factsOf({ history, accounts: [account("+1 555-000-0001", undefined)] });
    expect((await look(untold, "numbers"))?.state, "Meta does not tell").toBe("failed");
    const other = factsOf({ history, accounts: [account("+1 555-000-0002", false)] });
    expect((await look(other, "numbers"))?.state, "another number").toBe("failed");
  });

  test("is told also where Meta can't be asked", async () => {
    const history = [off("15550000001", 2)];
    const failing = Promise.reject(new Error("Meta"));
    failing.catch(() => {});
    const accounts = [{ wabaId: "1", apps: failing, numbers: failing }];
    for (const facts of [
      factsOf({ history, accounts: new Error("Meta") }),
      factsOf({ history, accounts }),
    ]) {
      expect((await look(facts, "numbers"))?.state).toBe("failed");
    }
  });
});

describe("the last event", () => {
  const SENT = (LOOKED_AT - 3 * DAY_MS) / 1000;

  test("is that which Meta sent last, told with number, account and age", async () => {
    const history = [
      historyEvent({ event: "PIN_CHANGED", time: SENT - 20 }),
      historyEvent({
        event: "PIN_REQUEST_SUCCESS",
        time: SENT,
        receivedAt: LOOKED_AT - 2 * DAY_MS,
      }),
      historyEvent({ time: SENT - 10 }),
    ];
    expect(await look(factsOf({ history }), "last-event")).toEqual({
      id: "last-event",
      name: "Last event",
      state: "ok",
      message:
        "PIN_REQUEST_SUCCESS of number ..3881, account 102290129340398, received 2 days ago.",
    });
  });

  test("is the worse of two that Meta sent in one second", async () => {
    const history = [historyEvent(), historyEvent({ event: "PIN_CHANGED" })];
    expect((await look(factsOf({ history }), "last-event"))?.message).toMatch(/^PIN_RESET_/);
  });

  test("is told in one line, whatever was stored", async () => {
    const history = [historyEvent({ displayPhoneNumber: "1\n\u202e2345", wabaId: "9\r8" })];
    const check = await look(factsOf({ history }), "last-event");
    expect(check?.message).toBe(
      "PIN_RESET_REQUEST of number ..2345, account 9 8, received 60 minutes ago.",
    );
  });
});

describe("the last test", () => {
  test.each([
    [100 * DAY_MS - 1, "ok", "The last test was received 100 days ago."],
    [
      100 * DAY_MS,
      "failed",
      "The last test was received 100 days ago. Nobody knows whether alerts still arrive.",
    ],
  ])("%i ms ago: %s", async (age, state, message) => {
    expect(await look(factsOf({ lastTest: LOOKED_AT - age }), "last-test")).toEqual({
      id: "last-test",
      name: "Last test",
      state,
      message,
      ...(state === "failed" && { fix: "npm run drill -- --stack Hooks" }),
    });
  });
});
