/** What AWS would bill, and when things happened: microseconds of the machine's clock. */
export interface Usage {
  /** Requests by operation. */
  readonly requests: Readonly<Record<string, number>>;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Messages in pieces of 64 KB. */
  readonly publishUnits: number;
  /** When the last event was stored, and each message accepted. */
  readonly storedAt: number;
  readonly publishedAt: readonly number[];
  /** Events in the table, and those whose alert nobody has been told. */
  readonly events: number;
  readonly pending: number;
}

/** What was used in all; the table is as it was at the second look. */
export function add(first: Usage, second: Usage): Usage {
  const names = [...new Set([first, second].flatMap(({ requests }) => Object.keys(requests)))];
  return {
    ...second,
    requests: Object.fromEntries(
      names.map((name) => [name, (first.requests[name] ?? 0) + (second.requests[name] ?? 0)]),
    ),
    writeUnits: first.writeUnits + second.writeUnits,
    readUnits: first.readUnits + second.readUnits,
    publishUnits: first.publishUnits + second.publishUnits,
    storedAt: Math.max(first.storedAt, second.storedAt),
    publishedAt: [...first.publishedAt, ...second.publishedAt],
  };
}
