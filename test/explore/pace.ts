import { createPace } from "../../lambda/outbox/pace.ts";
import { createMemoryClient, type Rows } from "./memory-table.ts";
import type { MessageKind } from "./state.ts";

const KINDS: readonly MessageKind[] = ["single", "digest"];

/** The table after so many messages of each kind went out, all at `clock`. */
export async function toTakenPlaces(
  rows: Rows,
  published: Readonly<Record<MessageKind, number>>,
  clock: number,
): Promise<Rows> {
  const client = createMemoryClient(rows);
  const pace = createPace({ client, tableName: "events" });
  for (const kind of KINDS) {
    for (let count = 0; count < published[kind]; count++) await pace.take(kind, "tick", clock);
  }
  return client.rows;
}
