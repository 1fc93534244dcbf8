/** An invariant of the application is violated. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

export function must(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new InvariantViolation(sentence);
}
