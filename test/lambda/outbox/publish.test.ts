import { describe, expect, test } from "vitest";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { publishAnswer, publishDelivered } from "../../../lambda/outbox/publish-due.ts";
import { keepClaim } from "../../../lambda/outbox/run.ts";
import { later, securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  NOW,
  OUTAGE,
  type OutboxWorldOptions,
  outboxWorld,
  serviceError,
  storedAlert,
} from "../../support/outbox-world.ts";

/** Alerts `k0`, `k1` and so on, each of another number. */
function alerts(amount: number, difference: Partial<StoredAlert> = {}): StoredAlert[] {
  return Array.from({ length: amount }, (_, index) => {
    const event = later(-index, { eventKey: `k${index}`, displayPhoneNumber: `1555${index}` });
    return storedAlert({ event, ...difference });
  });
}

async function deliver(given: readonly StoredAlert[], options: OutboxWorldOptions = {}) {
  const world = outboxWorld(options);
  await publishDelivered(await world.claim(...given), world.run);
  return world;
}

/** So many places of either kind. */
function places(free: number) {
  let left = free;
  return { take: async () => left-- > 0 };
}

/** SNS, which fails so. */
function failing(name: string, status?: number) {
  return { publish: () => Promise.reject(serviceError(name, status)) };
}

describe("a delivery's alerts", () => {
  test.each([
    [0, []],
    [5, Array(5).fill("alert")],
    [6, ["digest"]],
    [40, ["digest"]],
  ])("are published alone up to five, else together: %d as %j", async (amount, kinds) => {
    const world = await deliver(alerts(amount));
    expect(world.messages.map(({ kind }) => kind)).toEqual(kinds);
    expect(Object.values(world.states())).toEqual(Array(amount).fill("open"));
    const place = amount > 5 ? "digest request" : "single request";
    expect(world.places).toEqual(kinds.map(() => place));
  });

  test("of completed resets get the places first", async () => {
    const event = securityEvent({ event: "PIN_REQUEST_SUCCESS", eventKey: "off" });
    const given = [...alerts(2), storedAlert({ event })];
    const world = await deliver(given, { pace: places(1) });
    expect(world.subjects()).toEqual([{ kind: "alert", keys: ["off"] }]);
    expect(world.states()).toEqual({ k0: "pending", k1: "pending", off: "open" });
    expect(world.metrics).toMatchObject({ AlertPaced: 2 });
  });

  test("in more than one digest need a place for each; the rest goes back", async () => {
    const many = Array.from({ length: 1500 }, (_, index) => {
      const event = securityEvent({ requester: "x".repeat(140), eventKey: `key ${index}` });
      return storedAlert({ event });
    });
    const { messages, states } = await deliver(many, { pace: places(1) });
    expect(messages).toHaveLength(1);
    expect(new Set(Object.values(states()))).toEqual(new Set(["open", "pending"]));
  });
});

describe("alerts wait for the next tick, and their claims go back,", () => {
  test.each<[string, OutboxWorldOptions, object]>([
    ["without a place", { pace: places(0) }, { AlertPaced: 2 }],
    ["without time to publish", { timeLeft: 9000 }, {}],
    [
      "where DynamoDB fails the place",
      { pace: { take: () => Promise.reject(OUTAGE) } },
      { AlertPaced: 2, RelayFailed: 2 },
    ],
  ])("%s", async (_, options, metrics) => {
    const world = await deliver(alerts(2), options);
    expect(world.messages).toEqual([]);
    expect(world.states()).toEqual({ k0: "pending", k1: "pending" });
    expect(world.metrics).toEqual(metrics);
  });

  test("unless there is no time to write: then they expire", async () => {
    const world = await deliver(alerts(2), { timeLeft: 2999 });
    expect(world.states()).toEqual({ k0: "pending, held", k1: "pending, held" });
  });

  test("and a release that fails is counted", async () => {
    const before = () => Promise.reject(OUTAGE);
    const { run } = outboxWorld({ before, pace: places(0) });
    await publishDelivered([{ stored: storedAlert(), token: "t" }], run);
    expect(run.invocation.metrics.values).toEqual({ AlertPaced: 1, RelayFailed: 1 });
  });
});

