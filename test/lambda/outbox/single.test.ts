import { describe, expect, test } from "vitest";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { keepClaim, publishSingle, publishSingles } from "../../../lambda/outbox/single.ts";
import { later, securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  CODE,
  claimedAlert,
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  serviceError,
  storedAlert,
} from "../../support/outbox-world.ts";

const event = securityEvent();
const LINK = `https://hooks.example.com/incident?w=102290129340398&k=0000001795489920%23d92d31e174b62c1a&c=${CODE}`;
const OUTAGE = serviceError("InternalServerError", 500);
const failing = async () => Promise.reject(OUTAGE);

const PLACE = ["pace.take", "single", NOW];

async function publishWith(difference: Partial<StoredAlert>, options: OutboxWorldOptions = {}) {
  const claimed = claimedAlert({ dueAt: NOW + 60_000, ...difference });
  const { deps, invocation, calls } = outboxWorld(options);
  await publishSingle(claimed, deps, invocation);
  const { values, reasons } = invocation.metrics;
  const published = calls.find(([name]) => name === "topic.publish")?.[1];
  const names = calls.map(([name]) => name);
  return { claimed, calls, names, published, metrics: values, reasons };
}

describe("what is due about an event is told alone", () => {
  test("as its alert, with the link on which people answer", async () => {
    const { claimed, calls } = await publishWith({ incidentCode: CODE });
    const publication = expect.objectContaining({ messageId: "m-1", publishedAt: NOW });
    expect(calls).toStrictEqual([
      PLACE,
      ["topic.publish", { kind: "alert", event, link: LINK }],
      ["outbox.markPublished", claimed, publication, expect.any(Number)],
    ]);
  });

  test("without a link where the deployment has no page", async () => {
    const { published } = await publishWith({}, { config: { publicUrl: undefined } });
    expect(published).toStrictEqual({ kind: "alert", event });
  });

  test("as a repeat, with what happened to the number since", async () => {
    const newer = later(1, { eventKey: "newer" });
    const table = { numberHistory: async () => [storedAlert({ event: newer, alert: "none" })] };
    const open = { alert: "open", repeats: 2, incidentCode: CODE } as const;
    const { published, names } = await publishWith(open, { table });
    const since = [event, newer];
    expect(published).toStrictEqual({ kind: "repeat", event, link: LINK, repeat: 3, since });
    expect(names.slice(-2)).toEqual(["topic.publish", "outbox.markRepeated"]);
  });

  test("as the first answer that is not announced", async () => {
    const answers = [answerAt(1), answerAt(2), answerAt(3)];
    const answered = { alert: "acknowledged", answers, announcedAnswers: 1 } as const;
    const { published, calls, claimed } = await publishWith(answered);
    expect(published).toStrictEqual({ kind: "acknowledged", event, answer: answers[1] });
    expect(calls.at(-1)).toEqual(["outbox.markAnnounced", claimed, 2, NOW, undefined]);
  });
});

describe("nothing is told", () => {
  test("of answers that all are announced: the event only ends", async () => {
    const answered = {
      alert: "acknowledged",
      answers: [answerAt(1)],
      announcedAnswers: 1,
    } as const;
    const { calls, claimed, metrics } = await publishWith(answered);
    expect(calls).toEqual([["outbox.markAnnounced", claimed, 1, NOW]]);
    expect(metrics).toEqual({});
  });

  test("of an open alert that is closed instead", async () => {
    const config = { repeatAfterMinutes: [] };
    const { calls, claimed, metrics } = await publishWith({ alert: "open" }, { config });
    expect(calls).toEqual([["outbox.close", claimed, "lapsed"]]);
    expect(metrics).toEqual({});
  });

  test("of an alert that is settled", async () => {
    const { calls, claimed } = await publishWith({ alert: "lapsed" });
    expect(calls, "it leaves the outbox").toEqual([["outbox.markAnnounced", claimed, 0, NOW]]);
  });

  test("where the minute has no place: the claim goes back, and the next tick tells it", async () => {
    const { calls, claimed, metrics } = await publishWith(
      {},
      { pace: { take: async () => false } },
    );
    expect(calls).toEqual([PLACE, ["outbox.release", claimed, NOW]]);
    expect(metrics).toEqual({ AlertPaced: 1 });
  });

  test("without time to publish: the claim goes back", async () => {
    const { calls, claimed, metrics } = await publishWith({}, { timeLeft: () => 9000 });
    expect(calls).toEqual([["outbox.release", claimed, NOW]]);
    expect(metrics).toEqual({});
  });

  test("without time to write: the claim runs out by itself", async () => {
    expect((await publishWith({}, { timeLeft: () => 2999 })).calls).toEqual([]);
  });

  test.each<[string, Partial<StoredAlert>, OutboxWorldOptions]>([
    ["the place", {}, { pace: { take: failing } }],
    ["the number's history", { alert: "open" }, { table: { numberHistory: failing } }],
    [
      "the end of what is announced",
      { alert: "acknowledged" },
      { outbox: { markAnnounced: failing } },
    ],
  ])(
    "where DynamoDB fails %s: it is counted, and the claim goes back",
    async (_, alert, options) => {
      const { calls, claimed, metrics, reasons, published } = await publishWith(alert, options);
      expect(published).toBeUndefined();
      expect(calls.at(-1)).toEqual(["outbox.release", claimed, NOW]);
      expect(metrics).toEqual({ RelayFailed: 1 });
      expect(reasons).toEqual({ RelayFailed: ["InternalServerError"] });
    },
  );
});

