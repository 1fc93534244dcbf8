import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { bundleFunction } from "../../infra/stack/bundle/bundle.ts";

const ROOT = resolve(import.meta.dirname, "../..");
export const OUT_DIR = join(ROOT, "dist/bench");

/** Builds something of the bench's own into `dist/bench`, and returns its path. */
export function build(name: string, entry: string): string {
  const outfile = join(OUT_DIR, name);
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
  });
  return outfile;
}

/** The function as it is deployed. */
export function buildFunction(): string {
  return join(bundleFunction(), "index.mjs");
}

/** The same without awaiting the network at its top level, to look at the import alone. */
export function withoutAwait(file: string): string {
  const text = readFileSync(file, "utf8");
  const copy = join(OUT_DIR, "ours.mjs");
  const changed = text.replace(/await [\w.]+\(\);(?=export\{)/, "");
  if (changed === text) throw new Error("The bundle awaits nothing at its top level any more");
  mkdirSync(OUT_DIR, { recursive: true });
  writeFileSync(copy, changed);
  return copy;
}
