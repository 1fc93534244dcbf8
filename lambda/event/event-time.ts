import type { SecurityEvent } from "./security-event.ts";

/** WhatsApp exists since 2009: an event from before is of a clock that is wrong. */
const EARLIEST = Date.UTC(2009, 0, 1);
const DAY_MS = 86_400_000;

/**
 * When the event happened, milliseconds since the epoch: what orders events, and what people read.
 * A time that Meta cannot mean (not a number, before 2009, more than a day ahead of its receipt, as
 * in milliseconds) gives way to the receipt; 0 for an item edited by hand that has neither.
 */
export function toInstant({
  time,
  receivedAt,
}: Pick<SecurityEvent, "time" | "receivedAt">): number {
  const received = Date.parse(receivedAt);
  const sent = time * 1000;
  const isMeant = sent >= EARLIEST && !(sent > received + DAY_MS);
  return (isMeant ? sent : received) || 0;
}
