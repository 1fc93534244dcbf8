import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { createDynamoDB, createSns } from "../../../lambda/shared/clients.ts";
import {
  type AwsProxy,
  DYNAMODB_ERRORS,
  snsError,
  startAwsProxy,
  toEndpoint,
  type Verdict,
} from "../../support/aws-proxy.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { startWorld, type TestFunction, type World } from "../../support/world.ts";

let world: World;
let table: AwsProxy;
let topic: AwsProxy;
let webhook: TestFunction;

beforeAll(async () => {
  world = await startWorld({}, { repeatAfterMinutes: [] });
  table = await startAwsProxy(await toEndpoint(world.dynamodb as never));
  topic = await startAwsProxy(await toEndpoint(world.sns as never));
  webhook = world.functionWith({
    dynamodb: createDynamoDB({ ...LOCAL_AWS, endpoint: table.url, maxAttempts: 1 }),
    sns: createSns({ ...LOCAL_AWS, endpoint: topic.url }),
  });
});
beforeEach(() => {
  world.clock.now += 61_000;
});
afterEach(() => {
  table.decide = () => "pass";
  topic.decide = () => "pass";
});
afterAll(() => Promise.all([world.stop(), table.stop(), topic.stop()]));

describe.each(Object.entries(DYNAMODB_ERRORS))(
  "while DynamoDB answers everything with %s",
  (_, error) => {
    test("every delivery is answered 500, and the redelivery after it stores and alerts", async () => {
      const ids = [newWabaId(), newWabaId()];
      const calm = securityChange(resetRequest({ event: "PIN_CHANGED" }));
      const bodies = [
        payload(entry({ id: ids[0] })),
        payload(entry({ id: ids[1], changes: [calm, securityChange()] })),
      ];
      table.decide = () => error;
      for (const body of bodies) {
        expect(await webhook.deliver(body)).toMatchObject({ statusCode: 500 });
        expect(world.lastLine()).toMatchObject({ DeliveryFailed: 1, level: "ERROR" });
        expect(world.lastLine()).not.toHaveProperty("DeliveryAccepted");
        expect(world.lastLine()).not.toHaveProperty("EventStored");
      }
      await expect(webhook.tick()).rejects.toThrow("The outbox could not be read");

      table.decide = () => "pass";
      for (const body of bodies) {
        expect(await webhook.deliver(body)).toMatchObject({ statusCode: 200 });
      }
      expect(await world.itemsOf(ids[0] ?? "")).toHaveLength(1);
      expect(await world.itemsOf(ids[1] ?? "")).toHaveLength(2);
      for (const id of ids)
        expect(await world.alertsOf(id), "alerts that were sent").toHaveLength(1);
    });
  },
);

async function claimOf(id: string) {
  const [item] = await world.itemsOf(id);
  return {
    alert: item?.alert?.S,
    isHeld: item?.claimToken !== undefined,
    attempts: Number(item?.alertAttempts?.N),
    dueInMs: Number(item?.dueAt?.N) - world.clock.now,
  };
}

describe("an alert that SNS refuses", () => {
  test.each([
    ["throttled", snsError(400, "Throttling")],
    ["denied", snsError(403, "AuthorizationError")],
    ["unavailable", snsError(503, "ServiceUnavailable")],
  ])(
    "(%s) is released: the next tick tries again, as if it were the first time",
    async (_, verdict) => {
      const id = newWabaId();
      topic.decide = () => verdict;
      expect(await webhook.deliver(payload(entry({ id })))).toMatchObject({ statusCode: 200 });
      const released = { alert: "pending", isHeld: false, attempts: 0, dueInMs: 0 };
      expect(await claimOf(id)).toEqual(released);
      topic.decide = () => "pass";
      world.clock.now += 1;
      await webhook.tick();
      expect(await world.alertsOf(id), "alerts that were sent").toHaveLength(1);
    },
  );
});

describe("an alert of which nobody knows whether SNS took it", () => {
  test.each([
    ["cut", "cut after"],
    ["an error inside SNS", snsError(500, "InternalFailure")],
  ] as const)("(%s) keeps its claim", async (_, verdict) => {
    const id = newWabaId();
    topic.decide = () => verdict;
    expect(await webhook.deliver(payload(entry({ id })))).toMatchObject({ statusCode: 200 });
    const kept = { alert: "pending", isHeld: true, attempts: 1, dueInMs: 75_000 };
    expect(await claimOf(id)).toEqual(kept);
  });

  test("keeps its claim also when the SDK's second attempt is refused", async () => {
    const id = newWabaId();
    const verdicts: Verdict[] = ["cut after", snsError(400, "Throttling")];
    topic.decide = () => verdicts.shift() ?? "pass";
    await webhook.deliver(payload(entry({ id })));
    expect(verdicts, "answers of SNS that were not asked for").toEqual([]);
    expect(await claimOf(id)).toMatchObject({ alert: "pending", isHeld: true, attempts: 1 });
  });
});
