import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const FILE = "infra/RUNBOOK.md";

/**
 * The runbook on GitHub if package.json names the repository (`"repository": "github:owner/name"`),
 * else its file: nobody but the team knows where it keeps its clone.
 */
export const DEFAULT_RUNBOOK_URL = toRunbookUrl(
  JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).repository,
);

export function toRunbookUrl(repository: string | { url: string } | undefined): string {
  const text = typeof repository === "object" ? repository.url : (repository ?? "");
  const [, name] = /^(?:github:|.*github\.com[/:])?([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(text) ?? [];
  return name ? `https://github.com/${name}/blob/main/${FILE}` : FILE;
}

/** Where the runbook speaks of this heading: anchors as GitHub makes them. */
export function toHeadingUrl(runbookUrl: string, heading: string): string {
  const anchor = heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
  return `${runbookUrl}#${anchor}`;
}
