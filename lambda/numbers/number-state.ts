import type { Answer } from "../event/answer.ts";

/** From the worst to the best. */
const NUMBER_STATES = ["UNPROTECTED", "reset requested", "unknown", "moved", "protected"] as const;

/** What a number's state is, and how that is known. */
export interface NumberState {
  readonly displayPhoneNumber: string;
  readonly state: (typeof NUMBER_STATES)[number];
  /** Milliseconds since the epoch of what brought the state about. */
  readonly since?: number;
  /** Who says so, where it was no event: a person who answered, or Meta when asked. */
  readonly says?: string;
  readonly wabaId?: string;
  readonly lastEvent?: { readonly event: string; readonly at: number };
}

/** An event as far as it tells of its number's state. */
export interface StateEvent {
  readonly wabaId: string;
  readonly event: string;
  readonly displayPhoneNumber: string;
  /** Unix seconds. */
  readonly time: number;
  readonly answers: readonly Answer[];
}

/** What Meta said of a number when it was asked. */
export interface PinState {
  readonly displayPhoneNumber: string;
  readonly isPinEnabled: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

type Protection = Pick<NumberState, "state" | "since" | "says">;

interface Step {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of two at the same time the worse counts as the later: nobody knows their order. */
  readonly severity: number;
  readonly next: (before: Protection) => Protection;
}

/**
 * Each number's present state, the worst first: by its events in the order in which Meta sent them,
 * by answers that settle it, and by what Meta said when asked, which no event can contradict unless
 * it is newer.
 */
export function toNumberStates(
  events: readonly StateEvent[],
  pins: readonly PinState[] = [],
): NumberState[] {
  const byNumber = Map.groupBy(events, ({ displayPhoneNumber }) => displayPhoneNumber);
  const pinsByNumber = Map.groupBy(pins, (pin) => toDigits(pin.displayPhoneNumber));
  for (const { displayPhoneNumber } of pins) {
    const number = toDigits(displayPhoneNumber);
    if (!byNumber.has(number)) byNumber.set(number, []);
  }
  const states = [...byNumber].map(([number, found]) =>
    toNumberState(number, found, pinsByNumber.get(toDigits(number)) ?? []),
  );
  return states.sort(
    (a, b) => rank(a) - rank(b) || a.displayPhoneNumber.localeCompare(b.displayPhoneNumber),
  );
}

function rank({ state }: NumberState): number {
  return NUMBER_STATES.indexOf(state);
}

/** Events carry digits; the Graph API writes "+1 555-078-3881". */
export function toDigits(number: string): string {
  return /^\+?[\d\s().\-/]+$/.test(number) ? number.replace(/\D/g, "") : number;
}

function toNumberState(
  displayPhoneNumber: string,
  events: readonly StateEvent[],
  pins: readonly PinState[],
): NumberState {
  const steps = [...events.map(toStep), ...events.flatMap(toAnswerSteps), ...pins.map(toPinStep)];
  const inOrder = steps.sort((a, b) => a.at - b.at || a.severity - b.severity);
  const last = events.toSorted((a, b) => a.time - b.time).at(-1);
  return {
    displayPhoneNumber,
    ...inOrder.reduce<Protection>((before, { next }) => next(before), { state: "unknown" }),
    ...(last && {
      wabaId: last.wabaId,
      lastEvent: { event: last.event, at: last.time * 1000 },
    }),
  };
}

const SEVERITY: readonly string[] = ["PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"];

function toStep({ event, time }: StateEvent): Step {
  const at = time * 1000;
  return {
    at,
    severity: SEVERITY.indexOf(event),
    next: (before) => {
      const after = toStateAfter(before.state, event);
      return after === undefined || after === before.state ? before : { state: after, since: at };
    },
  };
}

/** Asking for a reset takes no protection away, and gives none back. */
function toStateAfter(
  before: NumberState["state"],
  event: string,
): NumberState["state"] | undefined {
  if (event === "PIN_CHANGED") return "protected";
  if (event === "PIN_REQUEST_SUCCESS") return "UNPROTECTED";
  if (event === "PIN_RESET_REQUEST" && before !== "UNPROTECTED") return "reset requested";
  return undefined;
}

/** Two of the answers settle what no event does when a PIN is set by API. */
function toAnswerSteps({ answers }: StateEvent): Step[] {
  return answers.flatMap(({ answer, name, at: text }) => {
    const at = Date.parse(text);
    const state = ({ "pin-set": "protected", moved: "moved" } as const)[answer as "moved"];
    if (!state || Number.isNaN(at)) return [];
    return [{ at, severity: -1, next: () => ({ state, since: at, says: name }) }];
  });
}

function toPinStep({ isPinEnabled, at }: PinState): Step {
  const state = isPinEnabled ? "protected" : "UNPROTECTED";
  return {
    at,
    severity: SEVERITY.length,
    next: (before) => {
      const isKnown =
        before.state === state || (isPinEnabled && before.state === "reset requested");
      return isKnown ? { ...before, says: "Meta" } : { state, since: at, says: "Meta" };
    },
  };
}
