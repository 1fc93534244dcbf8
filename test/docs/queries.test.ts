import { parseArgs } from "node:util";
import {
  type AttributeValue,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { META_EXAMPLE } from "../support/builders.ts";
import { startWorld, type World } from "../support/world.ts";
import { COMMANDS } from "./commands.ts";

describe("the documented aws dynamodb queries", () => {
  const commands = COMMANDS.filter(({ text }) => text.startsWith("aws dynamodb query "));
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await world.deliver(META_EXAMPLE);
  });
  afterAll(() => world.stop());

  test("are five", () => {
    expect(commands).toHaveLength(5);
  });

  test.each(commands)("$text", async ({ words }) => {
    const { Items = [] } = await world.dynamodb.send(new QueryCommand(toQuery(words)));
    const accounts = Items.map((item: Record<string, AttributeValue>) => item.wabaId?.S);
    expect(accounts).toEqual(["102290129340398"]);
  });

  function toQuery(words: readonly string[]): QueryCommandInput {
    const { values } = parseArgs({ args: words.slice(3), options: OPTIONS });
    const names = values["expression-attribute-names"];
    return {
      TableName: world.tableName,
      IndexName: values["index-name"],
      KeyConditionExpression: values["key-condition-expression"],
      ExpressionAttributeNames: names === undefined ? undefined : JSON.parse(names),
      ExpressionAttributeValues: JSON.parse(values["expression-attribute-values"] ?? "{}"),
      ScanIndexForward: !values["no-scan-index-forward"],
      Limit: values.limit === undefined ? undefined : Number(values.limit),
    };
  }
});

const OPTIONS = {
  "table-name": { type: "string" },
  "index-name": { type: "string" },
  "key-condition-expression": { type: "string" },
  "expression-attribute-names": { type: "string" },
  "expression-attribute-values": { type: "string" },
  "no-scan-index-forward": { type: "boolean" },
  limit: { type: "string" },
} as const;
