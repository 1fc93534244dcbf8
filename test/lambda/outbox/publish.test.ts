import { describe, expect, test } from "vitest";
import type { Message } from "../../../lambda/alert/content/notice.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import type { Claimed } from "../../../lambda/outbox/claims.ts";
import { publishAnswer, publishDelivered } from "../../../lambda/outbox/publish-due.ts";
import { keepClaim } from "../../../lambda/outbox/run.ts";
import { later, securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  claimedAlert,
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  serviceError,
  storedAlert,
  toSubject,
} from "../../support/outbox-world.ts";

const failWith = (name: string, status?: number) => async () =>
  Promise.reject(serviceError(name, status));
const failing = failWith("InternalServerError", 500);

/** Claimed alerts `k0`, `k1` and so on, each of another number. */
function claims(amount: number, difference: Partial<StoredAlert> = {}): Claimed[] {
  return Array.from({ length: amount }, (_, index) => {
    const event = later(-index, { eventKey: `k${index}`, displayPhoneNumber: `1555${index}` });
    return claimedAlert({ event, dueAt: NOW + 75_000, ...difference });
  });
}

function seenIn({ calls, run }: ReturnType<typeof outboxWorld>) {
  const argsOf = (wanted: string) =>
    calls.filter(([name]) => name === wanted).map(([, ...args]) => args);
  const keysOf = (name: string) =>
    argsOf(name).map(([claimed]) => (claimed as Claimed).stored.event.eventKey);
  return {
    calls,
    names: calls.map(([name]) => name),
    places: argsOf("pace.take").map(([kind, taker]) => `${kind} ${taker}`),
    messages: argsOf("topic.publish").map(([message]) => toSubject(message as Message)),
    marked: keysOf("outbox.mark").sort(),
    released: keysOf("outbox.release").sort(),
    prolonged: argsOf("outbox.prolong"),
    metrics: run.invocation.metrics.values,
    reasons: run.invocation.metrics.reasons,
  };
}

async function deliver(claimed: readonly Claimed[], options: OutboxWorldOptions = {}) {
  const world = outboxWorld(options);
  await publishDelivered(claimed, world.run);
  return seenIn(world);
}

const kindsOf = ({ messages }: { messages: { kind: string }[] }) =>
  messages.map(({ kind }) => kind);

describe("a delivery's alerts", () => {
  test.each([
    [0, []],
    [1, ["alert"]],
    [5, Array(5).fill("alert")],
    [6, ["digest"]],
    [40, ["digest"]],
  ])("are published alone up to five, else together: %d as %j", async (amount, kinds) => {
    const seen = await deliver(claims(amount));
    expect(kindsOf(seen)).toEqual(kinds);
    expect(seen.marked).toHaveLength(amount);
    const place = amount > 5 ? "digest request" : "single request";
    expect(new Set(seen.places)).toEqual(new Set(kinds.map(() => place)));
  });

  test("of completed resets get the places first", async () => {
    const completed = claims(5).with(
      3,
      claimedAlert({ event: securityEvent({ event: "PIN_REQUEST_SUCCESS", eventKey: "off" }) }),
    );
    let places = 1;
    const { messages, released, metrics } = await deliver(completed, {
      pace: { take: async () => places-- > 0 },
    });
    expect(messages).toEqual([{ kind: "alert", keys: ["off"] }]);
    expect(released).toEqual(["k0", "k1", "k2", "k4"]);
    expect(metrics).toMatchObject({ AlertPaced: 4 });
  });

  test("in more than one digest need a place for each; the rest goes back", async () => {
    const long = { requester: "x".repeat(140) };
    const many = Array.from({ length: 1500 }, (_, index) => {
      return claimedAlert({ event: securityEvent({ ...long, eventKey: `key ${index}` }) });
    });
    let places = 1;
    const take = async () => places-- > 0;
    const { messages, marked, released } = await deliver(many, { pace: { take } });
    expect(messages).toHaveLength(1);
    expect(marked.length + released.length).toBe(1500);
    expect(released.length).toBeGreaterThan(0);
  });
});

describe("alerts wait for the next tick, and their claims go back,", () => {
  test.each<[string, OutboxWorldOptions, object]>([
    ["without a place", { pace: { take: async () => false } }, { AlertPaced: 2 }],
    ["without time to publish", { timeLeft: () => 9000 }, {}],
    [
      "where DynamoDB fails the place",
      { pace: { take: failing } },
      { AlertPaced: 2, RelayFailed: 2 },
    ],
  ])("%s", async (_, options, metrics) => {
    const seen = await deliver(claims(2), options);
    expect(seen.messages).toEqual([]);
    expect(seen.released).toEqual(["k0", "k1"]);
    expect(seen.metrics).toEqual(metrics);
  });

  test("unless there is no time to write: then they expire", async () => {
    expect((await deliver(claims(2), { timeLeft: () => 2999 })).calls).toEqual([]);
  });

  test("and a release that fails is counted", async () => {
    const options = { pace: { take: async () => false }, outbox: { release: failing } };
    expect((await deliver(claims(1), options)).metrics).toEqual({ AlertPaced: 1, RelayFailed: 1 });
  });
});

