import { describe, expect, test } from "vitest";
import type { Message } from "../../../lambda/alert/content/notice.ts";
import type { EventId } from "../../../lambda/event/event-item.ts";
import type { OutboxEntry, Queue } from "../../../lambda/event/outbox-queue.ts";
import { relayOutbox } from "../../../lambda/outbox/relay.ts";
import { securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  serviceError,
  storedAlert,
  toSubject,
} from "../../support/outbox-world.ts";

const OUTAGE = serviceError("InternalServerError", 500);
const { receivedAt: RECEIVED } = securityEvent();
const STATES = { alert: "pending", answer: "acknowledged", repeat: "open" } as const;

function entries(queue: Queue, keys: string | readonly string[], wabaId = "1"): OutboxEntry[] {
  return [...keys].map((eventKey) => {
    const alert = STATES[queue];
    return { queue, wabaId, eventKey, dueAt: NOW - 1, attempts: 0, receivedAt: RECEIVED, alert };
  });
}

const many = (queue: Queue, amount: number, wabaId = "1") =>
  entries(
    queue,
    Array.from({ length: amount }, (_, index) => `${queue}${index}`),
    wabaId,
  );

interface Given extends OutboxWorldOptions {
  /** What the outbox holds; what is due by `dueAt`. */
  readonly waiting?: readonly OutboxEntry[];
  /** Queues whose pages can't be read: from the first page on, or the second. */
  readonly broken?: Partial<Record<Queue, 1 | 2>>;
  /** Milliseconds that each claim takes of the tick's minute. */
  readonly claimMs?: number;
}

/** A tick over what waits, with a clock that pauses move on. */
async function tick({ waiting = [], broken = {}, claimMs = 0, ...options }: Given) {
  let passed = 0;
  const pages: string[] = [];
  const world = outboxWorld({
    taker: "tick",
    now: () => NOW + passed,
    timeLeft: () => 60_000 - passed,
    pause: async (milliseconds) => {
      passed += milliseconds;
    },
    ...options,
    outbox: {
      async *queue(queue, dueBefore) {
        pages.push(dueBefore === undefined ? `all of ${queue}` : queue);
        if (broken[queue] === 1) throw OUTAGE;
        const found = waiting.filter((one) => one.queue === queue);
        yield found.filter(({ dueAt }) => dueBefore === undefined || dueAt < dueBefore);
        if (broken[queue] === 2) throw OUTAGE;
      },
      async claim(id: EventId, queue) {
        passed += claimMs;
        const answers = queue === "answer" ? [answerAt(1)] : [];
        return storedAlert({ event: securityEvent(id), alert: STATES[queue], answers });
      },
      ...options.outbox,
    },
  });
  const counted = await relayOutbox(world.run).catch((error) => error);
  const { calls, run } = world;
  const argsOf = (wanted: string) =>
    calls.filter(([name]) => name === wanted).map(([, ...args]) => args);
  return {
    counted,
    pages,
    passed,
    names: calls.map(([name]) => name),
    claimed: argsOf("outbox.claim").map(([id]) => (id as EventId).eventKey),
    lasts: argsOf("outbox.claim").map((args) => (args[2] as { expiresAt: number }).expiresAt - NOW),
    places: argsOf("pace.take").map(([kind, taker]) => `${kind} ${taker}`),
    messages: argsOf("topic.publish").map(([message]) => toSubject(message as Message)),
    released: argsOf("outbox.release").length,
    metrics: run.invocation.metrics.values,
  };
}

describe("a tick over an empty outbox", () => {
  test("reads each queue for what is due, then for what waits, and takes no place", async () => {
    const { counted, pages, places, metrics } = await tick({});
    expect(pages).toEqual([
      "answer",
      "alert",
      "repeat",
      "all of alert",
      "all of repeat",
      "all of answer",
    ]);
    expect({ counted, places, metrics }).toEqual({
      counted: "all",
      places: [],
      metrics: { RelayRun: 1 },
    });
  });
});

