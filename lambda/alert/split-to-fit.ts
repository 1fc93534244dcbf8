/** The items in as few groups as fit, in their order; an item that fits nowhere stands alone. */
export function splitToFit<Item>(
  items: readonly Item[],
  fits: (group: readonly Item[]) => boolean,
): Item[][] {
  const groups: Item[][] = [];
  for (let start = 0; start < items.length; start += groups.at(-1)?.length ?? 1) {
    groups.push(items.slice(start, start + countFitting(items.slice(start), fits)));
  }
  return groups;
}

/** How many from the first on fit into one group. */
function countFitting<Item>(
  items: readonly Item[],
  fits: (group: readonly Item[]) => boolean,
): number {
  if (fits(items)) return items.length;
  let fitting = 1;
  let tooMany = items.length;
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(items.slice(0, middle))) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}
