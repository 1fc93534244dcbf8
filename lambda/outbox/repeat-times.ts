import type { StoredAlert } from "../event/stored-alert.ts";
import type { Config } from "../shared/config.ts";
import { DEFAULT_REPEAT_MINUTES, REPEAT_HOURS } from "../shared/names.ts";

const MINUTE_MS = 60_000;

/** Whether alerts are repeated until somebody answers. */
export function repeats({ repeatAfterMinutes }: Pick<Config, "repeatAfterMinutes">): boolean {
  return repeatAfterMinutes?.length !== 0;
}

/** When an unanswered alert is given up, milliseconds since the epoch. */
export function toLapseAt({ event }: StoredAlert): number {
  return Date.parse(event.receivedAt) + REPEAT_HOURS * 60 * MINUTE_MS;
}

/**
 * When a told alert is due again: the first time of its schedule after `now`, counted from its
 * receipt, or the moment at which it lapses. Milliseconds since the epoch.
 */
export function toNextDueAt(stored: StoredAlert, now: number, config: Config): number {
  const minutes = config.repeatAfterMinutes ?? DEFAULT_REPEAT_MINUTES;
  const receivedAt = Date.parse(stored.event.receivedAt);
  const listed = minutes.find((each) => receivedAt + each * MINUTE_MS > now);
  const last = minutes.at(-1) ?? REPEAT_HOURS * 60;
  const passed = Math.floor((now - receivedAt) / (last * MINUTE_MS));
  const next = receivedAt + (listed ?? last * (passed + 1)) * MINUTE_MS;
  return Math.min(next, Math.max(toLapseAt(stored), now));
}
