import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const CHECK = join(import.meta.dirname, "../../infra/installed.mjs");

function run(file: string) {
  const { status, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
  return { status, stderr };
}

test("a command without npm ci ends with a sentence, not with a stack trace", () => {
  const folder = mkdtempSync(join(tmpdir(), "installed-"));
  mkdirSync(join(folder, "infra"));
  const copy = join(folder, "infra/installed.mjs");
  copyFileSync(CHECK, copy);
  expect(run(copy)).toEqual({
    status: 1,
    stderr: "The packages are not installed: run npm ci here, then this again.\n",
  });
  rmSync(folder, { recursive: true });
  expect(run(CHECK)).toEqual({ status: 0, stderr: "" });
});
