/** The times of an event: Unix seconds as Meta sent them, and ISO 8601. */
interface Timed {
  readonly time: number;
  readonly receivedAt: string;
}

/** WhatsApp exists since 2009: an earlier time comes from a wrong clock. */
const EARLIEST = Date.UTC(2009, 0, 1);
const DAY_MS = 86_400_000;

/**
 * When the event happened, milliseconds since the epoch: what orders events, and what people read.
 * A time that Meta cannot mean gives way to the receipt; 0 for an item edited by hand that has
 * neither.
 */
export function toInstant({ time, receivedAt }: Timed): number {
  const received = Date.parse(receivedAt);
  return (isMeant(time, received) ? time * 1000 : received) || 0;
}

/**
 * Whether Meta can mean this time (Unix seconds), of a delivery received at this instant (ms). It
 * cannot mean what is no number, before 2009, or more than a day ahead, as microseconds are.
 */
export function isMeant(time: number | undefined, receivedAt: number): boolean {
  const sent = Number(time) * 1000;
  return sent >= EARLIEST && !(sent > receivedAt + DAY_MS);
}

/** Such as 2026-11-24, in UTC. */
export function toDayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