describe("what is due", () => {
  test("is published answers first, then first alerts, then repeats", async () => {
    const waiting = [
      ...entries("repeat", "r"),
      ...entries("alert", "a"),
      ...entries("answer", "x"),
    ];
    const { messages } = await tick({ waiting });
    expect(messages).toEqual([
      { kind: "acknowledged", keys: ["x"] },
      { kind: "alert", keys: ["a"] },
      { kind: "repeat", keys: ["r"] },
    ]);
  });

  test("and nothing that is due in this very instant or later", async () => {
    const later = entries("alert", "bc").map((one, index) => ({ ...one, dueAt: NOW + index }));
    const { claimed, metrics } = await tick({ waiting: [...entries("alert", "a"), ...later] });
    expect(claimed).toEqual(["a"]);
    expect(metrics).toMatchObject({
      RelayRun: 1,
      AlertPublished: 1,
      OutboxSize: [3],
      OutboxAge: [120],
    });
  });

  test("and was tried before is claimed for longer", async () => {
    const waiting = entries("alert", "a").map((one) => ({ ...one, attempts: 2 }));
    expect((await tick({ waiting })).lasts).toEqual([300_000]);
  });

  test.each([
    [1, 5, ["alert"]],
    [5, 5, Array(5).fill("alert")],
    [3, 2, ["alert", "alert", "alert"]],
    [4, 2, ["alert", "alert", "digest"]],
    [5, 0, ["digest"]],
    [6, 5, ["digest"]],
  ])("%d alerts with %d single places go out as %j, none is left", async (amount, free, kinds) => {
    let singles = free;
    const take = async (kind: string) => kind === "digest" || singles-- > 0;
    const result = await tick({ waiting: many("alert", amount), pace: { take } });
    expect(result.messages.map(({ kind }) => kind)).toEqual(kinds);
    expect(result.released).toBe(0);
  });

  test("in answers goes into one message, whatever places there are", async () => {
    const { messages, places } = await tick({ waiting: entries("answer", "xyz") });
    expect(messages.map(({ keys }) => keys.toSorted())).toEqual([["x", "y", "z"]]);
    expect(places).toEqual(["digest tick"]);
  });

  test("is counted for places after what is closed instead", async () => {
    const newer = storedAlert({
      event: securityEvent({ eventKey: "9", time: 2e9 }),
      alert: "open",
    });
    const claim = async (id: EventId) => {
      const displayPhoneNumber = Number(id.eventKey) > 1 ? "attacked twice" : "1";
      const event = securityEvent({ ...id, displayPhoneNumber });
      return storedAlert({ event, alert: "open" });
    };
    const table = {
      numberHistory: async (number: string) => (number === "1" ? [] : [newer]),
      find: async () => newer,
    };
    const waiting = entries("repeat", "0123456");
    const { messages } = await tick({ waiting, outbox: { claim }, table });
    expect(messages).toEqual([
      { kind: "repeat", keys: ["0"] },
      { kind: "repeat", keys: ["1"] },
    ]);
  });

  test("and held by another is left out, and nothing is given back for it", async () => {
    const claim = async (id: EventId) =>
      id.eventKey === "b" ? undefined : storedAlert({ event: securityEvent(id) });
    const { messages, released } = await tick({
      waiting: entries("alert", "abc"),
      outbox: { claim },
    });
    expect(messages.map(({ keys }) => keys[0])).toEqual(["a", "c"]);
    expect(released).toBe(0);
  });

  test("and can't be claimed holds up nothing", async () => {
    const claim = async (id: EventId) => {
      if (id.eventKey === "b") throw OUTAGE;
      return storedAlert({ event: securityEvent(id) });
    };
    const { messages, metrics } = await tick({
      waiting: entries("alert", "abc"),
      outbox: { claim },
    });
    expect(messages.map(({ keys }) => keys[0])).toEqual(["a", "c"]);
    expect(metrics).toMatchObject({ RelayFailed: 1 });
  });
});

