import { describe, expect, test } from "vitest";
import type { Notice } from "../../../lambda/alert/legacy.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import type { Claimed } from "../../../lambda/outbox/claims.ts";
import { isToBeTold, publishDigests } from "../../../lambda/outbox/digest.ts";
import { later, securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  CODE,
  claimedAlert,
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  serviceError,
} from "../../support/outbox-world.ts";

const OUTAGE = serviceError("InternalServerError", 500);
const failing = async () => Promise.reject(OUTAGE);

/** Claimed alerts, the newest first. */
function claims(amount: number, difference: Partial<StoredAlert> = {}, letter = "k"): Claimed[] {
  return Array.from({ length: amount }, (_, index) => {
    const event = later(-index, {
      eventKey: `${letter}${index}`,
      displayPhoneNumber: `1555${index}`,
    });
    return claimedAlert({ event, ...difference });
  });
}

function answered(amount: number, announcedAnswers = 0): Claimed[] {
  const answers = [answerAt(1), answerAt(2)];
  return claims(amount, { alert: "acknowledged", answers, announcedAnswers }, "a");
}

async function digestsOf(claimed: readonly Claimed[], options: OutboxWorldOptions = {}) {
  const { deps, invocation, calls } = outboxWorld(options);
  await publishDigests(claimed, deps, invocation);
  const argsOf = (wanted: string) =>
    calls.filter(([name]) => name === wanted).map(([, ...args]) => args);
  const { values, reasons } = invocation.metrics;
  return {
    calls,
    argsOf,
    notices: argsOf("topic.publish").map(([notice]) => notice as Notice),
    metrics: values,
    reasons,
  };
}

const LINK = (key: string) =>
  `https://hooks.example.com/incident?w=102290129340398&k=${key}&c=${CODE}`;

describe("claimed alerts are told together", () => {
  test("first alerts and repeats in one message, and each is marked as told by it", async () => {
    const [first] = claims(1, { incidentCode: CODE });
    const [repeated] = claims(1, {
      alert: "open",
      repeats: 2,
      event: later(-9, { eventKey: "r" }),
    });
    if (!first || !repeated) throw new Error("unreachable");
    const { notices, argsOf, calls, metrics } = await digestsOf([first, repeated]);
    expect(notices).toStrictEqual([
      {
        kind: "digest",
        items: [
          { event: first.stored.event, link: LINK("k0"), repeat: 0 },
          { event: repeated.stored.event, repeat: 3 },
        ],
      },
    ]);
    const publication = expect.objectContaining({ messageId: "m-1", publishedAt: NOW });
    const dueAt = expect.any(Number);
    expect(argsOf("outbox.markPublished")).toEqual([[first, publication, dueAt]]);
    expect(argsOf("outbox.markRepeated")).toEqual([[repeated, 3, dueAt]]);
    expect(calls[0]).toEqual(["pace.take", "digest", NOW]);
    expect(calls).toHaveLength(4);
    expect(metrics).toMatchObject({ DigestPublished: 1, AlertPublished: 1, RepeatPublished: 1 });
  });

  test("apart from answers, whose message tells all that are new", async () => {
    const [one] = answered(1, 1);
    const [two] = claims(1, { alert: "acknowledged", answers: [answerAt(3)], incidentCode: CODE });
    if (!one || !two) throw new Error("unreachable");
    const { notices, argsOf } = await digestsOf([one, ...claims(2), two]);
    const [digest, answers] = notices;
    expect(digest).toMatchObject({ kind: "digest", items: [{ repeat: 0 }, { repeat: 0 }] });
    expect(answers).toStrictEqual({
      kind: "answers",
      items: [
        { event: one.stored.event, answers: [answerAt(2)] },
        { event: two.stored.event, link: LINK("k0"), answers: [answerAt(3)] },
      ],
    });
    expect(argsOf("outbox.markAnnounced")).toEqual([
      [one, 2, NOW, undefined],
      [two, 1, NOW, undefined],
    ]);
  });

  test("in as many messages as SNS's size demands, each with a place of its own", async () => {
    const long = { event: securityEvent({ requester: "x".repeat(140) }) };
    const many = Array.from({ length: 1500 }, (_, index) => {
      return claimedAlert({ event: { ...long.event, eventKey: `key ${index}` } });
    });
    let places = 1;
    const { notices, argsOf } = await digestsOf(many, { pace: { take: async () => places-- > 0 } });
    expect(notices).toHaveLength(1);
    const told = argsOf("outbox.markPublished").length;
    expect(told).toBeGreaterThan(0);
    expect(argsOf("outbox.release"), "the rest goes back").toHaveLength(1500 - told);
  });

  test("or not at all, where there is nothing", async () => {
    expect((await digestsOf([])).calls).toEqual([]);
  });

  test("of which a mark that fails holds up none of the others", async () => {
    const markPublished = async ({ stored }: Claimed) => {
      if (stored.event.eventKey === "k1") throw OUTAGE;
      return true;
    };
    const { argsOf, metrics } = await digestsOf(claims(3), { outbox: { markPublished } });
    expect(argsOf("outbox.markPublished")).toHaveLength(3);
    expect(metrics).toMatchObject({ AlertPublished: 3, RelayFailed: 1 });
  });
});

