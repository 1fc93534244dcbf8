import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const FILE = "infra/RUNBOOK.md";

/** On GitHub, if package.json names the repository there (`"repository": "github:owner/name"`). */
export const DEFAULT_RUNBOOK_URL = toRunbookUrl(
  JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).repository,
);

export function toRunbookUrl(repository: string | { url: string } | undefined): string | undefined {
  const text = typeof repository === "object" ? repository.url : (repository ?? "");
  const [, name] = /^(?:github:|.*github\.com[/:])?([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(text) ?? [];
  return name ? `https://github.com/${name}/blob/main/${FILE}` : undefined;
}

/** Where the runbook speaks of this heading: anchors as GitHub makes them. */
export function toHeadingUrl(runbookUrl: string | undefined, heading: string): string {
  const anchor = heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
  return `${runbookUrl ?? FILE}#${anchor}`;
}
