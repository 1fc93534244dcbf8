import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { parseTyped } from "../../infra/commands/cdk/arguments.ts";
import { parseSettings } from "../../infra/stack/settings.ts";
import { APP_SECRET, META_EXAMPLE, sign } from "../support/builders.ts";
import { APP_ID, STACK, startOperatorWorld, TOKEN, WABA } from "../support/operator-world.ts";
import { runHere } from "../support/run-here.ts";
import { COMMANDS, type Command, SCRIPTS, toScript } from "./commands.ts";
import { ROOT } from "./documents.ts";

/**
 * Every command of every document is run here, or by a suite that is named here:
 * - the operator's commands and `npm start`, as typed, on a local run and on a stand-in of AWS
 * - settings of `deploy`: read as the stack reads them; the CLI itself is run by test/deploy
 * - `aws …`: by aws-cli.test.ts, which lets the AWS CLI validate it; `aws dynamodb query` is carried
 *   out on the embedded engine by queries.test.ts, and by the CLI on the deployed stack in test/deploy
 * - `graph …`, the runbook's curl: carried out against a server here by graph-calls.test.ts
 */
type Kind = "operator" | "deploy" | "aws" | "graph" | "script" | "elsewhere";

/** What is run elsewhere: where, and by which words of that file. */
const ELSEWHERE: readonly (readonly [RegExp, string, string])[] = [
  [/^npm ci$/, ".ci/run", "npm ci && npm test"],
  [/^npx cdk bootstrap$/, "test/deploy/deployment.ts", "npx cdk bootstrap"],
  [/^npx cdk (deploy|synth)$/, "test/deploy/settings.test.ts", "npx cdk synth"],
  [/^npx cdk diff$/, "test/deploy/deployment.ts", "npx cdk diff"],
  [/^npx cdk destroy$/, "test/deploy/deployment.ts", "npx cdk destroy"],
  [/^python3 -m venv /, ".ci/run", "python3 -m venv"],
  [/\/bin\/pip install ministack==1\.5\.33$/, ".ci/run", "ministack==1.5.33"],
  [/^npx vitest run test\/(fuzz|docs|lambda\/alert -u|release)$/, "package.json", "vitest run"],
  [/^npx vitest run test\/infra\/stack\/never-replaced/, "package.json", "vitest run"],
  [/^\.ci\/run$/, ".ci/run", "npm ci"],
  [/^git pull$/, ".github/workflows/test.yml", "actions/checkout"],
  [/^printf .* read -rs |^graph\(\) |^[A-Z_]+=\d+$/, "test/docs/graph-calls.test.ts", "TOKEN"],
];

function toKind(command: Command): Kind | undefined {
  const { words } = command;
  const text = words.join(" ");
  if (ELSEWHERE.some(([pattern]) => pattern.test(text))) return "elsewhere";
  if (words[0] === "aws" || words[0] === "graph") return words[0];
  const script = toScript(command);
  if (!script) return undefined;
  if (script.name === "deploy") return "deploy";
  const isOperators = script.name === "start" || existsSync(toEntry(script.name));
  if (isOperators) return "operator";
  return script.name in SCRIPTS ? "script" : undefined;
}

function toEntry(name: string): string {
  return join(ROOT, name === "start" ? "infra/local/main.ts" : `infra/commands/${name}/main.ts`);
}

/** The documented commands of a kind, each once, whatever it calls the stack. */
function ofKind(kind: Kind): [string, Command][] {
  const commands = COMMANDS.filter((command) => toKind(command) === kind);
  return [...new Map(commands.map((c) => [c.text.replace("WhatsAppSecurityWebhook", "STACK"), c]))];
}

