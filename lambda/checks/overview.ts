import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import type { Facts } from "../facts/facts.ts";
import type { Subscriber } from "../facts/subscribers.ts";
import { type Headline, toNumberHeadlines } from "../numbers/headline.ts";
import { type Incident, toIncidents } from "../numbers/incident.ts";
import { type NumberState, toDigits, toNumberStates } from "../numbers/number-state.ts";
import { compareEvents } from "../numbers/order.ts";
import type { PinState } from "../numbers/protection.ts";
import { count } from "../shared/time-text.ts";
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
  /** What could not be read, and so says nothing: no numbers, for one, are not no events. */
  readonly unread: readonly Unread[];
  readonly failed: readonly CheckResult[];
  /** Checks that could not be read: nobody knows whether they are well. */
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
  const lastEvent = history
    .map(({ event }) => event)
    .sort(compareEvents)
    .at(-1);
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

/** What a page or a mail begins with, the worst first: never empty, calm only where all is well. */
export function toHeadlines(overview: Overview): readonly [Headline, ...Headline[]] {
  const { numbers, failed, unchecked, unread, at } = overview;
  const ofNumbers = toNumberHeadlines(numbers, at);
  // What they have said already is no further failure.
  const others = failed.filter(({ id }) => ofNumbers.length === 0 || !isAboutNumbers(id));
  const only = others.length === 1 ? `: ${others[0]?.name}` : "";
  const [first, ...more] = [
    ...ofNumbers,
    ...toCheckHeadline(others, `failed${only}`, "alarm"),
    ...toCheckHeadline(unchecked, "could not run", "busy"),
    ...unread.map(toUnreadHeadline),
  ];
  return first ? [first, ...more] : [toWell(numbers.length)];
}

/** The same in one line. */
export function toHeadline(overview: Overview): string {
  const text = toHeadlines(overview)
    .map((each) => each.text)
    .join(", ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Checks whose failure a headline about numbers speaks of. */
function isAboutNumbers(id: string): boolean {
  return /^(numbers|incidents)(-|$)/.test(id);
}

function toCheckHeadline(
  { length }: readonly CheckResult[],
  words: string,
  tone: Headline["tone"],
): Headline[] {
  if (length === 0) return [];
  return [{ tone, text: `${count(length, "check")} ${words}`, about: "checks" }];
}

function toUnreadHeadline(what: Unread): Headline {
  const about = what === "events" ? "numbers" : "subscribers";
  return { tone: "alarm", text: `the ${what} can't be read`, about };
}

function toWell(numbers: number): Headline {
  const known = numbers > 0 ? `${count(numbers, "number")} known, none unprotected, ` : "";
  return { tone: "calm", text: `All is well: ${known}no check failed`, about: "numbers" };
}
