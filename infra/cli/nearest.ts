/** The candidate that a person most likely meant, if one is near: case and a few letters apart. */
export function findNearest(
  text: string,
  candidates: readonly string[],
  mostEdits = MOST_EDITS,
): string | undefined {
  const word = text.toUpperCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: countEdits(word, candidate.toUpperCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= mostEdits ? best.candidate : undefined;
}

const MOST_EDITS = 4;

/** Levenshtein's distance: letters put in, left out or exchanged. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const exchange = (row[j] ?? 0) + (letter === to[j] ? 0 : 1);
      next.push(Math.min(exchange, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
