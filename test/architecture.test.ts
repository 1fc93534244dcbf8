import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

/** Who may import whom in `lambda/`: a new arrow is a new line here. Types count too. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "alert-document": [],
  "alert-text": ["security-event"],
  "alert-topic": ["alert", "security-event"],
  alert: ["alert-document", "alert-text", "security-event"],
  claim: ["names"],
  clients: [],
  config: ["names"],
  delivery: [],
  "event-item": ["security-event"],
  "event-key": [],
  "event-table": ["claim", "event-item", "names", "security-event"],
  handler: ["clients", "config", "event-table", "names", "webhook"],
  log: ["names"],
  names: [],
  parallel: [],
  payload: [],
  publish: [
    "alert-topic",
    "clients",
    "delivery",
    "event-table",
    "names",
    "parallel",
    "security-event",
    "tally",
    "time-left",
  ],
  receive: [
    "delivery",
    "names",
    "payload",
    "publish",
    "record",
    "secrets",
    "security-event",
    "signature",
    "tally",
  ],
  record: [
    "claim",
    "clients",
    "config",
    "delivery",
    "event-table",
    "log",
    "names",
    "parallel",
    "publish",
    "security-event",
    "tally",
    "time-left",
  ],
  relay: [
    "claim",
    "clients",
    "delivery",
    "event-table",
    "names",
    "parallel",
    "publish",
    "tally",
    "time-left",
  ],
  report: ["delivery", "log", "names", "tally"],
  secrets: ["log", "names", "tally"],
  "security-event": ["event-key", "payload"],
  signature: [],
  subscription: ["delivery", "secrets"],
  tally: ["log"],
  "time-left": ["delivery"],
  webhook: [
    "alert-topic",
    "config",
    "delivery",
    "event-table",
    "log",
    "names",
    "receive",
    "relay",
    "report",
    "secrets",
    "subscription",
    "tally",
  ],
};

const PACKAGES = [
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/client-secrets-manager",
  "@aws-sdk/client-sns",
  "valibot",
];

function filesIn(folder: string): string[] {
  return globSync(`${folder}/**/*.ts`, { cwd: ROOT });
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  const found = source.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm);
  return [...found].map((match) => match[1] ?? match[2] ?? "");
}

describe("the application", () => {
  test.each(filesIn("lambda"))("%s imports only what its arrows allow", (file) => {
    const arrows = (ARROWS[basename(file, ".ts")] ?? []).map((name) => `./${name}.ts`);
    const allowed = [...arrows, ...PACKAGES];
    const foreign = importsOf(file).filter(
      (name) => !allowed.includes(name) && !name.startsWith("node:"),
    );
    expect(foreign).toEqual([]);
  });

  test("has no arrow in its table that nobody uses", () => {
    for (const [name, arrows] of Object.entries(ARROWS)) {
      const used = importsOf(`lambda/${name}.ts`);
      expect(arrows.filter((arrow) => !used.includes(`./${arrow}.ts`))).toEqual([]);
    }
  });

  test("has no two files that import each other", () => {
    const reaches = (from: string, to: string): boolean =>
      (ARROWS[from] ?? []).some((next) => next === to || reaches(next, to));
    expect(Object.keys(ARROWS).filter((name) => reaches(name, name))).toEqual([]);
  });
});

describe("the infrastructure", () => {
  test.each(filesIn("infra"))("%s imports nothing from the tests", (file) => {
    expect(importsOf(file).filter((name) => name.includes("/test/"))).toEqual([]);
  });
});
