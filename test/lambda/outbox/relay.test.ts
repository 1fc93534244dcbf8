import { describe, expect, test } from "vitest";
import type { Queue } from "../../../lambda/event/outbox-queue.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { relayOutbox } from "../../../lambda/outbox/relay.ts";
import { securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  NOW,
  OUTAGE,
  type OutboxWorldOptions,
  outboxWorld,
  serviceError,
  storedAlert,
} from "../../support/outbox-world.ts";
import { conditionFailed } from "../../support/recording-client.ts";

/** What waits in a queue, each event of another number. */
const WAITING: Readonly<Record<Queue, Partial<StoredAlert>>> = {
  alert: { alert: "pending" },
  answer: { alert: "acknowledged", answers: [answerAt(1)] },
  repeat: { alert: "open" },
};

/** One event for each letter, or so many; all due for a millisecond. */
function waiting(queue: Queue, given: string | number, difference: Partial<StoredAlert> = {}) {
  const numbered = (_: unknown, index: number) => String(1000 + index);
  const keys = typeof given === "string" ? [...given] : Array.from({ length: given }, numbered);
  return keys.map((eventKey) => {
    const event = securityEvent({ wabaId: "1", eventKey, displayPhoneNumber: `1${eventKey}` });
    return storedAlert({ event, attempts: 0, dueAt: NOW - 1, ...WAITING[queue], ...difference });
  });
}

const ONE_OF_EACH = [
  ...waiting("repeat", "r"),
  ...waiting("alert", "a"),
  ...waiting("answer", "x"),
];

/** A minute's tick over what waits. */
async function tick(given: readonly StoredAlert[], options: OutboxWorldOptions = {}) {
  const world = outboxWorld({ taker: "tick", ...options });
  await world.hold(...given);
  const counted = await relayOutbox(world.run).catch((error) => error);
  const sizes = world.messages.map(({ keys }) => keys.length);
  return { ...world, counted, sizes, kinds: world.messages.map(({ kind }) => kind) };
}

/** A table on which each claim takes so long; the keys in the order of their claims. */
function slow(milliseconds: number, claims: string[] = []): OutboxWorldOptions {
  return {
    before(_, input, clock) {
      if (!input.includes('":expiresAt"')) return;
      claims.push(JSON.parse(input).Key.eventKey.S);
      clock.now += milliseconds;
    },
  };
}

const isHeld = (state: string) => state.endsWith("held");

describe("what is due", () => {
  test("is published answers first, then first alerts, then repeats, and then counted", async () => {
    const { counted, metrics, subjects } = await tick(ONE_OF_EACH);
    expect(subjects()).toEqual([
      { kind: "acknowledged", keys: ["x"] },
      { kind: "alert", keys: ["a"] },
      { kind: "repeat", keys: ["r"] },
    ]);
    expect(counted).toBe("all");
    expect(metrics).toMatchObject({ RelayRun: 1, OutboxSize: [1], OutboxAge: [120] });
  });

  test("is not what is due in this very instant or later", async () => {
    const later = [
      ...waiting("alert", "b", { dueAt: NOW }),
      ...waiting("alert", "c", { dueAt: NOW + 1 }),
    ];
    const { subjects, metrics } = await tick([...waiting("alert", "a"), ...later]);
    expect(subjects()).toEqual([{ kind: "alert", keys: ["a"] }]);
    expect(metrics).toMatchObject({ OutboxSize: [3] });
  });

  test("and was tried before is claimed for longer", async () => {
    const publish = () => Promise.reject(serviceError("TimeoutError"));
    const { stored } = await tick(waiting("alert", "a", { attempts: 2 }), { publish });
    expect(stored()).toMatchObject([{ attempts: 3, dueAt: NOW + 300_000 }]);
  });

  test.each([
    [5, 5, Array(5).fill("alert")],
    [3, 2, ["alert", "alert", "alert"]],
    [4, 2, ["alert", "alert", "digest"]],
    [5, 0, ["digest"]],
    [6, 5, ["digest"]],
  ])("%d alerts with %d single places go out as %j, none is left", async (amount, free, kinds) => {
    let singles = free;
    const take = async (kind: string) => kind === "digest" || singles-- > 0;
    const world = await tick(waiting("alert", amount), { pace: { take } });
    expect(world.kinds).toEqual(kinds);
    expect(Object.values(world.states())).toEqual(Array(amount).fill("open"));
  });

  test("in answers goes into one message, whatever places there are", async () => {
    const { sizes, places } = await tick(waiting("answer", "xyz"));
    expect(sizes).toEqual([3]);
    expect(places).toEqual(["digest tick"]);
  });

  test("is counted for places after what is closed instead", async () => {
    const twice = securityEvent({ displayPhoneNumber: "attacked twice" });
    const event = { ...twice, eventKey: "9", time: 1_795_490_000 };
    const newer = storedAlert({ event, alert: "open", dueAt: NOW + 1 });
    const older = waiting("repeat", "34567").map((each) => {
      return { ...each, event: { ...twice, eventKey: each.event.eventKey } };
    });
    const { kinds, states } = await tick([...waiting("repeat", "01"), ...older, newer]);
    expect(kinds).toEqual(["repeat", "repeat"]);
    expect(states()).toMatchObject({ "0": "open", "3": "superseded", "7": "superseded" });
  });

  test.each([
    ["is held by another", conditionFailed(), undefined],
    ["can't be claimed", OUTAGE, 1],
  ])("and %s is left out, and holds up nothing", async (_, error, RelayFailed) => {
    const before = (kind: string, input: string) => {
      if (kind === "UpdateItem" && input.includes('{"S":"b"}')) throw error;
    };
    const { states, metrics } = await tick(waiting("alert", "abc"), { before });
    expect(states()).toEqual({ a: "open", b: "pending", c: "open" });
    expect(metrics.RelayFailed).toBe(RelayFailed);
  });
});

