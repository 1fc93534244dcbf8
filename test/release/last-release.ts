import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/**
 * Tag of the release that the code of this folder comes after: the newest one before HEAD, so that
 * the work on the next release is held to the last one, and a release itself to the one before it.
 * Undefined before the first release, and where this is no clone. Throws in a workflow of
 * GitHub whose clone has no history: everything would then be compared with itself.
 */
export function findLastRelease(
  folder = ROOT,
  { GITHUB_ACTIONS }: { readonly GITHUB_ACTIONS?: string | undefined } = process.env,
): string | undefined {
  const git = (...args: readonly string[]) => {
    const { stdout } = spawnSync("git", args, { cwd: folder, encoding: "utf8" });
    return (stdout ?? "").split("\n").filter(Boolean);
  };
  if (GITHUB_ACTIONS && git("rev-parse", "--is-shallow-repository").includes("true")) {
    throw new Error("This clone has no history: give actions/checkout fetch-depth: 0");
  }
  const own = git("tag", "--points-at", "HEAD");
  const tags = git("tag", "--list", "v*", "--merged", "HEAD", "--sort=-v:refname");
  return tags.find((tag) => !own.includes(tag));
}
