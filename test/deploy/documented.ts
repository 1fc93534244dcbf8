import { readDocument } from "../docs/documents.ts";

/** The documented `aws dynamodb query` commands, on this table. */
export function findDocumentedQueries(tableName: string): string[] {
  const found = readDocument("infra/REFERENCE.md").matchAll(/^aws dynamodb query (?:.*\\\n)*.*$/gm);
  return [...found].map(([command]) => command.replace(/\bTABLE\b/, tableName));
}
