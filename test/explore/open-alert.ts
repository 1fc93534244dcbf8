import type { Visit } from "./visits.ts";

export const BY_ANN = { letter: "A", name: "Ann", answer: "planned" } as const;
export const BY_BEN = { letter: "A", name: "Ben", answer: "handling" } as const;
/** With AWS credentials, at a terminal. */
export const BY_OLGA = { letter: "A", name: "Olga", answer: "planned", isOperator: true } as const;

/** A is open; it repeats after 5 minutes and a day, and lapses after two days. */
export const OPEN = { sentBefore: "A", repeatAfterMinutes: [5, 1440] } as const;

/** C repeats in A's place, and somebody answers by A's link. */
export const SUPERSEDED = {
  ...OPEN,
  sentBefore: "AC",
  minutesLater: 6,
  ticked: 1,
  visits: [BY_ANN],
  isInstant: true,
  faults: 0,
} as const;

/** Of two links of ended alerts the second is tried after eight days. */
export const TOO_OLD = {
  ...OPEN,
  visits: [BY_ANN, { ...BY_ANN, name: "Ben", isRefused: true }],
  visited: 1,
  minutesAfterVisits: 8 * 1440,
  isInstant: true,
  faults: 0,
} as const;

/** Ann has answered A, and Olga opens it again. */
export const REOPENED = {
  ...OPEN,
  visits: [BY_ANN, { ...BY_OLGA, answer: "reopen" }],
  visited: 1,
  isInstant: true,
} as const;

/** Somebody says by link that the PIN of a number is set that was turned off. */
export const CLAIMED = {
  ...OPEN,
  sentBefore: "D",
  visits: [{ ...BY_ANN, letter: "D", answer: "pin-set" }],
  minutesLater: 6,
  isInstant: true,
  faults: 0,
  comparesViews: true,
} as const;

/** Others have taken each place of the minute. */
export const FULL = { single: 5, digest: 5 };

/** These visits have answered their alerts in a minute whose places others have taken. */
export function withoutPlace(...visits: readonly Visit[]) {
  const sentBefore = [...new Set(visits.map(({ letter }) => letter))].join("");
  const base = { ...OPEN, sentBefore, visits, visited: visits.length, ticks: 1, minutesLater: 2 };
  return { ...base, isInstant: true, paced: true };
}
