import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

/** Every table that must have a row for each documented event. */
const TABLES = ["event/event-words.ts", "numbers/order.ts", "outbox/record.ts"];

test("another name in KNOWN_EVENTS does not compile until it has words, a state and a metric", () => {
  const copy = mkdtempSync(join(tmpdir(), "known-events-"));
  try {
    for (const each of ["lambda", "tsconfig.json", "package.json"]) {
      cpSync(join(ROOT, each), join(copy, each), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
    const names = join(copy, "lambda/shared/names.ts");
    const text = readFileSync(names, "utf8");
    writeFileSync(names, text.replace("KNOWN_EVENTS = [", 'KNOWN_EVENTS = ["PIN_NEW", '));
    const errors = compile(copy).filter((line) => line.includes("Property 'PIN_NEW' is missing"));
    const found = errors.map((line) => /^lambda\/(.*?)\(/.exec(line)?.[1]);
    expect(found.sort()).toEqual(TABLES);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

/** The compiler's complaints about `lambda/`. */
function compile(folder: string): string[] {
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  const config = JSON.parse(readFileSync(join(folder, "tsconfig.json"), "utf8"));
  const own = JSON.stringify({ ...config, include: ["lambda"] });
  writeFileSync(join(folder, "tsconfig.json"), own);
  try {
    return execFileSync(tsc, ["-p", folder], { cwd: folder, encoding: "utf8" }).split("\n");
  } catch (error) {
    return (error as { stdout: string }).stdout.split("\n");
  }
}
