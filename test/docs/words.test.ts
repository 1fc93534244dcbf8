import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DOCUMENTS, ROOT } from "./documents.ts";
import { ALLOWED, RENAMES } from "./words.ts";

const FILES = ["package.json", ".ci/run", ...DOCUMENTS, ...codeFiles()];

function codeFiles(): string[] {
  return globSync("{lambda,infra,test}/**/*.{ts,js,json}", { cwd: ROOT });
}

/** Each use as `file:line: word → better`. */
function findUses([word, better]: (typeof RENAMES)[number], file: string): string[] {
  const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
  return lines.flatMap((line, index) => {
    const [found] = word.exec(line) ?? [];
    const isAllowed = ALLOWED.some(([where, what]) => where.test(file) && what.test(line));
    if (found === undefined || isAllowed) return [];
    return [`${file}:${index + 1}: ${found} → ${better}`];
  });
}

describe("the project uses the usual words", () => {
  test.each(RENAMES)("not %s but %s", (...rename) => {
    expect(FILES.flatMap((file) => findUses(rename, file))).toEqual([]);
  });
});
