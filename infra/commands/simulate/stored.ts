import { type Item, toKey } from "../../../lambda/event/event-item.ts";
import { parsePayload } from "../../../lambda/event/payload.ts";
import { toSecurityEvent } from "../../../lambda/event/security-event.ts";
import { TABLE } from "../../../lambda/shared/item-names.ts";
import { readItems } from "../../deployment/batch-get.ts";
import type { EventSource } from "../../deployment/events.ts";

/** How many of these bodies' changes are in the table; `now` in milliseconds. */
export async function countStored(
  source: EventSource,
  bodies: readonly string[],
  now = Date.now(),
): Promise<number> {
  const keys = bodies.flatMap((body) => toKeys(body, now));
  return (await readItems(source, keys, TABLE.partitionKey)).length;
}

function toKeys(body: string, receivedAt: number): Item[] {
  const payload = parsePayload(Buffer.from(body));
  const entries = payload?.entries ?? [];
  return entries.flatMap((entry) =>
    entry.changes.map((change) => {
      const { wabaId, eventKey } = toSecurityEvent(entry, change, {
        receivedAt,
        appSecretIndex: 0,
      });
      return toKey({ wabaId, eventKey });
    }),
  );
}