describe("a publish that fails", () => {
  const DOUBT = async () => Promise.reject(serviceError("TimeoutError"));
  const REFUSED = async () => Promise.reject(serviceError("ThrottlingException", 400));

  test("without an effect gives the claim back", async () => {
    const { calls, claimed, metrics, reasons } = await publishWith({}, { publish: REFUSED });
    expect(calls.at(-1)).toEqual(["outbox.release", claimed, NOW]);
    expect(calls).toHaveLength(3);
    expect(metrics).toEqual({ AlertPublishFailed: 1 });
    expect(reasons).toEqual({ AlertPublishFailed: ["ThrottlingException"] });
  });

  test("without an effect, and without time to write, keeps the claim", async () => {
    let left = 15_000;
    const publish = async () => {
      left = 2999;
      return REFUSED();
    };
    const { names } = await publishWith({}, { publish, timeLeft: () => left });
    expect(names).toEqual(["pace.take", "topic.publish"]);
  });

  test("in doubt keeps the claim: SNS may have taken the message", async () => {
    const { names, metrics } = await publishWith({}, { publish: DOUBT });
    expect(names).toEqual(["pace.take", "topic.publish"]);
    expect(metrics).toEqual({ AlertPublishFailed: 1 });
  });

  test("in doubt makes a claim last longer that a delivery took over", async () => {
    const tried = { attempts: 3, dueAt: NOW + 60_000 };
    const { calls, claimed } = await publishWith(tried, { publish: DOUBT });
    expect(calls.at(-1)).toEqual(["outbox.prolong", claimed, NOW + 240_000]);
  });

  test("counts a release that fails too", async () => {
    const options = { publish: REFUSED, outbox: { release: failing } };
    const { metrics, reasons } = await publishWith({}, options);
    expect(metrics).toEqual({ AlertPublishFailed: 1, RelayFailed: 1 });
    expect(reasons.RelayFailed).toEqual(["InternalServerError"]);
  });
});

describe("a claim that is kept in doubt", () => {
  async function keepWith(difference: Partial<StoredAlert>, options: OutboxWorldOptions = {}) {
    const claimed = claimedAlert(difference);
    const { deps, invocation, calls } = outboxWorld(options);
    await keepClaim(claimed, deps, invocation);
    return { calls, claimed, metrics: invocation.metrics.values };
  }

  test.each([
    ["of the first attempt", 0, 0, undefined],
    ["of the first attempt", 1, 0, undefined],
    ["of the first attempt, although it ran out", 1, -1, undefined],
    ["that another gave back, although it ran out", 0, -1, undefined],
    ["of the second attempt", 2, 0, 120_000],
    ["of the fourth attempt", 4, 60_000, 480_000],
    ["whose end is nearly a minute too early", 4, 480_000 - 60_001, 480_000],
    ["whose end is at most a minute too early", 4, 480_000 - 60_000, undefined],
    ["that lasts long enough", 4, 480_000, undefined],
  ])("%s (%d, due in %d ms) then lasts for %s ms", async (_, attempts, dueIn, lasts) => {
    const { calls, claimed } = await keepWith({ attempts, dueAt: NOW + dueIn });
    expect(calls).toEqual(lasts ? [["outbox.prolong", claimed, NOW + lasts]] : []);
  });

  test("without an end known lasts as its attempt says", async () => {
    const { calls, claimed } = await keepWith({ attempts: 2 });
    expect(calls).toEqual([["outbox.prolong", claimed, NOW + 120_000]]);
  });

  test("is not changed without time to write", async () => {
    const { calls } = await keepWith({ attempts: 2 }, { timeLeft: () => 2999 });
    expect(calls).toEqual([]);
  });

  test("counts a failure of DynamoDB, and throws nothing", async () => {
    const { metrics } = await keepWith({ attempts: 2 }, { outbox: { prolong: failing } });
    expect(metrics).toEqual({ RelayFailed: 1 });
  });
});

test("several are published side by side, each on its own", async () => {
  const events = ["1", "2", "3"].map((wabaId) => securityEvent({ wabaId }));
  const publish = async (notice: { event?: { wabaId: string } }) => {
    if (notice.event?.wabaId === "2") throw OUTAGE;
    return "m-1";
  };
  const { deps, invocation, calls } = outboxWorld({ publish: publish as never });
  await publishSingles(
    events.map((one) => claimedAlert({ event: one })),
    deps,
    invocation,
  );
  expect(calls.filter(([name]) => name === "outbox.markPublished")).toHaveLength(2);
  expect(invocation.metrics.values).toMatchObject({ AlertPublished: 2, AlertPublishFailed: 1 });
});
