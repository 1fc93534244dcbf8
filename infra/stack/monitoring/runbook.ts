import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toRunbookAddress } from "../../../lambda/shared/runbook.ts";

const ROOT = join(import.meta.dirname, "../../..");
const FILE = "infra/RUNBOOK.md";

type Repository = string | { readonly url: string; readonly directory?: string } | undefined;

/** On GitHub, if package.json names the repository there (`"repository": "github:owner/name"`). */
export const DEFAULT_RUNBOOK_URL = toRunbookUrl(
  JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).repository,
);

/** `HEAD` is the default branch, whatever its name. */
export function toRunbookUrl(repository: Repository): string | undefined {
  const { url, directory } =
    typeof repository === "object" ? repository : { url: repository ?? "", directory: undefined };
  const [, name] = /^(?:github:|.*github\.com[/:])?([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(url) ?? [];
  const path = directory ? `${directory.replace(/^\.?\/|\/$/g, "")}/${FILE}` : FILE;
  return name ? `https://github.com/${name}/blob/HEAD/${path}` : undefined;
}

/** Where the runbook speaks of this heading: anchors as GitHub makes them. */
export function toHeadingUrl(runbookUrl: string | undefined, heading: string): string {
  const anchor = heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
  return toRunbookAddress(runbookUrl, anchor);
}