describe("a digest waits for the next tick, and its claims go back,", () => {
  const released = claims(2).map((one) => [one, NOW]);

  test("where there is no place for a digest", async () => {
    const pace = { take: async () => false };
    const { argsOf, notices, metrics } = await digestsOf(claims(2), { pace });
    expect(notices).toEqual([]);
    expect(argsOf("pace.take"), "alerts leave the places of single messages alone").toEqual([
      ["digest", NOW],
    ]);
    expect(argsOf("outbox.release")).toEqual(released);
    expect(metrics).toEqual({});
  });

  test("without time to publish it", async () => {
    const { calls, argsOf } = await digestsOf(claims(2), { timeLeft: () => 9000 });
    expect(calls).toHaveLength(2);
    expect(argsOf("outbox.release")).toEqual(released);
  });

  test("where DynamoDB fails to say whether there is a place", async () => {
    const result = await digestsOf(claims(2), { pace: { take: failing } });
    expect(result.notices).toEqual([]);
    expect(result.argsOf("outbox.release")).toEqual(released);
    expect(result.metrics).toEqual({ RelayFailed: 1 });
    expect(result.reasons).toEqual({ RelayFailed: ["InternalServerError"] });
  });
});

describe("answers that are told together", () => {
  test("take a single message's place where no digest's is left", async () => {
    const take = async (kind: string) => kind === "single";
    const { argsOf, notices } = await digestsOf(answered(2), { pace: { take } });
    expect(argsOf("pace.take")).toEqual([
      ["digest", NOW],
      ["single", NOW],
    ]);
    expect(notices.map(({ kind }) => kind)).toEqual(["answers"]);
  });

  test("take one place only", async () => {
    const { argsOf } = await digestsOf(answered(2));
    expect(argsOf("pace.take")).toEqual([["digest", NOW]]);
  });

  test("wait where there is none of both", async () => {
    const { argsOf, notices } = await digestsOf(answered(2), { pace: { take: async () => false } });
    expect(notices).toEqual([]);
    expect(argsOf("outbox.release")).toHaveLength(2);
  });
});

