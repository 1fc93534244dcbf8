import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";

type Command = DeleteItemCommand | PutItemCommand | QueryCommand;

/**
 * The table as the watchdog's memory uses it: one partition, a hundred items a page. `fails` decides
 * of each request whether it fails, or is carried out and its answer lost. Requests that are not about
 * the memory are answered with nothing.
 */
export function memoryTable() {
  const items = new Map<string, string>();
  const table = {
    items,
    fails: (_name: string): boolean | "after" => false,
    source: { tableName: "events", dynamodb: undefined as unknown as DynamoDBClient },
  };
  table.source.dynamodb = Object.assign(Object.create(DynamoDBClient.prototype), {
    async send(command: Command) {
      const fault = table.fails(command.constructor.name);
      if (fault === true) throw new Error("The table fails");
      const answered = answer(items, command);
      if (fault === "after") throw new Error("The table's answer is lost");
      return answered;
    },
  });
  return table;
}

const PAGE = 100;

function answer(items: Map<string, string>, command: Command) {
  if (command instanceof PutItemCommand) {
    const { wabaId, eventKey, memory } = command.input.Item ?? {};
    if (wabaId?.S !== "watchdog") throw new Error("Another item is written");
    items.set(eventKey?.S ?? "", memory?.S ?? "");
    return {};
  }
  if (command instanceof DeleteItemCommand) {
    items.delete(command.input.Key?.eventKey?.S ?? "");
    return {};
  }
  if (command instanceof QueryCommand && isOfMemory(command)) {
    const start = Number(command.input.ExclusiveStartKey?.at?.N ?? 0);
    const next = { at: { N: String(start + PAGE) } };
    const Items = [...items].slice(start, start + PAGE).map(toItem);
    return { Items, ...(start + PAGE < items.size && { LastEvaluatedKey: next }) };
  }
  return { Items: [] };
}

function isOfMemory({ input }: QueryCommand): boolean {
  const values = Object.values(input.ExpressionAttributeValues ?? {});
  return values.some(({ S }) => S === "watchdog") && input.ConsistentRead === true;
}

function toItem([key, memory]: [string, string]): Record<string, AttributeValue> {
  return { wabaId: { S: "watchdog" }, eventKey: { S: key }, memory: { S: memory } };
}
