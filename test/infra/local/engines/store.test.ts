import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startDynamoDB } from "../../../../infra/local/engines/dynamodb.ts";
import { LOCAL_AWS } from "../../../../infra/local/engines/local-aws.ts";
import { toSecurityEvent } from "../../../../lambda/event/security-event.ts";
import { createEventTable, type EventTable } from "../../../../lambda/outbox/event-table.ts";
import { createOutbox, type Outbox } from "../../../../lambda/outbox/outbox.ts";
import { createDynamoDB } from "../../../../lambda/shared/clients.ts";
import { OUTBOX } from "../../../../lambda/shared/item-names.ts";
import { newWabaId, resetRequest } from "../../../support/builders.ts";
import { makeFolder } from "../../../support/processes.ts";

let folder: string;

beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

async function withTable(work: (table: EventTable, outbox: Outbox) => Promise<void>) {
  const { endpoint, tableName, stop } = await startDynamoDB(folder);
  const client = createDynamoDB({ ...LOCAL_AWS, endpoint });
  await work(createEventTable({ client, tableName }), createOutbox({ client, tableName }));
  client.destroy();
  await stop();
}

async function pendingIn(outbox: Outbox): Promise<string[]> {
  const pages = await Array.fromAsync(outbox.queue(OUTBOX.alert));
  return pages.flat().map(({ wabaId }) => wabaId);
}

function newEvent() {
  const entry = { id: newWabaId(), time: 1748811473, changes: [], valuesMissing: false };
  const change = { field: "security", value: resetRequest() };
  return toSecurityEvent(entry, change, { receivedAt: Date.now(), appSecretIndex: 0 });
}

/** As a run leaves them that is killed between the writes of an item and its index rows. */
async function breakRows(lostRow: string, lostItem: string): Promise<void> {
  const { Level } = createRequire(import.meta.resolve("dynalite"))("level");
  const store = new Level(folder, { valueEncoding: "json" });
  const outbox = "index-global~whatsapp-security-events~outbox";
  for await (const [key, value] of store.iterator()) {
    const { wabaId } = value;
    if (key.startsWith(outbox) && wabaId.S === lostRow) await store.del(key);
    if (key.startsWith("item-") && wabaId.S === lostItem) await store.del(key);
  }
  await store.close();
}

test("a store whose run was killed between two writes is whole again at the next start", async () => {
  const events = Array.from({ length: 3 }, newEvent);
  const [first = newEvent(), second = newEvent(), third = newEvent()] = events;
  const claim = { token: "t", expiresAt: 1 };
  await withTable(async (table) => {
    for (const event of events) await table.recordPending(event, claim);
  });
  await breakRows(first.wabaId, second.wabaId);
  await withTable(async (table, outbox) => {
    expect(new Set(await pendingIn(outbox))).toEqual(new Set([first.wabaId, third.wabaId]));
    expect(await table.recordPending(second, claim)).toBe("stored");
    expect(await pendingIn(outbox)).toHaveLength(3);
  });
});
