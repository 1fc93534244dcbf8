import { once } from "node:events";
import type { Terminal } from "../../cli/terminal.ts";
import type { StoredEvent } from "../../deployment/stored-event.ts";

/** Writes no faster than the reader reads. */
export async function print(lines: AsyncIterable<string>, terminal: Terminal): Promise<void> {
  for await (const line of lines) {
    terminal.print(line);
    if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
  }
}

interface Counted extends AsyncIterable<StoredEvent> {
  /** How many were handed out. */
  readonly count: number;
  /** Whether there was one more than `most`. */
  readonly hasMore: boolean;
}

/** The first events, at most so many. */
export function counted(
  events: AsyncIterable<StoredEvent>,
  most = Number.POSITIVE_INFINITY,
): Counted {
  const state = { count: 0, hasMore: false };
  return {
    get count() {
      return state.count;
    },
    get hasMore() {
      return state.hasMore;
    },
    async *[Symbol.asyncIterator]() {
      for await (const event of events) {
        state.hasMore = state.count === most;
        if (state.hasMore) return;
        state.count += 1;
        yield event;
      }
    },
  };
}