describe("more than one digest holds", () => {
  test("is claimed part by part, each published and marked before the next is claimed", async () => {
    const { names, messages, places } = await tick({ waiting: many("alert", 250) });
    const steps = names.filter((name, index) => name !== names[index - 1]);
    const part = ["pace.take", "outbox.claim", "topic.publish", "outbox.mark"];
    expect(steps.slice(1, 1 + 3 * part.length)).toEqual([...part, ...part, ...part]);
    expect(messages.map(({ keys }) => keys.length)).toEqual([100, 100, 50]);
    expect(new Set(places)).toEqual(new Set(["digest tick"]));
  });

  test("waits for places, as long as there is time", async () => {
    let taken = 0;
    const world = { lastAt: 0 };
    const take = async (_: string, __: string, now: number) => {
      if (now - world.lastAt < 5_000) return false;
      world.lastAt = now;
      taken += 1;
      return true;
    };
    const { messages, released, passed } = await tick({
      waiting: many("alert", 5_000),
      pace: { take },
    });
    expect(messages).toHaveLength(10);
    expect(taken).toBe(10);
    expect(released, "nothing is claimed that can't be published").toBe(0);
    expect(passed).toBeLessThan(48_000);
  });

  test("goes out in smaller parts on a slow table, in order, and the next tick goes on", async () => {
    const waiting = many("alert", 300);
    const { claimed, messages, released, passed, counted, metrics } = await tick({
      waiting,
      claimMs: 235,
    });
    const firsts = waiting.slice(0, 200).map(({ eventKey }) => eventKey);
    expect(claimed).toEqual(firsts);
    const sizes = messages.map(({ keys }) => keys.length);
    expect(sizes).toEqual([...Array(33).fill(6), 1, 1]);
    expect({ released, counted }).toEqual({ released: 0, counted: "all" });
    expect(passed, "no claim but those under way begins after 47 s").toBeLessThan(48_000);
    expect(metrics).toMatchObject({ OutboxSize: [300] });
  });

  test("does not use a place that was taken long before", async () => {
    const { places } = await tick({ waiting: many("alert", 1), claimMs: 3_001 });
    expect(places, "one before the claim").toEqual(["digest tick", "single tick"]);
    const { places: two } = await tick({ waiting: entries("answer", "x"), claimMs: 3_001 });
    expect(two, "one before the claim, one before the publish").toHaveLength(2);
  });
});

describe("a queue that can't be read", () => {
  test.each([
    ["answer", ["alert", "repeat"]],
    ["alert", ["acknowledged", "repeat"]],
    ["repeat", ["acknowledged", "alert"]],
  ] as const)("(%s) does not stop the others, and the tick fails", async (queue, kinds) => {
    const waiting = [
      ...entries("repeat", "r"),
      ...entries("alert", "a"),
      ...entries("answer", "x"),
    ];
    const { counted, messages, metrics } = await tick({ waiting, broken: { [queue]: 1 } });
    expect(messages.map(({ kind }) => kind)).toEqual(kinds);
    expect(counted).toBe(OUTAGE);
    expect(metrics).not.toHaveProperty("RelayRun");
  });

  test("to its end is published as far as it was read, and counted as at least that", async () => {
    const { claimed, metrics } = await tick({
      waiting: entries("alert", "ab"),
      broken: { alert: 2 },
    });
    expect(claimed).toEqual(["a", "b"]);
    expect(metrics).toMatchObject({ OutboxSize: [2] });
  });
});

describe("a tick whose time is short", () => {
  test("claims nothing, and still says how much waits, at least", async () => {
    const { claimed, places, counted, metrics } = await tick({
      waiting: [...entries("alert", "ab"), ...entries("repeat", "c")],
      timeLeft: () => 2_999,
    });
    expect({ claimed, places, counted }).toEqual({ claimed: [], places: [], counted: "at least" });
    expect(metrics).toMatchObject({ RelayRun: 1, OutboxSize: [2], OutboxAge: [120] });
  });

  test("counts last, after everything is published", async () => {
    const { names } = await tick({ waiting: entries("alert", "a") });
    const lastPublished = names.lastIndexOf("topic.publish");
    expect(names.slice(lastPublished).filter((name) => name === "outbox.queue")).toHaveLength(4);
  });
});