describe("a message that SNS does not take", () => {
  test.each([
    ["ThrottlingException", 1],
    ["NotAuthorized", 6],
    ["XInvalidParameter", 6],
  ])("for sure (%s) gives every claim back, and is not tried again (%d)", async (name, amount) => {
    const world = await deliver(alerts(amount), failing(name, 400));
    expect(Object.values(world.states())).toEqual(Array(amount).fill("pending"));
    expect(world.messages).toHaveLength(1);
    expect(world.metrics).toEqual({ AlertPublishFailed: 1 });
    expect(world.reasons).toEqual({ AlertPublishFailed: [name] });
  });

  test.each([
    ["TimeoutError", undefined],
    ["InternalError", 500],
    ["InvalidParameter", undefined],
  ])(
    "in doubt (%s, %s) keeps every claim, longer where it was tried before",
    async (name, status) => {
      const event = securityEvent({ eventKey: "tried" });
      const tried = storedAlert({ event, attempts: 2, dueAt: NOW });
      const world = await deliver([...alerts(5), tried], failing(name, status));
      const dueIn = world.stored().map(({ dueAt = 0 }) => dueAt - NOW);
      expect(dueIn).toEqual([...Array(5).fill(75_000), 150_000]);
      expect(new Set(Object.values(world.states()))).toEqual(new Set(["pending, held"]));
      expect(world.metrics).toEqual({ AlertPublishFailed: 1 });
    },
  );

  test.each(["InvalidParameter", "ValidationException"])(
    "because of one event's content (%s) is halved until that event is alone",
    async (name) => {
      const publish = ({ keys }: { keys: readonly string[] }) => {
        if (keys.includes("k2")) throw serviceError(name, 400);
      };
      const world = await deliver(alerts(8), { publish, pace: places(9) });
      expect(world.messages.map(({ keys }) => keys.length)).toEqual([8, 4, 2, 2, 1, 1, 4]);
      const { k2, ...others } = world.states();
      expect([k2, ...new Set(Object.values(others))]).toEqual(["pending", "open"]);
    },
  );

  test("because of its content is halved as far as there are places, and the rest given back", async () => {
    const options = { ...failing("InvalidParameter", 400), pace: places(3) };
    const world = await deliver(alerts(8), options);
    expect(world.messages.map(({ keys }) => keys.length)).toEqual([8, 4, 2]);
    expect(Object.values(world.states())).toEqual(Array(8).fill("pending"));
  });
});

describe("a claim that is kept in doubt", () => {
  test.each([
    ["of the first attempt stays as it is", 1, 0, 0],
    ["of the first attempt stays, although it expired", 1, -1, -1],
    ["that another gave back stays, although it expired", 0, -1, -1],
    ["of the second attempt is prolonged", 2, 0, 150_000],
    ["whose end is nearly a claim too early is prolonged", 4, 600_000 - 75_001, 600_000],
    ["whose end is at most a claim too early stays", 4, 600_000 - 75_000, 600_000 - 75_000],
    ["of the sixth attempt is prolonged", 6, 0, 900_000],
  ])("%s (%d, due in %d ms): %d", async (_, attempts, dueIn, lasts) => {
    const world = outboxWorld();
    const [claimed] = await world.claim(storedAlert({ attempts, dueAt: NOW + dueIn }));
    if (claimed) await keepClaim(claimed, world.run);
    expect(world.stored()[0]?.dueAt).toBe(NOW + lasts);
  });

  test("is not changed without time to write, and a failure is counted", async () => {
    const claimed = { stored: storedAlert({ attempts: 2 }), token: "t" };
    const late = outboxWorld({ timeLeft: 2999 });
    await keepClaim(claimed, late.run);
    expect(late.requests).toEqual([]);
    const { run } = outboxWorld({ before: () => Promise.reject(OUTAGE) });
    await keepClaim(claimed, run);
    expect(run.invocation.metrics.values).toEqual({ RelayFailed: 1 });
  });
});

describe("an answer that has just been stored", () => {
  async function answer(difference: Partial<StoredAlert> = {}, options: OutboxWorldOptions = {}) {
    const world = outboxWorld(options);
    const answers = [answerAt(1), answerAt(2)];
    const answered = storedAlert({ alert: "acknowledged", answers, dueAt: 0, ...difference });
    await world.hold(answered);
    await publishAnswer(answered.event, world.run);
    const [stored] = world.stored();
    return { ...world, subjects: world.subjects(), left: stored?.claimToken ?? stored?.dueAt };
  }
  const { eventKey } = securityEvent();

  test("is announced in one message with others that wait", async () => {
    const { subjects, left } = await answer();
    expect(subjects).toEqual([{ kind: "acknowledged", keys: [eventKey, eventKey] }]);
    expect(left, "nothing is left to be done").toBeUndefined();
  });

  test.each([
    ["acknowledged", true],
    ["open", false],
  ] as const)("to an alert that is %s says that it pauses nothing: %s", async (alert, isSaid) => {
    const { messages } = await answer({ alert, announcedAnswers: 1 });
    expect(messages.some(({ message }) => message.includes("pauses nothing"))).toBe(isSaid);
  });

  test("uses a digest's place where no single one is left", async () => {
    const take = async (kind: string) => kind === "digest";
    const { places, subjects } = await answer({}, { pace: { take } });
    expect(places).toEqual(["single request", "digest request"]);
    expect(subjects).toHaveLength(1);
  });

  test.each<[string, Partial<StoredAlert>, OutboxWorldOptions, unknown]>([
    ["left to who holds it", { claimToken: "other", dueAt: NOW + 1 }, {}, "other"],
    ["left to the tick where DynamoDB fails", {}, { before: () => Promise.reject(OUTAGE) }, 0],
    ["left to the tick without time to publish", {}, { timeLeft: 9000 }, 0],
  ])("is %s", async (_, difference, options, left) => {
    const world = await answer(difference, options);
    expect(world.subjects).toEqual([]);
    expect(world.left).toBe(left);
  });
});
