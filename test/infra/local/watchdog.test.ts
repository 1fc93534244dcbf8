import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startLocal } from "../../../infra/local/local.ts";
import { checkLocalRun } from "../../../infra/local/watchdog.ts";

test("the local run's watchdog reports at once, within 72 columns", async () => {
  const data = mkdtempSync(join(tmpdir(), "local-"));
  const local = await startLocal({ port: 0, data, memory: true, writeLine: () => {} });
  try {
    const report = await checkLocalRun(local.address, data, "");
    expect(report).toMatch(/^All is well: no check failed\./);
    expect(report).toContain("None is known yet");
    expect(report.split("\n").filter((line) => line.length > 72)).toEqual([]);
  } finally {
    await local.stop();
    rmSync(data, { recursive: true });
  }
});
