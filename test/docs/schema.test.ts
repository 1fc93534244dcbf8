import { toJsonSchema } from "@valibot/to-json-schema";
import { expect, test } from "vitest";
import { AlertDocumentSchema } from "../../lambda/alert/alert-document.ts";
import { readDocument } from "./documents.ts";

test("the documents have the machine document's JSON schema as the code has it", () => {
  const [, text = ""] =
    /JSON schema<[\s\S]*?```json\n([\s\S]+?)\n```/.exec(readDocument("infra/README.md")) ?? [];
  expect(JSON.parse(text)).toEqual(toJsonSchema(AlertDocumentSchema));
});
