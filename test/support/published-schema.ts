import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect } from "vitest";

const FOLDER = join(import.meta.dirname, "../../infra/schemas");

type Name = "message-document" | "chat-document";

/**
 * Checks a text as a program does that has fetched the published schema: by a validator of JSON
 * Schema, not by the code that the schema is made from. Returns the parsed document.
 */
export function createSchemaCheck(name: Name): (text: string) => unknown {
  const ajv = new Ajv({ allErrors: true, formats: { "date-time": isDateTime } });
  const schema = JSON.parse(readFileSync(join(FOLDER, `${name}.schema.json`), "utf8"));
  const validate = ajv.compile(schema);
  return (text) => {
    const document: unknown = JSON.parse(text);
    validate(document);
    expect(validate.errors ?? [], `${name}.schema.json does not allow ${text}`).toEqual([]);
    return document;
  };
}

function isDateTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
