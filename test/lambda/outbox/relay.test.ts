import { describe, expect, test } from "vitest";
import type { OutboxEntry } from "../../../lambda/event/outbox-queue.ts";
import { relayOutbox } from "../../../lambda/outbox/relay.ts";
import { securityEvent } from "../../support/notices.ts";
import {
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  pagesOf,
  serviceError,
  storedAlert,
} from "../../support/outbox-world.ts";

const RECEIVED = securityEvent().receivedAt;
const DUE = NOW - 1;
const QUEUES = { pending: "alert", acknowledged: "answer", open: "repeat" } as const;

function entry(letter: string, difference: Partial<OutboxEntry> = {}): OutboxEntry {
  const id = { wabaId: "1", eventKey: letter };
  const { alert = "pending" } = difference;
  const queue = QUEUES[alert as keyof typeof QUEUES];
  return { ...id, queue, dueAt: DUE, attempts: 0, receivedAt: RECEIVED, alert, ...difference };
}

function letters(text: string, difference: Partial<OutboxEntry> = {}): OutboxEntry[] {
  return [...text].map((letter) => entry(letter, difference));
}

/** A tick over these pages: what it claims, what it tells, what it counts. */
async function tickOver(
  pages: readonly (readonly OutboxEntry[])[],
  { outbox, ...options }: OutboxWorldOptions = {},
) {
  const world = outboxWorld({ outbox: { ...pagesOf(...pages), ...outbox }, ...options });
  const counted = await relayOutbox(world.deps, world.invocation).catch((error) => error);
  return { counted, ...seenIn(world) };
}

function seenIn({ calls, invocation }: ReturnType<typeof outboxWorld>) {
  const argsOf = (wanted: string) =>
    calls.filter(([name]) => name === wanted).map(([, ...args]) => args);
  const claims = argsOf("outbox.claim") as [
    { eventKey: string },
    string,
    { expiresAt: number },
    number,
  ][];
  const notices = argsOf("topic.publish").map(([notice]) => notice) as { kind: string }[];
  return {
    calls,
    claims,
    claimed: claims.map(([{ eventKey }]) => eventKey).join(""),
    kinds: notices.map(({ kind }) => kind),
    released: argsOf("outbox.release").length,
    metrics: invocation.metrics.values,
    reasons: invocation.metrics.reasons,
  };
}

describe("a tick over an empty outbox", () => {
  test("reads it, and says only that it ran", async () => {
    const { counted, calls, metrics } = await tickOver([[]]);
    expect({ counted, calls, metrics }).toEqual({
      counted: "all",
      calls: ["alert", "answer", "repeat"].map((queue) => ["outbox.queue", queue]),
      metrics: { RelayRun: 1 },
    });
  });
});

