import { afterAll, beforeAll } from "vitest";
import { startDynamoDB } from "../../support/engines.ts";
import { type ContractWorld, describeEventTable } from "../../support/event-table-contract.ts";

let world: ContractWorld & { stop(): Promise<void> };

beforeAll(async () => {
  world = await startDynamoDB();
});
afterAll(() => world.stop());

describeEventTable(() => world);
