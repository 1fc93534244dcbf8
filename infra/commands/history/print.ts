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
  readonly count: number;
}

export function counted(events: AsyncIterable<StoredEvent>): Counted {
  let count = 0;
  return {
    get count() {
      return count;
    },
    async *[Symbol.asyncIterator]() {
      for await (const event of events) {
        count += 1;
        yield event;
      }
    },
  };
}
