/** A group's size, such as its bytes as a message; it grows with the group. */
type SizeOf<Item> = (group: readonly Item[]) => number;

/** The items in as few groups as `max` allows, in their order; one that is too large stands alone. */
export function splitToFit<Item>(
  items: readonly Item[],
  sizeOf: SizeOf<Item>,
  max: number,
): Item[][] {
  const groups: Item[][] = [];
  for (let start = 0; start < items.length; start += groups.at(-1)?.length ?? 1) {
    const fitting = countFitting(items.slice(start), sizeOf, max);
    groups.push(items.slice(start, start + fitting));
  }
  return groups;
}

/**
 * How many from the first on fit into one group. Items are of about one size, so that each try is
 * at the place where a straight line meets the limit: few sizes have to be taken.
 */
function countFitting<Item>(items: readonly Item[], sizeOf: SizeOf<Item>, max: number): number {
  let fitting = { count: 0, size: 0 };
  let tooMany = { count: items.length, size: sizeOf(items) };
  if (tooMany.size <= max) return items.length;
  while (tooMany.count - fitting.count > 1) {
    const slope = (tooMany.count - fitting.count) / (tooMany.size - fitting.size);
    const guess = fitting.count + Math.floor((max - fitting.size) * slope);
    const count = Math.min(Math.max(guess, fitting.count + 1), tooMany.count - 1);
    const size = sizeOf(items.slice(0, count));
    if (size <= max) fitting = { count, size };
    else tooMany = { count, size };
  }
  return Math.max(fitting.count, 1);
}
