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
import { storedAlert } from "../../support/stored-alerts.ts";
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

const RELEASED = { attempts: 0, dueAt: 0 };
const HELD = { attempts: 1, dueAt: 75_000 };

test.each<[string, Verdict[], object]>([
  ["refuses is released, as if it were not tried", [snsError(403, "AuthorizationError")], RELEASED],
  ["has done and does not answer keeps its claim", ["cut after", "cut after"], HELD],
  [
    "refuses after a first attempt that is in doubt keeps its claim",
    ["cut after", snsError(400, "Throttling")],
    HELD,
  ],
])("an alert that SNS %s", async (_, verdicts, expected) => {
  const id = newWabaId();
  topic.decide = () => verdicts.shift() ?? "pass";
  expect(await webhook.deliver(payload(entry({ id })))).toMatchObject({ statusCode: 200 });
  expect(verdicts, "answers of SNS that were not asked for").toEqual([]);
  const [{ alert, claimToken, attempts, dueAt = 0 } = storedAlert()] = await world.storedOf(id);
  expect({ attempts, dueAt: dueAt - world.clock.now }).toEqual(expected);
  expect([alert, claimToken !== undefined]).toEqual(["pending", expected === HELD]);
});
