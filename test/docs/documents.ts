import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** Every document of the repository. */
export const DOCUMENTS = [
  "README.md",
  "CHANGELOG.md",
  ...globSync("{infra,lambda,test,.github}/**/*.md", { cwd: ROOT }),
].sort();

export interface Section {
  readonly heading: string;
  readonly text: string;
}

export function readDocument(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** What stands under a heading, up to the next heading of its level or above. */
export function readSection(file: string, heading: string): string {
  const lines = readDocument(file).split("\n");
  const start = lines.findIndex((row) => /^#+ /.test(row) && row.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`${file} has no heading "${heading}"`);
  const level = /^#+/.exec(lines[start] ?? "")?.[0].length ?? 1;
  const end = new RegExp(`^#{1,${level}} `);
  const after = lines.slice(start + 1);
  const length = after.findIndex((line) => end.test(line));
  return after.slice(0, length < 0 ? undefined : length).join("\n");
}

/** The sections one level down in the section under this heading. */
export function readSections(file: string, heading: string): Section[] {
  const text = readSection(file, heading);
  const level = /^(#+) /m.exec(text)?.[1] ?? "#";
  return `\n${text}`
    .split(`\n${level} `)
    .slice(1)
    .map((section) => {
      const [name = "", ...lines] = section.split("\n");
      return { heading: name, text: lines.join("\n") };
    });
}
