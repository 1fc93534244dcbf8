import { type CheckResult, hasFailed, ok, runCheck } from "../../../lambda/checks/check.ts";
import { runChecks } from "../../../lambda/checks/checks.ts";
import { createFacts } from "../../../lambda/checks/facts.ts";
import type { MetaToken, WatchedMeta } from "../../../lambda/checks/system.ts";
import { createGraph } from "../../../lambda/meta/graph.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { toUserError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { paint, wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { toWatchedSystem } from "../../deployment/watched-system.ts";
import { type MetaOptions, SECRET_ENV } from "../../meta/options.ts";

export interface StatusOptions extends CommonOptions, MetaOptions {
  readonly callbackUrl?: string;
}

export interface StatusDeps {
  readonly options: StatusOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Prints every check. The exit code is 1 when one has failed; unknown ones do not count. */
export async function status(deps: StatusDeps): Promise<number> {
  const { options, terminal } = deps;
  const checks = await terminal.withSpinner("Looking at everything", () => runAll(deps));
  if (options.json) terminal.print(JSON.stringify({ ok: !hasFailed(checks), checks }, null, 2));
  else for (const line of toLines(checks)) terminal.print(line);
  return hasFailed(checks) ? 1 : 0;
}

async function runAll(deps: StatusDeps): Promise<CheckResult[]> {
  const opened = await openDeployment(deps.options).catch((error: unknown) => toUserError(error));
  const isMissing = opened instanceof Error;
  const first = await runCheck("deployment", "Deployment", () =>
    isMissing
      ? { state: "failed", message: opened.message }
      : ok(`${capitalised(opened.name)}, at ${opened.webhookUrl}.`),
  );
  if (isMissing) return [first];
  const system = toWatchedSystem(opened, toMeta(deps, opened));
  return [first, ...(await runChecks(system, createFacts(system, deps.now), deps.now))];
}

function toMeta({ options, env }: StatusDeps, deployment: Deployment): WatchedMeta {
  return {
    graph: createGraph({ baseUrl: options.graphUrl, version: options.graphVersion }),
    appId: options.appId,
    appSecret: env[SECRET_ENV.appSecret],
    callbackUrl: options.callbackUrl,
    async readToken(): Promise<MetaToken | undefined> {
      const token = env[SECRET_ENV.systemUserToken]?.trim();
      return token ? { token, wabaIds: options.waba } : deployment.readToken();
    },
  };
}

const COLORS = { ok: "green", failed: "red", unknown: "yellow" } as const;
const INDENT = " ".repeat(9);

function toLines(checks: readonly CheckResult[]): string[] {
  return [...checks.flatMap(toCheckLines), "", toSummary(checks)];
}

function toCheckLines({ state, name, message, fix }: CheckResult): string[] {
  const [first = "", ...rest] = wrap(`${name}: ${message}`, INDENT);
  const head = paint(COLORS[state], state.padEnd(INDENT.length)) + first.slice(INDENT.length);
  return [head, ...rest, ...(fix ? toFixLines(fix) : [])];
}

/** A command stays whole, so that it can be copied. */
function toFixLines(fix: string): string[] {
  const isCommand = /^(npm|aws) /.test(fix);
  return isCommand ? [`${INDENT}→ ${fix}`] : wrap(`→ ${fix}`, INDENT);
}

function toSummary(checks: readonly CheckResult[]): string {
  const counts = Object.groupBy(checks, ({ state }) => state);
  const { ok = [], failed = [], unknown = [] } = counts;
  return `${ok.length} ok, ${failed.length} failed, ${unknown.length} unknown.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
