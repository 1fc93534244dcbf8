import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import { expect, test } from "vitest";
import { MessageDocumentSchema } from "../../lambda/alert/alert-document.ts";
import { ChatDocumentSchema } from "../../lambda/alert/chat-document.ts";
import { ROOT } from "./documents.ts";

const FOLDER = join(ROOT, "infra/schemas");
const SCHEMAS = {
  "chat-document.schema.json": toJsonSchema(ChatDocumentSchema),
  "message-document.schema.json": toJsonSchema(MessageDocumentSchema),
};

/** `UPDATE_DOCS=1 npx vitest run test/docs` writes them instead. */
function updateFiles(): void {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    writeFileSync(join(FOLDER, name), JSON.stringify(schema));
  }
  execFileSync("npx", ["biome", "format", "--write", FOLDER], { cwd: ROOT });
}

test("the published JSON schemas are the code's", () => {
  if (process.env.UPDATE_DOCS) updateFiles();
  const files = readdirSync(FOLDER).map((name) => {
    return [name, JSON.parse(readFileSync(join(FOLDER, name), "utf8"))];
  });
  expect(Object.fromEntries(files)).toEqual(JSON.parse(JSON.stringify(SCHEMAS)));
});

test("the form for chats is Amazon Q's at every level: an object with a field more is refused", () => {
  const { properties = {}, ...whole } = SCHEMAS["chat-document.schema.json"];
  const objects = [whole, properties.content, properties.metadata];
  for (const each of objects) expect(each).toMatchObject({ additionalProperties: false });
});
