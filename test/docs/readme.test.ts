import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import {
  type AttributeValue,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { toJsonSchema } from "@valibot/to-json-schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AlertDocumentSchema } from "../../lambda/alert/alert-document.ts";
import { META_EXAMPLE } from "../support/builders.ts";
import { startWorld, type World } from "../support/world.ts";
import { DOCUMENTS, readDocument } from "./documents.ts";

test("the documents have the machine document's JSON schema as the code has it", () => {
  const [, text = ""] =
    /JSON schema<[\s\S]*?```json\n([\s\S]+?)\n```/.exec(readDocument("infra/README.md")) ?? [];
  expect(JSON.parse(text)).toEqual(toJsonSchema(AlertDocumentSchema));
});

test("the documents' commands can be pasted into any shell: zsh takes no comments there", () => {
  const blocks = DOCUMENTS.flatMap((file) =>
    [...readDocument(file).matchAll(/```sh\n([\s\S]+?)```/g)].map(([, block]) => block),
  );
  expect(blocks.length).toBeGreaterThan(10);
  expect(blocks.filter((block) => /(^|\s)#\s/m.test(block ?? ""))).toEqual([]);
});

describe("the documented aws dynamodb queries", () => {
  const commands = [
    ...readDocument("infra/README.md").matchAll(/^aws dynamodb query (?:.*\\\n)*.*$/gm),
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
    expect(Items.map((item: Record<string, AttributeValue>) => item.wabaId?.S)).toEqual(
      command.includes("--index-name outbox") ? [] : ["102290129340398"],
    );
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
