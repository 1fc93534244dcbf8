import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ROOT } from "./documents.ts";

/**
 * Holds the code block under `<!-- generated: name -->` to this text. `UPDATE_DOCS=1 npx vitest run
 * test/docs` writes it there instead.
 */
export function expectGenerated(file: string, name: string, text: string): void {
  const path = join(ROOT, file);
  const document = readFileSync(path, "utf8");
  const block = new RegExp(`(<!-- generated: ${name} -->\\n\\n\`\`\`\\w*\\n)([\\s\\S]*?)(\`\`\`)`);
  const [whole, , found] = block.exec(document) ?? [];
  if (whole === undefined) throw new Error(`${file} has no block "generated: ${name}"`);
  if (process.env.UPDATE_DOCS) {
    writeFileSync(
      path,
      document.replace(block, (_, start, __, end) => `${start}${text}\n${end}`),
    );
    return;
  }
  expect(found, `${file}: run UPDATE_DOCS=1 npx vitest run test/docs`).toBe(`${text}\n`);
}
