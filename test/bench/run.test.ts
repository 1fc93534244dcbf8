import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startAws } from "./aws.ts";
import { toWork } from "./deliveries.ts";
import { runOnce } from "./run.ts";
import { build, type Subject } from "./subjects.ts";

const folder = mkdtempSync(join(tmpdir(), "bench-"));
const aws = await startAws();
afterAll(() => {
  aws.stop();
  rmSync(folder, { recursive: true });
});

const probe = build("probe-test.mjs", "test/bench/probe.ts", { format: "esm" });
const floor = build("floor-test.mjs", "test/bench/floor.ts", { format: "esm" });
const workFile = join(folder, "work.json");
writeFileSync(workFile, JSON.stringify(toWork(0)));
const bench = { aws, probe, workFile, singles: 0 };

/** The floor with one piece of its text exchanged. */
function floorWith(text: string, replacement: string): Subject {
  const file = join(folder, `${replacement.length}.mjs`);
  writeFileSync(file, readFileSync(floor, "utf8").replaceAll(text, replacement));
  return { name: "floor", description: "", file, importFile: file };
}

describe("a measured subject", () => {
  test("has its figures when it does all its work", async () => {
    const sample = await runOnce(bench, floorWith("", ""), "cold");
    expect(sample.coldMs).toBeGreaterThan(0);
  });

  test.each([
    ["skips a put", "DynamoDB_20120810.PutItem", "DynamoDB_20120810.Query"],
    ["marks what was not published", '":messageId": { S: messageId }', '":messageId": { S: "x" }'],
    ["signs nothing", "AWS4-HMAC-SHA256 Credential", "nothing"],
  ])("has none when it %s", async (_name, text, replacement) => {
    await expect(runOnce(bench, floorWith(text, replacement), "cold")).rejects.toThrow(
      "was to do 1",
    );
  });
});