test("every command of every document is run by a test", () => {
  const unknown = COMMANDS.filter((command) => toKind(command) === undefined);
  expect(unknown.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  for (const [, where, words] of ELSEWHERE) {
    expect(readFileSync(join(ROOT, where), "utf8"), where).toContain(words);
  }
});

const world = await startOperatorWorld();

describe("the operator's command", () => {
  const folder = mkdtempSync(join(tmpdir(), "documented-"));
  const ids = { WHATSAPP_APP_ID: APP_ID, WHATSAPP_APP_SECRET: APP_SECRET };
  const token = { WHATSAPP_SYSTEM_USER_TOKEN: TOKEN };

  afterAll(() => world.stop());
  beforeEach(() => world.reset());

  const commands = ofKind("operator").filter(([, c]) => existsSync(toEntry(nameOf(c))));

  test.each(commands)("%s", async (_, command) => {
    const { name, args } = toScript(command) ?? { name: "", args: [] };
    await deliverExample();
    const { out, err } = await run(name, args.map(fill), command.env);
    expect(err, "options are as documented").not.toMatch(/^error: |^Usage: /m);
    expect(out + err, "no stack trace").not.toMatch(/^ {4}at /m);
    expect((out + err).trim(), "says something").not.toBe("");
  });

  async function deliverExample() {
    const headers = { "x-hub-signature-256": sign(META_EXAMPLE) };
    await fetch(world.webhookUrl, { method: "POST", body: META_EXAMPLE, headers });
  }

  /** The document's placeholders and names, in this world. */
  function fill(word: string): string {
    const names: Record<string, string> = {
      WhatsAppSecurityWebhook: STACK,
      STACK,
      APP_ID,
      ACCOUNT_ID: WABA,
      NUMBER: "15550783881",
      NAME: "BRAND_NEW",
      ID: WABA,
      "https://example.com/webhook": world.webhookUrl,
      "2026.jsonl": join(folder, "2026.jsonl"),
    };
    return names[word] ?? word;
  }

  function run(name: string, args: readonly string[], env: Command["env"]) {
    const isRemote = args.includes("--stack") || args.includes("--url");
    const isStart = name === "start";
    const data = ["--data", isStart ? mkdtempSync(join(folder, "run-")) : world.data];
    const graph = /^(connect|protect|status|rotate-secret)$/.test(name)
      ? ["--graph-url", world.graph.url]
      : [];
    const yes = /^(connect|protect|rotate-secret)$/.test(name) ? ["--yes"] : [];
    const port = isStart && !args.includes("--port") ? ["--port", "0"] : [];
    const all = [...args, ...(isRemote ? [] : data), ...graph, ...yes, ...port];
    const meta = { ...ids, ...(args.includes("--app-secret") ? {} : token) };
    const environment = { ...process.env, ...env, ...meta };
    const isEndless = isStart || args.includes("--follow");
    return isEndless
      ? runUntilOutput(toEntry(name), all, environment)
      : runHere(name, all, environment);
  }

  function runUntilOutput(entry: string, args: string[], env: NodeJS.ProcessEnv) {
    return new Promise<{ out: string; err: string }>((resolve) => {
      const options = { cwd: ROOT, env };
      const child = execFile(process.execPath, [entry, ...args], options, (_, out, err) => {
        resolve({ out, err });
      });
      child.stdout?.once("data", () => child.kill("SIGINT"));
    });
  }
});

function nameOf(command: Command): string {
  return toScript(command)?.name ?? "";
}

test.each(ofKind("deploy"))("the stack understands the settings of %s", (_, command) => {
  const args = toScript(command)?.args ?? [];
  const { settings, removals, cdk } = parseTyped(["deploy", ...args], {});
  const options = Object.keys(settings).length + removals.length;
  const methods = cdk.filter((word) =>
    /^--method=(direct|change-set|prepare-change-set)$/.test(word),
  );
  expect(args).toHaveLength(2 * options + methods.length);
  expect(() => parseSettings(settings)).not.toThrow();
});

test.each(ofKind("script"))("the script takes the options of %s", (_, command) => {
  const { name, args } = toScript(command) ?? { name: "", args: [] };
  const options = args.filter((word) => word.startsWith("--"));
  const help = options.length > 0 ? helpOf(name) : "";
  expect(options.filter((option) => !help.includes(option))).toEqual([]);
});

const helps = new Map<string, string>();

/** What the script says of its options; of a tool, the tool's, which takes seconds to say so. */
function helpOf(name: string): string {
  const [tool = "", entry = ""] = SCRIPTS[name]?.split(" ") ?? [];
  if (tool === "node") return readFileSync(join(ROOT, entry), "utf8");
  const bin = join(ROOT, "node_modules/.bin", tool);
  const help = helps.get(bin) ?? execFileSync(bin, [entry, "--help"], { encoding: "utf8" });
  helps.set(bin, help);
  return help;
}
