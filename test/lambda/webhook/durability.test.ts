import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import {
  type AwsProxy,
  DYNAMODB_ERRORS,
  startAwsProxy,
  toEndpoint,
} from "../../support/aws-proxy.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { startWorld, type TestFunction, type World } from "../../support/world.ts";

let world: World;
let table: AwsProxy;
let webhook: TestFunction;

beforeAll(async () => {
  world = await startWorld({}, { repeatAfterMinutes: [] });
  table = await startAwsProxy(await toEndpoint(world.dynamodb as never));
  webhook = world.functionWith({
    dynamodb: createDynamoDB({ ...LOCAL_AWS, endpoint: table.url, maxAttempts: 1 }),
  });
});
beforeEach(() => {
  world.clock.now += 61_000;
});
afterEach(() => {
  table.decide = () => "pass";
});
afterAll(() => Promise.all([world.stop(), table.stop()]));

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
