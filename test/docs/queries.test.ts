import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import {
  type AttributeValue,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { META_EXAMPLE } from "../support/builders.ts";
import { startWorld, type World } from "../support/world.ts";
import { readDocument } from "./documents.ts";

describe("the documented aws dynamodb queries", () => {
  const commands = [
    ...readDocument("infra/REFERENCE.md").matchAll(/^aws dynamodb query (?:.*\\\n)*.*$/gm),
  ].map(([text]) => text);
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await world.deliver(META_EXAMPLE);
  });
  afterAll(() => world.stop());

  test("are five", () => {
    expect(commands).toHaveLength(5);
  });

  test.each(commands)("%s", async (command) => {
    const { Items = [] } = await world.dynamodb.send(new QueryCommand(toQuery(command)));
    const accounts = Items.map((item: Record<string, AttributeValue>) => item.wabaId?.S);
    expect(accounts).toEqual(["102290129340398"]);
  });

  function toQuery(command: string): QueryCommandInput {
    const { values } = parseArgs({ args: splitWords(command).slice(3), options: OPTIONS });
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

/** The words of a command as the shell sees them. */
function splitWords(command: string): string[] {
  const output = execFileSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" });
  return output.split("\0").slice(0, -1);
}
