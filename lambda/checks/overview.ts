import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import type { Facts } from "../facts/facts.ts";
import type { Subscriber } from "../facts/subscribers.ts";
import { type Incident, toIncidents } from "../numbers/incident.ts";
import type { PinState } from "../numbers/known.ts";
import { type NumberState, toDigits, toNumberStates } from "../numbers/number-state.ts";
import { findLastEvent } from "../numbers/order.ts";
import type { CheckResult } from "./check.ts";
import { type Figures, toFigures } from "./figures.ts";

/** What a report, a dashboard and a page show of the system; the worst comes first everywhere. */
export interface Overview {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly numbers: readonly NumberOverview[];
  readonly incidents: readonly Incident[];
  /** Undefined where they could not be read. */
  readonly alertSubscribers: readonly Subscriber[] | undefined;
  /** Undefined also where there is no operations topic. */
  readonly operationsSubscribers: readonly Subscriber[] | undefined;
  /** What could not be read: an empty list then does not mean that there is nothing. */
  readonly unread: readonly Unread[];
  readonly failed: readonly CheckResult[];
  /** Checks that could not run: they may be well or not. */
  readonly unchecked: readonly CheckResult[];
  /** The last seven days. */
  readonly week: Figures;
  readonly checks: readonly CheckResult[];
  readonly lastEvent: SecurityEvent | undefined;
  /** Milliseconds since the epoch. */
  readonly lastTest: number | undefined;
}

export type Unread = "events" | "alert subscribers" | "operations subscribers";

export interface NumberOverview extends NumberState {
  /** What people call it. */
  readonly label?: string;
}

export interface OverviewInput {
  readonly at: number;
  readonly checks: readonly CheckResult[];
  readonly history: readonly StoredAlert[];
  readonly pins: readonly PinState[];
  readonly numberLabels: Readonly<Record<string, string>>;
  readonly alertSubscribers: readonly Subscriber[] | undefined;
  readonly operationsSubscribers: readonly Subscriber[] | undefined;
  readonly unread?: readonly Unread[];
  readonly lastTest: number | undefined;
}

export function toOverview({
  history,
  pins,
  numberLabels,
  unread = [],
  ...input
}: OverviewInput): Overview {
  const numbers = toNumberStates(history, pins).map((number) => {
    const digits = toDigits(number.displayPhoneNumber);
    // An odd number can be the name of what every object has, such as "constructor".
    const label = Object.hasOwn(numberLabels, digits) ? numberLabels[digits] : undefined;
    return { ...number, ...(label && { label }) };
  });
  const lastEvent = findLastEvent(history);
  const failed = input.checks.filter(({ state }) => state === "failed");
  const unchecked = input.checks.filter(
    ({ state, why }) => state === "unknown" && why === "unread",
  );
  const incidents = toIncidents(history);
  const week = toFigures(history, input.at);
  return { ...input, unread, numbers, incidents, failed, unchecked, week, lastEvent };
}

/** What can't be read is empty, and named as unread. */
export async function readOverview(
  facts: Facts,
  checks: readonly CheckResult[],
  at: number,
): Promise<Overview> {
  const unread: Unread[] = [];
  const orEmpty = <T>(read: () => Promise<T>, what?: Unread) =>
    read().catch(() => {
      if (what) unread.push(what);
      return undefined;
    });
  return toOverview({
    at,
    checks,
    history: (await orEmpty(facts.history, "events")) ?? [],
    pins: (await orEmpty(facts.pins)) ?? [],
    numberLabels: (await orEmpty(facts.settings))?.numberLabels ?? {},
    alertSubscribers: await orEmpty(facts.alertSubscribers, "alert subscribers"),
    operationsSubscribers: await orEmpty(facts.operationsSubscribers, "operations subscribers"),
    lastTest: await orEmpty(facts.lastTest),
    unread,
  });
}
