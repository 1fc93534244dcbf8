import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { ROOT, readDocument } from "./documents.ts";

/** The document's text without its code, in which nothing is a link or a heading. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, (code) => {
    return `\`${code.slice(1, -1).replace(/[[\]()]/g, " ")}\``;
  });
}

/** A heading's anchor as GitHub makes it: lower case, hyphens for spaces, no punctuation. */
export function toAnchor(heading: string): string {
  const text = heading.toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return text.replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
}

/** The anchors of a document; a repeated heading gets a number. */
export function anchorsOf(file: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  const text = readDocument(file).replace(/^```[\s\S]*?^```/gm, "");
  for (const [, heading = ""] of text.matchAll(/^#+ +(.+?)\s*$/gm)) {
    const anchor = toAnchor(heading);
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    anchors.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}

/** The relative links of a document, as written. */
export function linksOf(file: string): string[] {
  const found = withoutCode(readDocument(file)).matchAll(/\]\(([^)\s]+)(?:\s"[^"]*")?\)/g);
  return [...found].map(([, target = ""]) => target).filter((link) => !/^[a-z]+:/.test(link));
}

/** Why this link of this document leads nowhere, or undefined. */
export function findFault(file: string, link: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? file : normalize(join(dirname(file), path));
  if (target.startsWith("..")) return `${link} leaves the repository`;
  if (!existsSync(join(ROOT, target))) return `${link}: there is no ${target}`;
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md")) return `${link}: ${target} has no headings`;
  return anchorsOf(target).has(anchor) ? undefined : `${link}: ${target} has no such heading`;
}

/** The images of a document, each with its alternative text. */
export function imagesOf(file: string): { readonly text: string; readonly path: string }[] {
  const found = withoutCode(readDocument(file)).matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g);
  return [...found].map(([, text = "", path = ""]) => ({
    text,
    path: normalize(join(dirname(file), path)),
  }));
}