describe("more than one digest holds", () => {
  test("is claimed part by part, each published and marked before the next is claimed", async () => {
    const held: number[] = [];
    const world = outboxWorld({
      taker: "tick",
      publish: () => held.push(Object.values(world.states()).filter(isHeld).length),
    });
    await world.hold(...waiting("alert", 250));
    await relayOutbox(world.run);
    expect(held).toEqual([100, 100, 50]);
    expect(new Set(world.places)).toEqual(new Set(["digest tick"]));
  });

  test("waits for places, as long as there is time, and claims nothing without one", async () => {
    let lastAt = 0;
    const take = async (_: string, __: string, now: number) => {
      if (now - lastAt < 5_000) return false;
      lastAt = now;
      return true;
    };
    const { sizes, states, clock } = await tick(waiting("alert", 1_100), { pace: { take } });
    expect(sizes).toEqual(Array(10).fill(100));
    expect(Object.values(states()).filter((state) => state === "pending")).toHaveLength(100);
    expect(clock.now - NOW).toBeLessThan(48_000);
  });

  test("goes out in smaller parts on a slow table, in order, and the next tick goes on", async () => {
    const claims: string[] = [];
    const given = waiting("alert", 300);
    const { sizes, states, clock, counted, metrics } = await tick(given, slow(235, claims));
    expect(claims).toEqual(given.slice(0, claims.length).map(({ event }) => event.eventKey));
    expect([...new Set(sizes)], "six claims in 1.3 seconds").toEqual([6, 1]);
    expect(Object.values(states()).filter(isHeld)).toEqual([]);
    expect(clock.now - NOW, "no claim begins after 47 s").toBeLessThan(48_000);
    expect(counted).toBe("all");
    expect(metrics).toMatchObject({ OutboxSize: [300] });
  });

  test.each<[Queue, number, string[]]>([
    ["alert", 3_001, ["digest tick", "single tick"]],
    ["answer", 3_001, ["digest tick", "digest tick"]],
    ["answer", 3_000, ["digest tick"]],
  ])("does not use a place that was taken long before: %s, %d ms", async (queue, age, places) => {
    expect((await tick(waiting(queue, "x"), slow(age))).places).toEqual(places);
  });
});

describe("a queue that can't be read", () => {
  test.each<[Queue, string[]]>([
    ["answer", ["alert", "repeat"]],
    ["alert", ["acknowledged", "repeat"]],
    ["repeat", ["acknowledged", "alert"]],
  ])("(%s) does not stop the others, and the tick fails", async (queue, kinds) => {
    const before = (kind: string, input: string) => {
      if (kind === "Query" && input.includes(`{"S":"${queue}"}`)) throw OUTAGE;
    };
    const world = await tick(ONE_OF_EACH, { before });
    expect(world.kinds).toEqual(kinds);
    expect(world.counted).toBe(OUTAGE);
    expect(world.metrics).not.toHaveProperty("RelayRun");
  });

  test("when it is counted makes the tick fail, after everything is published", async () => {
    const before = (kind: string, input: string) => {
      if (kind === "Query" && /:queue"(?!.*:now")/.test(input)) throw OUTAGE;
    };
    const { kinds, counted } = await tick(ONE_OF_EACH, { before });
    expect(kinds).toEqual(["acknowledged", "alert", "repeat"]);
    expect(counted).toBe(OUTAGE);
  });

  test("to its end is published as far as it was read, and counted as at least that", async () => {
    const before = (_: string, input: string) => {
      if (input.includes("ExclusiveStartKey")) throw OUTAGE;
    };
    const { sizes, metrics } = await tick(waiting("alert", 501), { before });
    expect(sizes).toEqual(Array(5).fill(100));
    expect(metrics).toMatchObject({ OutboxSize: [501] });
  });
});

test("a tick whose time is short claims nothing, and still says how much waits, at least", async () => {
  const given = [...waiting("alert", "ab"), ...waiting("repeat", "c")];
  const { states, places, counted, metrics } = await tick(given, { timeLeft: 2_999 });
  expect(Object.values(states()).filter(isHeld)).toEqual([]);
  expect({ places, counted }).toEqual({ places: [], counted: "at least" });
  expect(metrics).toMatchObject({ RelayRun: 1, OutboxSize: [2], OutboxAge: [120] });
});
