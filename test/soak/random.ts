import { hash } from "node:crypto";

/**
 * A number from 0 up to 1, the same for the same names: a choice depends on what it is for, never on
 * when it is made or on what was chosen before.
 */
export function choose(...names: readonly (string | number)[]): number {
  return Number.parseInt(hash("sha256", names.join(" ")).slice(0, 13), 16) / 2 ** 52;
}

/** A whole number from `from` up to `to`, both included. */
export function chooseWhole(from: number, to: number, ...names: readonly (string | number)[]) {
  return from + Math.floor(choose(...names) * (to - from + 1));
}

/** The same items in an order that the names choose. */
export function shuffle<T>(items: readonly T[], ...names: readonly (string | number)[]): T[] {
  const keyed = items.map((item, index) => ({ item, key: choose(...names, index) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
