import { readFileSync } from "node:fs";
import { join } from "node:path";

const README = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

/** The README's `aws dynamodb query` commands, on this table. */
export function findDocumentedQueries(tableName: string): string[] {
  const found = README.matchAll(/^aws dynamodb query (?:.*\\\n)*.*$/gm);
  return [...found].map(([command]) => command.replace(/\bTABLE\b/, tableName));
}