describe("a message that SNS does not take", () => {
  test.each([
    ["ThrottlingException", 1],
    ["ThrottlingException", 6],
    ["NotAuthorized", 6],
    ["KMSInvalidStateException", 6],
    ["XInvalidParameter", 6],
  ])("for sure (%s) gives every claim back, and is not tried again (%d)", async (name, amount) => {
    const seen = await deliver(claims(amount), { publish: failWith(name, 400) });
    expect(seen.released).toHaveLength(amount);
    expect(seen.messages).toHaveLength(1);
    expect(seen.metrics).toEqual({ AlertPublishFailed: 1 });
    expect(seen.reasons).toEqual({ AlertPublishFailed: [name] });
  });

  test.each([
    ["TimeoutError", undefined],
    ["InternalError", 500],
    ["InvalidParameter", undefined],
  ])(
    "in doubt (%s, %s) keeps every claim, longer where it was tried before",
    async (name, status) => {
      const tried = claims(6, { attempts: 2, dueAt: NOW });
      const seen = await deliver([...tried, ...claims(1)], { publish: failWith(name, status) });
      expect(seen.released).toEqual([]);
      expect(seen.prolonged).toEqual(tried.map((one) => [one, NOW + 150_000]));
      expect(seen.metrics).toEqual({ AlertPublishFailed: 1 });
    },
  );

  test.each(["InvalidParameter", "InvalidParameterValueException", "ValidationException"])(
    "because of one event's content (%s) is halved until that event is alone",
    async (name) => {
      const publish = async (message: Message) => {
        if (toSubject(message).keys.includes("k2")) throw serviceError(name, 400);
        return "m-2";
      };
      const seen = await deliver(claims(8), { publish });
      expect(seen.messages.map(({ keys }) => keys.length)).toEqual([8, 4, 2, 2, 1, 1, 4]);
      expect(seen.marked.toSorted()).toEqual(["k0", "k1", "k3", "k4", "k5", "k6", "k7"]);
      expect(seen.released).toEqual(["k2"]);
    },
  );

  test("because of its content is halved as far as there are places, and the rest given back", async () => {
    let places = 3;
    const take = async () => places-- > 0;
    const publish = failWith("InvalidParameter", 400);
    const seen = await deliver(claims(8), { publish, pace: { take } });
    expect(seen.messages.map(({ keys }) => keys.length)).toEqual([8, 4, 2]);
    expect(seen.released).toHaveLength(8);
  });
});

describe("a claim that is kept in doubt", () => {
  test.each([
    ["of the first attempt", 0, 0, undefined],
    ["of the first attempt", 1, 0, undefined],
    ["of the first attempt, although it expired", 1, -1, undefined],
    ["that another gave back, although it expired", 0, -1, undefined],
    ["of the second attempt", 2, 0, 150_000],
    ["of the fourth attempt", 4, 75_000, 600_000],
    ["whose end is nearly a claim too early", 4, 600_000 - 75_001, 600_000],
    ["whose end is at most a claim too early", 4, 600_000 - 75_000, undefined],
    ["of the sixth attempt", 6, 0, 900_000],
  ])("%s (%d, due in %d ms) then lasts for %s ms", async (_, attempts, dueIn, lasts) => {
    const claimed = claimedAlert({ attempts, dueAt: NOW + dueIn });
    const { run, calls } = outboxWorld();
    await keepClaim(claimed, run);
    expect(calls).toEqual(lasts ? [["outbox.prolong", claimed, NOW + lasts]] : []);
  });

  test("is not changed without time to write, and a failure is counted", async () => {
    const late = outboxWorld({ timeLeft: () => 2999 });
    await keepClaim(claimedAlert({ attempts: 2 }), late.run);
    expect(late.calls).toEqual([]);
    const { run } = outboxWorld({ outbox: { prolong: failing } });
    await keepClaim(claimedAlert({ attempts: 2 }), run);
    expect(run.invocation.metrics.values).toEqual({ RelayFailed: 1 });
  });
});

describe("an answer that has just been stored", () => {
  const id = { wabaId: "1", eventKey: "2#3" };

  async function answer(stored: StoredAlert | undefined, options: OutboxWorldOptions = {}) {
    const claim = async () => stored;
    const world = outboxWorld({ ...options, outbox: { claim, ...options.outbox } });
    await publishAnswer(id, world.run);
    return seenIn(world);
  }

  const answered = storedAlert({
    event: securityEvent(id),
    alert: "acknowledged",
    answers: [answerAt(1), answerAt(2)],
    announcedAnswers: 1,
  });

  test("is claimed, and announced in one message with others that wait", async () => {
    const { calls, messages } = await answer({ ...answered, announcedAnswers: 0 });
    const claim = { token: "token-1", expiresAt: NOW + 75_000 };
    expect(calls[0]).toEqual(["outbox.claim", id, "answer", claim, NOW]);
    expect(messages).toEqual([{ kind: "acknowledged", keys: ["2#3", "2#3"] }]);
  });

  test("uses a digest's place where no single one is left", async () => {
    const take = async (kind: string) => kind === "digest";
    const { places, messages } = await answer(answered, { pace: { take } });
    expect(places).toEqual(["single request", "digest request"]);
    expect(messages).toHaveLength(1);
  });

  test("that another event announces only leaves the outbox", async () => {
    const { names } = await answer({ ...answered, announcedAnswers: 2 });
    expect(names).toEqual(["outbox.claim", "outbox.mark"]);
  });

  test.each<[string, OutboxWorldOptions]>([
    ["is left to who holds it", { outbox: { claim: async () => undefined } }],
    ["is left to the tick where DynamoDB fails", { outbox: { claim: failing } }],
    ["is left to the tick without time to publish", { timeLeft: () => 9000 }],
  ])("%s", async (_, options) => {
    expect((await answer(answered, options)).messages).toEqual([]);
  });
});
