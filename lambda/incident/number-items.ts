import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item, toKey } from "../event/event-item.ts";
import { createUpdate, type UpdateDeps } from "../outbox/conditional.ts";
import { PROTECT } from "../shared/names.ts";

/** The item of each number, beside its events: who sets a PIN now, and who asked for one by a link. */
export interface NumberItems {
  /** Strongly consistent; empty where the number has none. */
  read(digits: string): Promise<Item>;
  /** The item afterwards; undefined where the condition did not hold. */
  update(digits: string, ...how: Conditional): Promise<Item | undefined>;
}

export type Conditional = readonly [expression: string, condition: string, values: Item];

export function createNumberItems(deps: UpdateDeps): NumberItems {
  const toId = (digits: string) => ({ wabaId: PROTECT.partition, eventKey: digits });
  const update = createUpdate(deps);
  return {
    async read(digits) {
      const command = new GetItemCommand({
        TableName: deps.tableName,
        Key: toKey(toId(digits)),
        ConsistentRead: true,
      });
      return (await deps.client.send(command)).Item ?? {};
    },

    update: (digits, ...how) => update(toId(digits), ...how),
  };
}
