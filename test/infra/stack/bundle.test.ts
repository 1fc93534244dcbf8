import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { bundleFunction } from "../../../infra/stack/bundle/bundle.ts";
import { startAws } from "../../bench/aws.ts";
import { build, buildFunction, withoutAwait } from "../../bench/build.ts";
import { runProbe } from "../../bench/run.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const BUILD =
  'import("./infra/stack/bundle/bundle.ts").then((it) => console.log(it.bundleFunction()))';
const folder = bundleFunction();
const checkout = mkdtempSync(join(tmpdir(), "checkout-"));
afterAll(() => rmSync(checkout, { recursive: true }));

async function buildIn(directory: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", BUILD], { cwd: directory });
  return stdout.trim();
}

describe("the function's bundle", () => {
  test("is the module and its source map, and nothing beside", () => {
    expect(readdirSync(folder).sort()).toEqual(["index.mjs", "index.mjs.map"]);
  });

  test("is the same folder for all that build it at the same time", async () => {
    const folders = await Promise.all([1, 2, 3].map(() => buildIn(ROOT)));
    expect(new Set(folders)).toEqual(new Set([folder]));
  });

  test("is the same bytes in another checkout", async () => {
    for (const path of ["lambda", "infra/stack/bundle", "tsconfig.json", "package.json"]) {
      cpSync(join(ROOT, path), join(checkout, path), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));
    const other = await buildIn(checkout);
    const [ours, theirs] = [folder, other].map((path) => readFileSync(join(path, "index.mjs")));
    expect(theirs?.equals(ours as Buffer)).toBe(true);
  });

  // Raise these two knowingly, with the bench beside: what is loaded and parsed is the cold start.
  test("loads 29 of Node's own modules beside those of Lambda's runtime", async () => {
    const aws = await startAws({ delayMs: 0, paced: false });
    const probe = build("probe-test.mjs", "test/bench/probe.ts");
    const file = withoutAwait(buildFunction());
    try {
      const { sample } = await runProbe({ aws, probe, file }, { posts: [], ticks: 0 });
      expect(sample.modules).toBe(29);
    } finally {
      aws.stop();
    }
  });

  test("is 334 KB, give or take two in a hundred", () => {
    const { length } = readFileSync(join(folder, "index.mjs"));
    expect(Math.abs(length / 334_000 - 1)).toBeLessThan(0.02);
  });
});
