interface Group<Item, Composed> {
  readonly items: readonly Item[];
  readonly composed: Composed;
}

interface Split<Item, Composed> {
  readonly compose: (items: readonly Item[]) => Composed;
  /** Such as a message's bytes; it grows with the number of items. */
  readonly sizeOf: (composed: Composed) => number;
  readonly max: number;
}

/**
 * The items in as few groups as `max` allows, in their order, each with what was composed of it; an
 * item that is too large is a group of its own.
 */
export function splitToFit<Item, Composed>(
  items: readonly Item[],
  split: Split<Item, Composed>,
): Group<Item, Composed>[] {
  const groups: Group<Item, Composed>[] = [];
  for (let rest = items; rest.length > 0; ) {
    const group = takeFitting(rest, split);
    groups.push(group);
    rest = rest.slice(group.items.length);
  }
  return groups;
}

/**
 * As many items as fit into one group, from the first on. Interpolation search: items are about
 * equally large, so a few compositions suffice.
 */
function takeFitting<Item, Composed>(
  items: readonly Item[],
  { compose, sizeOf, max }: Split<Item, Composed>,
): Group<Item, Composed> {
  const toGroup = (count: number) => {
    const some = items.slice(0, count);
    const composed = compose(some);
    return { items: some, composed, count, size: sizeOf(composed) };
  };
  let tooMany = toGroup(items.length);
  if (tooMany.size <= max) return tooMany;
  let fitting = toGroup(1);
  while (tooMany.count - fitting.count > 1) {
    const slope = (tooMany.count - fitting.count) / (tooMany.size - fitting.size);
    const guess = fitting.count + Math.floor((max - fitting.size) * slope);
    const count = Math.min(Math.max(guess, fitting.count + 1), tooMany.count - 1);
    const group = toGroup(count);
    if (group.size <= max) fitting = group;
    else tooMany = group;
  }
  return fitting;
}
