import { paginateScan } from "@aws-sdk/client-dynamodb";
import { readText } from "../../../lambda/event/event-item.ts";
import { ATTRIBUTE } from "../../../lambda/shared/item-names.ts";
import { KNOWN_EVENTS } from "../../../lambda/shared/names.ts";
import { toPrintable } from "../../cli/text.ts";
import type { EventSource } from "../../deployment/events.ts";

/** Pages of 1 MB that are looked at: enough for some ten thousand events. */
const MOST_PAGES = 10;

/** The names that Meta does not document, "" for none, and how many events have each. */
export async function countUnknownNames({
  dynamodb: client,
  tableName: TableName,
}: EventSource): Promise<ReadonlyMap<string, number>> {
  const known = Object.fromEntries(KNOWN_EVENTS.map((name, index) => [`:k${index}`, { S: name }]));
  const counts = new Map<string, number>();
  let pages = 0;
  for await (const { Items = [] } of paginateScan(
    { client },
    {
      TableName,
      FilterExpression: `attribute_exists(${ATTRIBUTE.receivedAt}) AND (attribute_not_exists(#event) OR NOT #event IN (${Object.keys(known)}))`,
      ProjectionExpression: "#event",
      ExpressionAttributeNames: { "#event": ATTRIBUTE.event },
      ExpressionAttributeValues: known,
    },
  )) {
    for (const item of Items) {
      const name = readText(item, "event") ?? "";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    pages += 1;
    if (pages >= MOST_PAGES) break;
  }
  return counts;
}

/** Names that are shown; the others are only counted. */
const MOST_NAMES = 5;

export function describeUnknownNames(counts: ReadonlyMap<string, number>): string | undefined {
  if (counts.size === 0) return undefined;
  const total = [...counts.values()].reduce((sum, amount) => sum + amount, 0);
  const names = [...counts].slice(0, MOST_NAMES).map(([name, amount]) => {
    return `${amount} ${name === "" ? "without a name" : toPrintable(name).slice(0, 40)}`;
  });
  const more = counts.size > MOST_NAMES ? ", and more" : "";
  const events =
    total === 1 ? "event that Meta does not document is" : "events that Meta does not document are";
  return `${total} ${events} not shown (${names.join(", ")}${more}): list them with --event NAME, --waba or --phone.`;
}