describe("what is due", () => {
  test("is told, and nothing that is due in this very instant or later", async () => {
    const later = [entry("b", { dueAt: NOW }), entry("c", { dueAt: NOW + 60_000 })];
    const { counted, claims, kinds, metrics } = await tickOver([[entry("a"), ...later]]);
    const claim = { token: "token-1", expiresAt: NOW + 60_000 };
    expect(claims).toEqual([[expect.objectContaining({ eventKey: "a" }), "alert", claim, NOW]]);
    expect(kinds).toEqual(["alert"]);
    expect(counted).toBe("all");
    expect(metrics).toMatchObject({ RelayRun: 1, AlertPublished: 1, OutboxSize: [3] });
    expect(metrics).toMatchObject({ OutboxAge: [120] });
  });

  test("and was tried before is claimed for longer", async () => {
    const { claims } = await tickOver([[entry("a", { attempts: 2 })]]);
    expect(claims[0]?.[2].expiresAt).toBe(NOW + 240_000);
  });

  test("is told once, together, however many pages it takes", async () => {
    const waiting = entry("z", { dueAt: NOW + 60_000 });
    const { claimed, kinds, metrics } = await tickOver([
      letters("abc"),
      [...letters("de"), waiting],
      [waiting],
    ]);
    expect(claimed).toBe("abcde");
    expect(kinds).toEqual(Array(5).fill("alert"));
    expect(metrics.OutboxSize).toEqual([6]);
  });

  test("is told before the rest is read, which may take long", async () => {
    const { calls } = await tickOver([[entry("a"), entry("z", { dueAt: NOW })], []], {
      outbox: {
        queue: async function* () {
          yield [entry("a"), entry("z", { dueAt: NOW })];
          throw serviceError("InternalServerError", 500);
        },
      },
    });
    expect(calls.map(([name]) => name)).toContain("topic.publish");
  });

  test("is told also where a later page cannot be read, and the tick fails", async () => {
    const error = serviceError("InternalServerError", 500);
    const outbox = {
      queue: async function* () {
        yield letters("ab");
        throw error;
      },
    };
    const { counted, claimed, metrics } = await tickOver([], { outbox });
    expect(counted, "the failure is the tick's").toBe(error);
    expect(claimed).toBe("ab");
    expect(metrics).not.toHaveProperty("RelayRun");
    expect(metrics).not.toHaveProperty("OutboxSize");
  });
});

describe("a tick whose time is short", () => {
  test("reads on with just enough", async () => {
    const { counted } = await tickOver([letters("a"), []], { timeLeft: () => 10_001 });
    expect(counted).toBe("all");
  });

  test("claims nothing that it could not publish", async () => {
    const { claims, counted } = await tickOver([letters("a")], { timeLeft: () => 9000 });
    expect(claims).toEqual([]);
    expect(counted).toBe("at least");
  });

  test("claims nothing for a digest that it could not end", async () => {
    const { claims } = await tickOver([letters("abcdef")], { timeLeft: () => 10_000 });
    expect(claims).toEqual([]);
  });
});