describe("a digest that SNS does not take", () => {
  const failWith = (name: string, status?: number) => async () =>
    Promise.reject(serviceError(name, status));

  test("for sure gives every claim back", async () => {
    const publish = failWith("ThrottlingException", 400);
    const { calls, argsOf, metrics, reasons } = await digestsOf(claims(2), { publish });
    expect(argsOf("outbox.release")).toEqual(claims(2).map((one) => [one, NOW]));
    expect(calls).toHaveLength(4);
    expect(metrics).toEqual({ AlertPublishFailed: 1 });
    expect(reasons).toEqual({ AlertPublishFailed: ["ThrottlingException"] });
  });

  test.each([
    ["TimeoutError", undefined],
    ["InternalError", 500],
    ["InvalidParameter", undefined],
  ])(
    "in doubt (%s, %s) keeps every claim, and longer where it was tried before",
    async (name, status) => {
      const tried = claims(2, { attempts: 2 });
      const publish = failWith(name, status);
      const { argsOf, metrics } = await digestsOf([...tried, ...claims(1, {}, "n")], { publish });
      expect(argsOf("outbox.prolong")).toEqual(tried.map((one) => [one, NOW + 120_000]));
      expect(argsOf("outbox.release")).toEqual([]);
      expect(argsOf("topic.publish")).toHaveLength(1);
      expect(metrics).toEqual({ AlertPublishFailed: 1 });
    },
  );

  test.each(["InvalidParameter", "InvalidParameterValueException", "ValidationException"])(
    "because of what is in it (%s) is told alone, five from another one on each time",
    async (name) => {
      const publish = async ({ kind }: Notice) => {
        if (kind === "digest") throw serviceError(name, 400);
        return "m-2";
      };
      const now = () => Math.ceil(NOW / 7) * 7 + 3;
      const many = claims(7);
      const { notices, argsOf } = await digestsOf(many, { publish: publish as never, now });
      expect(notices.map(({ kind }) => kind)).toEqual(["digest", ...Array(5).fill("alert")]);
      const marked = argsOf("outbox.markPublished").map(([one]) => one);
      expect(marked).toEqual([3, 4, 5, 6, 0].map((index) => many[index]));
      const released = argsOf("outbox.release").map(([one]) => one);
      expect(released).toEqual([many[1], many[2]]);
    },
  );

  test.each(["NotAuthorized", "KMSInvalidStateException", "XInvalidParameter"])(
    "for another reason (%s) is not tried one by one",
    async (name) => {
      const { argsOf } = await digestsOf(claims(3), { publish: failWith(name, 400) });
      expect(argsOf("topic.publish")).toHaveLength(1);
      expect(argsOf("outbox.release")).toHaveLength(3);
    },
  );
});

describe("what a digest need not tell", () => {
  async function isTold(difference: Partial<StoredAlert>, options: OutboxWorldOptions = {}) {
    const claimed = claimedAlert(difference);
    const { deps, invocation, calls } = outboxWorld(options);
    const told = await isToBeTold(claimed, deps, invocation);
    return { told, calls, claimed, metrics: invocation.metrics.values };
  }

  test.each<[string, Partial<StoredAlert>, boolean]>([
    ["a first alert is told", {}, true],
    [
      "a first alert is told, whatever its answers",
      { answers: [answerAt(1)], announcedAnswers: 1 },
      true,
    ],
    ["an answer that is new is told", { alert: "acknowledged", answers: [answerAt(1)] }, true],
  ])("%s", async (_, difference, expected) => {
    const { told, calls } = await isTold(difference);
    expect({ told, calls }).toEqual({ told: expected, calls: [] });
  });

  test("a repeat is told where nothing has taken its place", async () => {
    const { told, calls } = await isTold({ alert: "open" });
    expect(told).toBe(true);
    expect(calls[0]).toEqual(["table.numberHistory", "15550783881"]);
  });

  test("an open alert whose time is over is closed instead", async () => {
    const { told, calls, claimed } = await isTold(
      { alert: "open" },
      { config: { repeatAfterMinutes: [] } },
    );
    expect(told).toBe(false);
    expect(calls).toEqual([["outbox.close", claimed, "lapsed"]]);
  });

  test("answers that all are announced only end", async () => {
    const all = { alert: "acknowledged", answers: [answerAt(1)], announcedAnswers: 1 } as const;
    const { told, calls, claimed, metrics } = await isTold(all);
    expect(told).toBe(false);
    expect(calls).toEqual([["outbox.markAnnounced", claimed, 1, NOW]]);
    expect(metrics).toEqual({});
  });

  test.each<[string, Partial<StoredAlert>, OutboxWorldOptions]>([
    ["a repeat", { alert: "open" }, { table: { numberHistory: failing } }],
    ["an end", { alert: "acknowledged" }, { outbox: { markAnnounced: failing } }],
  ])("%s that DynamoDB fails is counted, and goes back", async (_, difference, options) => {
    const { told, calls, claimed, metrics } = await isTold(difference, options);
    expect(told).toBe(false);
    expect(calls.at(-1)).toEqual(["outbox.release", claimed, NOW]);
    expect(metrics).toEqual({ RelayFailed: 1 });
  });
});
