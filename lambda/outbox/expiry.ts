import type { SecurityEvent } from "../event/security-event.ts";
import { TABLE } from "../shared/names.ts";
import { type Item, number } from "./event-item.ts";

const DAY_SECONDS = 86_400;

/**
 * The TTL attribute of an event that is over, where a retention is set. What the outbox still has
 * to do something about carries none: an alert never expires unsent.
 */
export function toExpiry(event: SecurityEvent, retentionDays: number | undefined): Item {
  if (retentionDays === undefined) return {};
  const receivedSeconds = Math.floor(Date.parse(event.receivedAt) / 1000);
  return { [TABLE.ttl]: number(receivedSeconds + retentionDays * DAY_SECONDS) };
}
