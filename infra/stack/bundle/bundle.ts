import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type BuildOptions, buildSync, type Metafile, type OutputFile } from "esbuild";

const ROOT = resolve(import.meta.dirname, "../../..");
const OUT_DIR = join(ROOT, "dist", "function");
const EVENT_STREAMS = "@smithy/core/event-streams";
const ALIASES = {
  "@aws-sdk/credential-provider-node": join(ROOT, "infra/stack/bundle/credentials.ts"),
  "node:fs/promises": join(ROOT, "infra/stack/bundle/fs-promises.ts"),
};

const FUNCTIONS = {
  /** Opens its connections before the first request: see the entry. */
  webhook: {
    entryPoint: "lambda/webhook-handler.ts",
    footer:
      "const __function=module.exports,__handler=__function.handler;await __function.warmUp();export{__handler as handler};",
  },
  watchdog: {
    entryPoint: "lambda/watchdog-handler.ts",
    footer: "const __handler=module.exports.handler;export{__handler as handler};",
  },
} as const;

/**
 * The one recipe of the functions' bundles: plain esbuild options. Each comment says how much
 * longer the import takes without that option (28 ms with all of them; medians of 12 fresh processes,
 * Node 24.21).
 */
const RECIPE = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: "node24",
  // 4 ms: every byte is parsed.
  minify: true,
  // 37 ms: packages' ES builds can be shaken, their CommonJS builds can not.
  mainFields: ["module", "main"],
  // 5 ms: CommonJS inside, because an `import` of one of Node's modules reads all its exports, and
  // the lazy ones among them load 16 further modules; `require` loads what is used. An ES module
  // outside, so that it may await at its top level: Lambda gives initialisation its full CPU.
  format: "cjs",
  banner: { js: "const require=process.getBuiltinModule,module={exports:{}};" },
  // 9 ms and 124 KB for the credentials, 2 ms and 11 modules for the files: see the two.
  alias: ALIASES,
  // 5 ms: the protocol core's one `import()` of a package makes esbuild wrap all that it shares with
  // the rest. No call of these functions has an event stream.
  external: [EVENT_STREAMS],
  // 4 ms of the first webhook: a reference to the global ReadableStream makes Node load web streams,
  // which these services never return.
  define: { ReadableStream: "undefined" },
  // Nothing: read by nobody unless NODE_OPTIONS=--enable-source-maps asks for readable stack traces.
  sourcemap: "linked",
  sourcesContent: false,
} satisfies BuildOptions;

/**
 * Builds a function from its `handler.ts` and returns the folder (absolute) that holds
 * `index.mjs`, which exports `handler`, and its source map. The folder's name is the content's hash:
 * the same sources give the same bytes wherever they are checked out, and processes that build at
 * the same time share one result. Throws if a package no longer matches the recipe.
 */
export function bundleFunction(name: keyof typeof FUNCTIONS = "webhook"): string {
  const { entryPoint, footer } = FUNCTIONS[name];
  const { outputFiles, metafile } = buildSync({
    ...RECIPE,
    entryPoints: [entryPoint],
    footer: { js: footer },
    outfile: join(OUT_DIR, "content", "index.mjs"),
    write: false,
    metafile: true,
  });
  verifyRecipe(metafile);
  return store(outputFiles);
}

/** Without this a new SDK layout would lose a line of the recipe silently. */
function verifyRecipe({ inputs, outputs }: Metafile): void {
  const output = Object.values(outputs).find(({ entryPoint }) => entryPoint);
  const external = new Set(output?.imports.map(({ path }) => path));
  const foreign = [...external].filter(
    (path) => !path.startsWith("node:") && path !== EVENT_STREAMS,
  );
  if (foreign.length > 0) throw new Error(`The bundle would need ${foreign.join(", ")} beside it`);
  if (!external.has(EVENT_STREAMS)) throw new Error(`The SDK no longer imports ${EVENT_STREAMS}`);
  const files = Object.values(ALIASES).map((file) => file.slice(ROOT.length + 1));
  const unused = files.filter((file) => !inputs[file]);
  if (unused.length > 0) throw new Error(`The SDK no longer imports what ${unused} stands for`);
}

function store(files: readonly OutputFile[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file.contents);
  const folder = join(OUT_DIR, hash.digest("hex").slice(0, 16));
  if (!existsSync(folder)) writeFolder(folder, files);
  return folder;
}

/** Writes beside the folder and renames, so that nobody ever sees half of it. */
function writeFolder(folder: string, files: readonly OutputFile[]): void {
  const draft = join(dirname(folder), `.draft-${randomUUID()}`);
  mkdirSync(draft, { recursive: true });
  for (const { path, contents } of files) writeFileSync(join(draft, basename(path)), contents);
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}
