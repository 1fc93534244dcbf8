import type { Visit } from "./visits.ts";

export const BY_ANN = { letter: "A", name: "Ann", answer: "planned" } as const;
export const BY_BEN = { letter: "A", name: "Ben", answer: "handling" } as const;

/** A is open; it repeats after 5 minutes and a day, and lapses after two days. */
export const OPEN = { told: "A", repeatAfterMinutes: [5, 1440] } as const;

/** These visits have answered their alerts in a minute whose places others have taken. */
export function withoutPlace(...visits: readonly Visit[]) {
  const told = [...new Set(visits.map(({ letter }) => letter))].join("");
  const base = { ...OPEN, told, visits, visited: visits.length, ticks: 1, minutesLater: 2 };
  return { ...base, isInstant: true, paced: true };
}
