import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ROOT } from "./documents.ts";

/**
 * Holds what stands between `<!-- generated: name -->` and `<!-- end -->` to this text. With
 * `UPDATE_DOCS=1 npx vitest run test/docs test/infra/stack` it is written there instead.
 */
export function expectGenerated(file: string, name: string, text: string): void {
  const path = join(ROOT, file);
  const document = readFileSync(path, "utf8");
  const block = new RegExp(`(<!-- generated: ${name} -->\\n\\n)([\\s\\S]*?)(\\n\\n<!-- end -->)`);
  const [, , found] = block.exec(document) ?? [];
  if (found === undefined) throw new Error(`${file} has no block "generated: ${name}"`);
  if (process.env.UPDATE_DOCS) {
    writeFileSync(
      path,
      document.replace(block, (_, start, __, end) => `${start}${text}${end}`),
    );
    return;
  }
  expect(found, `${file}: run UPDATE_DOCS=1 npx vitest run test/docs test/infra/stack`).toBe(text);
}
