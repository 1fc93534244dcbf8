import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

/** Who in `lambda/` may import whom, in words: a new arrow is a new word. Imports of types count too. */
const ROOMS: Readonly<Record<string, string>> = {
  shared: "",
  event: "shared",
  meta: "shared",
  numbers: "shared event",
  "alert/content": "shared event numbers",
  alert: "shared event numbers alert/content",
  outbox: "shared event numbers alert alert/content",
  incident: "shared event numbers page alert/content outbox",
  webhook: "shared event page alert outbox incident",
  facts: "shared event numbers meta",
  checks: "shared event numbers meta facts",
  page: "shared event numbers facts checks",
  protect: "shared event numbers meta outbox incident facts",
  watchdog: "shared event numbers alert alert/content meta facts checks",
  widget: "shared event numbers page incident facts checks",
  "webhook-handler.ts": "shared outbox webhook",
  // The entry of all three: the daily run, the dashboard's widget, and new PINs.
  "watchdog-handler.ts": "shared meta outbox incident facts protect watchdog widget",
};

const inLambda = (words: string) => (words.match(/\S+/g) ?? []).map((name) => `lambda/${name}`);

/** The same of all folders. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(ROOMS).map(([name, to]) => [`lambda/${name}`, inLambda(to)]),
  ),
  "infra/cli": ["lambda/shared"],
  "infra/meta-app": ["infra/cli", "lambda/meta", "lambda/shared"],
  "infra/local": [
    "infra/cli",
    "infra/meta-app",
    "infra/local/engines",
    "infra/local/overview",
    "lambda",
  ],
  "infra/local/engines": ["infra/cli", "infra/local", "lambda"],
  "infra/local/overview": ["infra/local", "infra/local/engines", "lambda"],
  "infra/deployment": [
    "infra/cli",
    "infra/meta-app",
    "infra/local",
    "infra/local/engines",
    "lambda",
  ],
  "infra/stack": [
    "infra/cli/nearest.ts",
    "infra/stack/bundle",
    "infra/stack/monitoring",
    "lambda/shared/names.ts",
    "lambda/shared/item-names.ts",
  ],
  "infra/stack/monitoring": [
    "infra/stack",
    "lambda/shared/metric-names.ts",
    "lambda/shared/runbook.ts",
  ],
  "infra/stack/bundle": [],
  "infra/app.ts": ["infra/stack"],
};

/** What each command may import; never another command. */
const COMMAND = ["infra/cli", "infra/meta-app", "infra/deployment", "lambda"];

/** The packages of the functions' bundles. */
const PACKAGES = [
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/client-secrets-manager",
  "@aws-sdk/client-sns",
  "valibot",
];
const WATCHDOG_PACKAGES = [
  ...PACKAGES,
  "@aws-sdk/client-cloudformation",
  "@aws-sdk/client-cloudwatch",
  "@aws-sdk/client-kms",
  "@aws-sdk/client-ssm",
];

function filesIn(folder: string): string[] {
  return globSync(`${folder}/**/*.ts`, { cwd: ROOT });
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  const found = source.matchAll(
    /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** The repository's files that this one imports. */
function localImportsOf(file: string): string[] {
  return importsOf(file)
    .filter((name) => name.startsWith("."))
    .map((name) => normalize(join(dirname(file), name)));
}

function allowedFor(file: string): readonly string[] {
  const folder = dirname(file);
  if (folder === "infra/commands/cdk") return [folder, "infra/stack", ...COMMAND];
  if (folder.startsWith("infra/commands/")) return [folder, ...COMMAND];
  const allowed = FOLDERS[file] ?? FOLDERS[folder];
  if (!allowed) throw new Error(`${folder} is not in the table of folders`);
  return [folder, ...allowed];
}

function isAllowed(imported: string, allowed: readonly string[]): boolean {
  return allowed.some((place) => {
    if (place === "lambda") return imported.startsWith("lambda/");
    return imported === place || dirname(imported) === place;
  });
}

/** A way from the file back to itself, if there is one. */
function findCircle(file: string, way: readonly string[] = []): readonly string[] | undefined {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
  if (free.has(file)) return undefined;
  for (const next of localImportsOf(file)) {
    const circle = findCircle(next, [...way, file]);
    if (circle) return circle;
  }
  free.add(file);
  return undefined;
}

/** Files from which no circle can be reached. */
const free = new Set<string>();

const FILES = [...filesIn("lambda"), ...filesIn("infra")].filter((file) => !file.endsWith(".d.ts"));

describe("imports go down", () => {
  test.each(FILES)("%s imports only what its folder may", (file) => {
    const allowed = allowedFor(file);
    expect(localImportsOf(file).filter((imported) => !isAllowed(imported, allowed))).toEqual([]);
  });

  test("and never in a circle", () => {
    expect(FILES.map((file) => findCircle(file)).filter(Boolean)).toEqual([]);
  });

  test("every arrow of the table is used", () => {
    const unused = Object.entries(FOLDERS).flatMap(([place, arrows]) => {
      const files = FILES.filter((file) => file === place || dirname(file) === place);
      const imported = files.flatMap(localImportsOf);
      return arrows
        .filter((arrow) => !imported.some((name) => isAllowed(name, [arrow])))
        .map((arrow) => `${place} → ${arrow}`);
    });
    expect(unused).toEqual([]);
  });
});

describe("the application", () => {
  // The limits of a file and of a function are the linter's: biome.json.
  test("has at most 20 files in a folder", () => {
    const folders = Map.groupBy(filesIn("lambda"), (file) => dirname(file));
    const crowded = [...folders].filter(([, files]) => files.length > 20);
    expect(crowded.map(([folder]) => folder)).toEqual([]);
  });

  test.each(filesIn("lambda"))("%s imports only the bundle's packages", (file) => {
    const packages = importsOf(file).filter((name) => !/^(\.|node:)/.test(name));
    const isWatchdog = /^lambda\/(watchdog|checks|facts|protect|watchdog-handler\.ts)/.test(file);
    const allowed = isWatchdog ? WATCHDOG_PACKAGES : PACKAGES;
    expect(packages.filter((name) => !allowed.includes(name))).toEqual([]);
  });
});
