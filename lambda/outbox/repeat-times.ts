import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { toEffect } from "../numbers/order.ts";
import { toOpenedAt, toStanding } from "../numbers/unanswered.ts";
import type { Config } from "../shared/config.ts";
import { DEFAULT_REPEAT_MINUTES, HANDLING_PAUSE_MINUTES, REPEAT_HOURS } from "../shared/names.ts";

const MINUTE_MS = 60_000;

/** Whether alerts are repeated until somebody ends them. */
export function repeats({ repeatAfterMinutes }: Pick<Config, "repeatAfterMinutes">): boolean {
  return repeatAfterMinutes?.length !== 0;
}

/** The same for one event: tests and changed PINs are not repeated. */
export function isRepeated(
  event: SecurityEvent,
  config: Pick<Config, "repeatAfterMinutes">,
): boolean {
  return repeats(config) && !event.test && toEffect(event) !== "on";
}

/** When the repeats of an unanswered alert end, milliseconds since the epoch. */
export function toLapseAt(stored: StoredAlert, now: number): number {
  return toStart(stored, now) + REPEAT_HOURS * 60 * MINUTE_MS;
}

/** Its receipt, or when it was opened again; never later than `now`, in case a clock was wrong. */
function toStart(stored: StoredAlert, now: number): number {
  return Math.min(toOpenedAt(stored), now);
}

/**
 * When an alert is due again after a message: the first time of its schedule after `now`, or the
 * moment at which it lapses. Milliseconds since the epoch.
 */
export function toNextDueAt(stored: StoredAlert, now: number, config: Config): number {
  const minutes = config.repeatAfterMinutes ?? DEFAULT_REPEAT_MINUTES;
  const start = toStart(stored, now);
  const listed = minutes.find((each) => start + each * MINUTE_MS > now);
  const last = minutes.at(-1) ?? REPEAT_HOURS * 60;
  const passed = Math.floor((now - start) / (last * MINUTE_MS));
  const next = start + (listed ?? last * (passed + 1)) * MINUTE_MS;
  return Math.min(next, Math.max(toLapseAt(stored, now), now));
}

/** When an open alert is due again after its answers were announced: "handling" pauses it. */
export function toDueAfterAnswer(stored: StoredAlert, now: number, config: Config): number {
  const isPaused = toStanding(stored.answers).at(-1)?.answer === "handling";
  if (!isPaused) return toNextDueAt(stored, now, config);
  const pauseEnd = now + HANDLING_PAUSE_MINUTES * MINUTE_MS;
  return Math.min(pauseEnd, Math.max(toLapseAt(stored, now), now));
}