describe("alerts that are due", () => {
  test.each([
    [1, 1, ["alert"]],
    [2, 2, ["alert", "alert"]],
    [3, 2, ["digest"]],
    [1, 0, ["digest"]],
    [6, 5, ["digest"]],
  ])("%d of them with %d places are told as %j", async (amount, free, kinds) => {
    const pace = { countFree: async () => free };
    const result = await tickOver([letters("abcdef".slice(0, amount))], { pace });
    expect(result.kinds).toEqual(kinds);
    expect(result.claimed).toHaveLength(amount);
    const counts = result.calls.filter(([name]) => name === "pace.countFree");
    expect(counts).toEqual([["pace.countFree", "single", NOW]]);
  });

  test("are told together where nobody can say how many places there are", async () => {
    const countFree = async () => Promise.reject(serviceError("InternalServerError", 500));
    const { kinds, metrics, reasons } = await tickOver([letters("a")], { pace: { countFree } });
    expect(kinds).toEqual(["digest"]);
    expect(metrics.RelayFailed).toBe(1);
    expect(reasons.RelayFailed).toEqual(["InternalServerError"]);
  });

  test("of which another holds one are told alone without it", async () => {
    const claim = async ({ wabaId, eventKey }: { wabaId: string; eventKey: string }) =>
      eventKey === "b" ? undefined : storedAlert({ event: securityEvent({ wabaId, eventKey }) });
    const { kinds, released, metrics } = await tickOver([letters("abc")], { outbox: { claim } });
    expect(kinds).toEqual(["alert", "alert"]);
    expect(released, "what nobody claimed is not given back").toBe(0);
    expect(metrics).not.toHaveProperty("RelayFailed");
  });

  test("are claimed first alerts first, then repeats, each in its order", async () => {
    const open = (letter: string) => entry(letter, { alert: "open" });
    const mixed = [open("a"), entry("b"), open("c"), entry("d"), open("e"), entry("f")];
    expect((await tickOver([mixed])).claimed).toBe("bdface");
  });

  test("are claimed as the clock stands at each claim", async () => {
    let now = NOW;
    const { claims } = await tickOver([letters("abcdef")], { now: () => now++ });
    const at = claims.map(([, , , claimedAt]) => claimedAt);
    expect(new Set(at).size, "distinct times").toBe(6);
  });

  test("of which another holds some are told without those", async () => {
    const claim = async ({ wabaId, eventKey }: { wabaId: string; eventKey: string }) =>
      eventKey === "c" ? undefined : storedAlert({ event: securityEvent({ wabaId, eventKey }) });
    const { calls, kinds } = await tickOver([letters("abcdef")], { outbox: { claim } });
    expect(kinds).toEqual(["digest"]);
    const [, digest] = calls.find(([name]) => name === "topic.publish") ?? [];
    expect((digest as { items: unknown[] }).items).toHaveLength(5);
    expect(calls.filter(([name]) => name === "outbox.markPublished")).toHaveLength(5);
  });

  test("and open are told without those that are closed instead", async () => {
    const claim = async ({ wabaId, eventKey }: { wabaId: string; eventKey: string }) => {
      const receivedAt = eventKey === "a" ? "2026-11-22T03:12:01.000Z" : RECEIVED;
      const event = securityEvent({ wabaId, eventKey, receivedAt });
      return storedAlert({ event, alert: "open" });
    };
    const entries = letters("abcdef", { alert: "open" });
    const { calls, kinds } = await tickOver([entries], { outbox: { claim } });
    expect(kinds).toEqual(["digest"]);
    expect(calls.filter(([name]) => name === "outbox.close")).toHaveLength(1);
    expect(calls.filter(([name]) => name === "outbox.markRepeated")).toHaveLength(5);
  });

  test("are as many at once as the function has connections", async () => {
    let underWay = 0;
    let most = 0;
    const claim = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return undefined;
    };
    const entries = Array.from({ length: 60 }, (_, index) => entry(`key ${index}`));
    await tickOver([entries], { outbox: { claim } });
    expect(most).toBe(24);
    await tickOver([entries], { outbox: { claim }, pace: { countFree: async () => 100 } });
    expect(most).toBe(24);
  });
});

describe("answers that are due", () => {
  const answer = {
    name: "Ann",
    answer: "planned",
    at: RECEIVED,
    from: "terminal",
    origin: "terminal",
  } as const;
  const claim = async ({ wabaId, eventKey }: { wabaId: string; eventKey: string }) => {
    const event = securityEvent({ wabaId, eventKey });
    const isAlert = eventKey < "m";
    return isAlert
      ? storedAlert({ event })
      : storedAlert({ event, alert: "acknowledged", answers: [answer] });
  };

  test.each([
    ["z", 1, ["acknowledged"]],
    ["xyz", 3, ["acknowledged", "acknowledged", "acknowledged"]],
    ["xyz", 2, ["answers"]],
  ])("%s with %d places are told as %j", async (waiting, free, kinds) => {
    const entries = letters(waiting, { alert: "acknowledged" });
    const pace = { countFree: async () => free };
    expect((await tickOver([entries], { outbox: { claim }, pace })).kinds).toEqual(kinds);
  });

  test("are told after the alerts, by the places that these have left", async () => {
    const entries = [...letters("yz", { alert: "acknowledged" }), ...letters("ab")];
    let free = 3;
    const pace = { countFree: async () => free, take: async () => free-- > 0 };
    const { kinds, calls } = await tickOver([entries], { outbox: { claim }, pace });
    expect(kinds, "one place is left, for both answers together").toEqual([
      "alert",
      "alert",
      "answers",
    ]);
    expect(calls.filter(([name]) => name === "pace.countFree")).toHaveLength(2);
  });

  test("and were given while their alert was due are told beside the digest", async () => {
    const entries = letters("abcdez");
    const { kinds } = await tickOver([entries], { outbox: { claim } });
    expect(kinds).toEqual(["digest", "answers"]);
  });
});
