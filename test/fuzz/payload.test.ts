import { DeleteItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Item } from "../../lambda/event/event-item.ts";
import { PACE } from "../../lambda/shared/names.ts";
import { entry, payload, securityChange } from "../support/builders.ts";
import { startWorld, type World } from "../support/world.ts";
import { type FoundChange, findSecurityChanges } from "./oracle.ts";
import { anyBody, anyPayload } from "./payloads.ts";
import { RUNS, TIMEOUT } from "./runs.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld({}, { repeatAfterMinutes: [] });
});
afterAll(() => world.stop());

/** Empties the table and gives the events that were in it. */
async function takeItems(): Promise<Item[]> {
  const { dynamodb: client, tableName: TableName } = world;
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName })) {
    items.push(...(page.Items ?? []));
  }
  for (const { wabaId, eventKey } of items) {
    if (!wabaId || !eventKey) throw new Error("An item has no key");
    await client.send(new DeleteItemCommand({ TableName, Key: { wabaId, eventKey } }));
  }
  return items.filter(({ wabaId }) => wabaId?.S !== PACE.partition);
}

function toIdentities(changes: readonly FoundChange[]): FoundChange[][] {
  return [...Map.groupBy(changes, ({ identity }) => identity).values()];
}

/** Whether this item is the event of these changes: any of them may have come first. */
function isStoredAs(item: Item, changes: readonly FoundChange[]): boolean {
  return changes.some(({ time, valueText, alerts }) => {
    const isTime = Number(item.time?.N) === (time ?? Math.floor(world.clock.now / 1000));
    const isSame = isTime && (item.value?.S ?? valueText) === valueText;
    return isSame && item.alert?.S === (alerts ? "published" : "none");
  });
}

async function checkDelivery(body: Buffer): Promise<void> {
  const result = await world.deliver(body);
  const items = await takeItems();
  const events = toIdentities(findSecurityChanges(body));
  expect(result?.statusCode).toBeLessThan(500);
  if (events.length > 0) expect(result?.statusCode).toBe(200);
  expect(items.length, "each security change is stored, and nothing else").toBe(events.length);
  for (const changes of events) {
    expect(
      items.some((item) => isStoredAs(item, changes)),
      "stored as it came",
    ).toBe(true);
  }
}

describe("a signed body, whatever is in it", { timeout: TIMEOUT }, () => {
  test("of Meta's outer shape: every security change is stored, nothing else", async () => {
    const property = fc.asyncProperty(anyPayload, (given) => {
      return checkDelivery(Buffer.from(JSON.stringify(given)));
    });
    await fc.assert(property, { numRuns: Math.ceil(RUNS / 3) });
  });

  test("of any shape: never a 5xx, and nothing stored that is no security change", async () => {
    await fc.assert(fc.asyncProperty(anyBody, checkDelivery), { numRuns: Math.ceil(RUNS / 3) });
  });

  test("with a time beyond DynamoDB's numbers: it is stored with the time of receipt", async () => {
    const times = fc.constantFrom(1e126, -1e300, Number.MAX_VALUE, 5e-324, -1e-131);
    const property = fc.asyncProperty(times, async (time) => {
      const result = await world.deliver(payload(entry({ time }), entry()));
      expect(result?.statusCode).toBe(200);
      expect((await takeItems()).length, "both changes are stored").toBe(2);
    });
    await fc.assert(property, { numRuns: 5 });
  });

  test("however deep a field nobody asked for: the change beside it is stored", async () => {
    const depth = fc.oneof(fc.nat(10_000), fc.nat(300_000));
    const property = fc.asyncProperty(depth, fc.boolean(), async (levels, hasLongNumber) => {
      const inside = hasLongNumber ? "1234567890123456789" : "0";
      const deep = `${"[".repeat(levels)}${inside}${"]".repeat(levels)}`;
      const body = payload(entry(), entry({ changes: [securityChange("DEEP")] }));
      const result = await world.deliver(body.replace('"DEEP"', deep));
      expect(result?.statusCode).toBe(200);
      expect((await takeItems()).length, "both changes are stored").toBe(2);
    });
    await fc.assert(property, { numRuns: 30 });
  });
});
