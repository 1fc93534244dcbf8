import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type BuildOptions, buildSync, build as bundle, type Plugin } from "esbuild";
import { bundleFunction } from "../../infra/stack/bundle/bundle.ts";

const ROOT = resolve(import.meta.dirname, "../..");
export const OUT_DIR = join(ROOT, "dist/bench");
const HANDLER = "lambda/webhook-handler.ts";

export type SubjectName = "ours" | "commonjs";

export interface Subject {
  readonly name: SubjectName;
  readonly description: string;
  /** The module that a fresh process imports. */
  readonly file: string;
  /** The same without awaiting the network at its top level, to measure the import alone. */
  readonly importFile: string;
}

/** Builds something of the bench's own into `dist/bench`, and returns its path. */
export function build(name: string, entry: string, options: BuildOptions): string {
  const outfile = join(OUT_DIR, name);
  buildSync({ ...toOptions(outfile, entry), ...options });
  return outfile;
}

function toOptions(outfile: string, entry: string): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
  };
}

/** The function as it is deployed. */
export function ourSubject(): Subject {
  const file = join(bundleFunction(), "index.mjs");
  const description = "this function";
  return { name: "ours", description, file, importFile: withoutAwait(file) };
}

/** What this application changes of the SDK's clients is left out, to be measured. */
const UNTUNED: Plugin = {
  name: "untuned",
  setup(builder) {
    const path = join(ROOT, "test/bench/untuned.ts");
    builder.onResolve({ filter: /\/sdk-tuning\.ts$/ }, () => ({ path }));
  },
};

/** Ours, and the same application with its packages' CommonJS builds bundled and clients untuned. */
export async function buildSubjects(): Promise<readonly Subject[]> {
  const file = join(OUT_DIR, "commonjs.cjs");
  await bundle({ ...toOptions(file, HANDLER), plugins: [UNTUNED], format: "cjs" });
  return [
    ourSubject(),
    { name: "commonjs", description: "CommonJS bundle", file, importFile: file },
  ];
}

/** Our bundle's bytes but for the last line's `await`: the others start the network and go on. */
function withoutAwait(file: string): string {
  const text = readFileSync(file, "utf8");
  const copy = join(OUT_DIR, "ours.mjs");
  const changed = text.replace(/await [\w.]+\(\);(?=export\{)/, "");
  if (changed === text) throw new Error("The bundle awaits nothing at its top level any more");
  mkdirSync(OUT_DIR, { recursive: true });
  writeFileSync(copy, changed);
  return copy;
}
