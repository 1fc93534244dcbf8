import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findLastRelease, ROOT } from "./last-release.ts";

const folder = mkdtempSync(join(tmpdir(), "tags-"));
afterAll(() => rmSync(folder, { recursive: true }));

function git(...args: readonly string[]): string {
  const author = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
  return execFileSync("git", [...author, ...args], {
    cwd: folder,
    stdio: "pipe",
    encoding: "utf8",
  });
}

test("the last release is the newest tag before HEAD, whatever package.json says", () => {
  const commit = () => git("commit", "--quiet", "--allow-empty", "--message=c");
  const steps: readonly [string, () => unknown, string | undefined][] = [
    ["before the first one", () => [git("init", "--quiet"), commit()], undefined],
    ["the first one itself", () => git("tag", "v1.0.0"), undefined],
    ["the work after it", commit, "v1.0.0"],
    ["the next one itself", () => git("tag", "v1.1.0"), "v1.0.0"],
    ["by its number", () => [commit(), git("tag", "v1.10.0"), commit()], "v1.10.0"],
    ["none that comes later", () => git("checkout", "--quiet", "v1.1.0"), "v1.0.0"],
  ];
  for (const [situation, change, tag] of steps) {
    change();
    expect(findLastRelease(folder, {}), situation).toBe(tag);
  }
  const shallow = join(folder, "shallow");
  git("clone", "--quiet", "--depth=1", `file://${folder}`, shallow);
  expect(() => findLastRelease(shallow, { GITHUB_ACTIONS: "true" })).toThrow("fetch-depth: 0");
  expect(findLastRelease(shallow, {})).toBeUndefined();
});

test("every workflow fetches the releases before", () => {
  for (const file of globSync(".github/workflows/*.yml", { cwd: ROOT })) {
    const [, ...checkouts] = readFileSync(join(ROOT, file), "utf8").split("actions/checkout@");
    expect(checkouts.length, file).toBeGreaterThan(0);
    for (const each of checkouts) expect(each.split("- uses:")[0]).toContain("fetch-depth: 0");
  }
});

test("this version's items are written down, those of the last release as they were", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const here = `UPDATE_RELEASE=1 npx vitest run test/release writes ${version}.json`;
  expect(existsSync(join(import.meta.dirname, `${version}.json`)), here).toBe(true);
  const tag = findLastRelease();
  if (!tag) return;
  const changed = ["diff", "--name-only", "--diff-filter=a", tag, "--", "test/release/*.json"];
  expect(execFileSync("git", changed, { cwd: ROOT, encoding: "utf8" })).toBe("");
});
