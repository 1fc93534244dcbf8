import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import type { CreateWebhook } from "./launch.ts";
import type { Edit } from "./mutant.ts";

const LAMBDA = join(import.meta.dirname, "../../lambda");

/**
 * The application with these edits, compiled from its present source. Throws when an edit's place
 * is not there exactly once: a mutant that no longer applies must not pass for a caught one.
 */
export async function loadMutant(edits: readonly Edit[]): Promise<CreateWebhook> {
  const result = await build({
    entryPoints: [join(import.meta.dirname, "system.ts")],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    // The SDK's error classes must be the stand-in's own.
    packages: "external",
    plugins: [editing(edits)],
    logLevel: "silent",
  });
  const module = { exports: {} as { createWebhook: CreateWebhook } };
  const run = new Function("require", "module", "exports", result.outputFiles[0]?.text ?? "");
  run(createRequire(import.meta.url), module, module.exports);
  return module.exports.createWebhook;
}

function editing(edits: readonly Edit[]): Plugin {
  return {
    name: "edit",
    setup(builder) {
      builder.onLoad({ filter: /[\\/]lambda[\\/].+\.ts$/ }, ({ path }) => {
        const own = edits.filter(([file]) => join(LAMBDA, file) === path);
        return { contents: own.reduce(applyEdit, readFileSync(path, "utf8")), loader: "ts" };
      });
    },
  };
}

function applyEdit(source: string, [file, find, replace]: Edit): string {
  const count = source.split(find).length - 1;
  if (count !== 1) {
    throw new Error(`lambda/${file} holds ${count} times, not once, the text to edit:\n${find}`);
  }
  return source.replace(find, () => replace);
}
