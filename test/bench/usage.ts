/** A message that SNS accepted; microseconds of the machine's clock. */
export interface Published {
  readonly at: number;
  readonly kind: string;
  readonly events: number;
}

/** What AWS would bill, and when things happened: microseconds of the machine's clock. */
export interface Usage {
  /** Requests by operation; `places`: those to DynamoDB for a message's place. */
  readonly requests: Readonly<Record<string, number>>;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Messages in pieces of 64 KB. */
  readonly publishUnits: number;
  readonly unsigned: number;
  /** When the last event was stored. */
  readonly storedAt: number;
  readonly published: readonly Published[];
  /** Events in the table, and those whose alert is not published. */
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
    published: [...first.published, ...second.published],
  };
}

/** The most messages in any so many seconds. */
export function countMostWithin(times: readonly number[], window: number): number {
  return Math.max(
    0,
    ...times.map((start) => times.filter((at) => at >= start && at < start + window).length),
  );
}
