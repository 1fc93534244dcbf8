import { describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { Recorded } from "../../../lambda/outbox/event-table.ts";
import { recordAll } from "../../../lambda/outbox/record.ts";
import { securityEvent } from "../../support/notices.ts";
import {
  CODE,
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  serviceError,
  storedAlert,
} from "../../support/outbox-world.ts";

const event = securityEvent();
const changed = securityEvent({ event: "PIN_CHANGED" });
const CLAIM = { token: "token-1", expiresAt: NOW + 75_000 };

async function recordWith(events: readonly SecurityEvent[], options: OutboxWorldOptions = {}) {
  const { run, calls } = outboxWorld(options);
  const recording = await recordAll(events, run);
  const { values, reasons } = run.invocation.metrics;
  return { ...recording, calls, metrics: values, reasons };
}

function manyEvents(amount: number): SecurityEvent[] {
  return Array.from({ length: amount }, (_, index) => {
    return securityEvent({ event: "PIN_CHANGED", eventKey: `key ${index}` });
  });
}

function recordedAs(recorded: Recorded) {
  return { record: async () => recorded, recordPending: async () => recorded };
}

describe("an event that alerts", () => {
  test("is stored with its claim and the code of its incident, and is this delivery's to tell", async () => {
    const { claimed, calls, incomplete } = await recordWith([event]);
    expect(calls).toEqual([["table.recordPending", event, CLAIM, CODE]]);
    expect(claimed).toStrictEqual([
      { stored: storedAlert({ event, incidentCode: CODE }), token: "token-1" },
    ]);
    expect(incomplete).toBeUndefined();
  });

  test("has no incident where alerts are not repeated", async () => {
    const { claimed, calls } = await recordWith([event], { config: { repeatAfterMinutes: [] } });
    expect(calls).toEqual([["table.recordPending", event, CLAIM, undefined]]);
    expect(claimed).toStrictEqual([{ stored: storedAlert({ event }), token: "token-1" }]);
  });

  test("in plain form is told too", async () => {
    const { claimed } = await recordWith([event], { table: recordedAs("stored plain") });
    expect(claimed).toHaveLength(1);
  });

  const { event: _, ...nameless } = event;
  test.each<[string, SecurityEvent, boolean]>([
    ["whose name is in the setting", event, true],
    ["whose name is not in the setting", changed, false],
    ["without a name", nameless, false],
    ["of the Test button, whatever its name", { ...changed, test: true }, true],
    ["of the Test button, without a name", { ...nameless, test: true }, true],
  ])("is one %s", async (_name, one, alerts) => {
    const { calls, claimed } = await recordWith([one]);
    expect(calls.map(([name]) => name)).toEqual([alerts ? "table.recordPending" : "table.record"]);
    expect(claimed).toHaveLength(alerts ? 1 : 0);
  });
});

describe("an alert that was stored before", () => {
  const table = recordedAs("duplicate");

  test("is taken over by who gets its claim", async () => {
    const open = storedAlert({ event, attempts: 2 });
    const outbox = { claim: async () => open };
    const { claimed, calls, metrics } = await recordWith([event], { table, outbox });
    expect(calls).toEqual([
      ["table.recordPending", event, CLAIM, CODE],
      ["outbox.claim", event, "alert", CLAIM, NOW],
    ]);
    expect(claimed).toEqual([{ stored: open, token: "token-1" }]);
    expect(metrics).toEqual({ EventDuplicate: 1 });
  });

  test("is left to who holds its claim", async () => {
    const outbox = { claim: async () => undefined };
    const { claimed, incomplete, metrics } = await recordWith([event], { table, outbox });
    expect({ claimed, incomplete }).toEqual({ claimed: [], incomplete: undefined });
    expect(metrics).toEqual({ EventDuplicate: 1 });
  });

  test("is left to the relay where the time to publish is over", async () => {
    const { claimed, calls } = await recordWith([event], { table, timeLeft: () => 9000 });
    expect(calls.map(([name]) => name)).toEqual(["table.recordPending"]);
    expect(claimed).toEqual([]);
  });

  test("is stored, so that a claim that fails is no reason to deliver again", async () => {
    const claim = async () => Promise.reject(serviceError("InternalServerError", 500));
    const result = await recordWith([event], { table, outbox: { claim } });
    expect(result).toMatchObject({ claimed: [], incomplete: undefined });
    expect(result.metrics).toEqual({ EventDuplicate: 1, RelayFailed: 1 });
    expect(result.reasons).toEqual({ RelayFailed: ["InternalServerError"] });
  });
});

describe("what is stored is counted", () => {
  test.each<[string, Partial<SecurityEvent>, Recorded, object]>([
    ["a reset request", {}, "stored", { EventStored: 1, ResetRequestStored: 1 }],
    [
      "a completed reset",
      { event: "PIN_REQUEST_SUCCESS" },
      "stored",
      { EventStored: 1, RequestSuccessStored: 1 },
    ],
    ["a changed PIN", { event: "PIN_CHANGED" }, "stored", { EventStored: 1, PinChangedStored: 1 }],
    [
      "an unknown event",
      { event: "NEVER_SEEN" },
      "stored",
      { EventStored: 1, UnknownEventStored: 1 },
    ],
    [
      "a test",
      { test: true },
      "stored",
      { EventStored: 1, ResetRequestStored: 1, TestEventStored: 1 },
    ],
    [
      "an event in plain form",
      {},
      "stored plain",
      { EventStored: 1, ResetRequestStored: 1, ChangeQuarantined: 1 },
    ],
    ["a duplicate", { event: "PIN_CHANGED" }, "duplicate", { EventDuplicate: 1 }],
  ])("%s", async (_, difference, recorded, metrics) => {
    const table = recordedAs(recorded);
    const result = await recordWith([securityEvent(difference)], { table });
    expect(result.metrics).toEqual(metrics);
    const isPlain = recorded === "stored plain";
    expect(result.reasons).toEqual(isPlain ? { ChangeQuarantined: ["stored in plain form"] } : {});
  });

  test("an event without a name as unknown", async () => {
    const { event: _, ...nameless } = event;
    const { metrics } = await recordWith([nameless]);
    expect(metrics).toEqual({ EventStored: 1, UnknownEventStored: 1 });
  });
});

describe("equal changes of one delivery", () => {
  test("are stored once, the first of them, and counted as duplicates", async () => {
    const again = { ...changed, value: "second" };
    const { calls, metrics } = await recordWith([changed, again, again]);
    expect(calls).toEqual([["table.record", changed]]);
    expect(metrics).toEqual({ EventDuplicate: 2, EventStored: 1, PinChangedStored: 1 });
  });

  test("differ by their account, and by where account and key are cut", async () => {
    const ids = [
      { wabaId: "1", eventKey: "23" },
      { wabaId: "12", eventKey: "3" },
      { wabaId: "2", eventKey: "3" },
    ];
    const { calls } = await recordWith(ids.map((id) => ({ ...changed, ...id })));
    expect(calls).toHaveLength(3);
  });
});

describe("a delivery is incomplete", () => {
  const failing = async () => Promise.reject(serviceError("InternalServerError", 500));

  test("where the table fails, and the others are stored all the same", async () => {
    const record = async ({ eventKey }: SecurityEvent) =>
      eventKey === "key 1" ? failing() : ("stored" as const);
    const result = await recordWith(manyEvents(3), { table: { record } });
    expect(result.incomplete).toBe("table");
    expect(result.calls).toHaveLength(3);
    expect(result.metrics).toEqual({ EventStored: 2, PinChangedStored: 2, EventStoreFailed: 1 });
    expect(result.reasons).toEqual({ EventStoreFailed: ["InternalServerError"] });
  });

  test("where the time is over: no write is begun", async () => {
    const result = await recordWith(manyEvents(2), { timeLeft: () => 2999 });
    expect(result).toMatchObject({ incomplete: "time", calls: [], metrics: {} });
  });

  test("because of the table, whichever of both came first", async () => {
    let left = [15_000, 0];
    const timeLeft = () => left.shift() ?? 15_000;
    expect(
      (await recordWith(manyEvents(2), { timeLeft, table: { record: failing } })).incomplete,
    ).toBe("table");
    left = [0, 15_000];
    expect(
      (await recordWith(manyEvents(2), { timeLeft, table: { record: failing } })).incomplete,
    ).toBe("table");
  });

  test("because of the table where the time ends after it has failed", async () => {
    let hasFailed = false;
    const timeLeft = () => (hasFailed ? 0 : 15_000);
    const record = async () => {
      hasFailed = true;
      return failing();
    };
    const result = await recordWith(manyEvents(40), { timeLeft, table: { record } });
    expect(result.incomplete).toBe("table");
    expect(result.calls.length, "those that were under way").toBeLessThanOrEqual(24);
  });
});

describe("a batch", () => {
  const keysOf = (calls: readonly (readonly unknown[])[]) =>
    calls.map(([, each]) => (each as SecurityEvent).eventKey);

  test("of as many as are written at once begins with its first", async () => {
    const { calls } = await recordWith(manyEvents(24), { now: () => NOW + 5 });
    expect(keysOf(calls)).toEqual(manyEvents(24).map(({ eventKey }) => eventKey));
  });

  test("of more begins elsewhere each time, and misses none", async () => {
    const now = Math.ceil(NOW / 25) * 25 + 7;
    const { calls } = await recordWith(manyEvents(25), { now: () => now });
    const keys = manyEvents(25).map(({ eventKey }) => eventKey);
    expect(keysOf(calls)).toEqual([...keys.slice(7), ...keys.slice(0, 7)]);
  });

  test("is written by 24 requests at once", async () => {
    let underWay = 0;
    let most = 0;
    const record = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return "stored" as const;
    };
    await recordWith(manyEvents(100), { table: { record } });
    expect(most).toBe(24);
  });
});
