import type { CommonOptions } from "../../cli/command.ts";
import { toUserError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { paint, wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import type { MetaOptions } from "../../meta/options.ts";
import { checkAws } from "./aws-checks.ts";
import { type Check, check, green } from "./check.ts";
import { checkMeta } from "./meta-checks.ts";
import { checkTable } from "./table-checks.ts";
import { checkTopic } from "./topic-checks.ts";
import { checkWebhook } from "./webhook-checks.ts";

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

/** Prints every check. The exit code is 1 when one is red; unknown ones do not count. */
export async function status(deps: StatusDeps): Promise<number> {
  const { options, terminal } = deps;
  const checks = await terminal.withSpinner("Looking at everything", () => look(deps));
  if (options.json) terminal.print(JSON.stringify({ well: !isRed(checks), checks }, null, 2));
  else for (const line of toLines(checks)) terminal.print(line);
  return isRed(checks) ? 1 : 0;
}

function isRed(checks: readonly Check[]): boolean {
  return checks.some(({ state }) => state === "red");
}

async function look({ options, env, now }: StatusDeps): Promise<Check[]> {
  const opened = await openDeployment(options).catch((error: unknown) => toUserError(error));
  const isMissing = opened instanceof Error;
  const first = await check("deployment", "Deployment", () =>
    isMissing
      ? { state: "red", sentence: opened.message }
      : green(`${capitalised(opened.name)}, at ${opened.webhookUrl}.`),
  );
  if (isMissing) return [first];
  return [first, ...(await lookAt(opened, { options, env, now }))];
}

async function lookAt(deployment: Deployment, { options, env, now }: Omit<StatusDeps, "terminal">) {
  const groups = await Promise.all([
    checkWebhook(deployment),
    checkTopic(deployment),
    checkTable(deployment, now),
    checkAws(deployment, now),
    checkMeta({ options, env, deployment, now }),
  ]);
  return groups.flat();
}

const COLORS = { green: "green", red: "red", unknown: "yellow" } as const;
const INDENT = " ".repeat(9);

function toLines(checks: readonly Check[]): string[] {
  return [...checks.flatMap(toCheckLines), "", toSummary(checks)];
}

function toCheckLines({ state, name, sentence, mend }: Check): string[] {
  const [first = "", ...rest] = wrap(`${name}: ${sentence}`, INDENT);
  const head = paint(COLORS[state], state.padEnd(INDENT.length)) + first.slice(INDENT.length);
  return [head, ...rest, ...(mend ? toMendLines(mend) : [])];
}

/** A command stays whole, so that it can be copied. */
function toMendLines(mend: string): string[] {
  const isCommand = /^(npm|aws) /.test(mend);
  return isCommand ? [`${INDENT}→ ${mend}`] : wrap(`→ ${mend}`, INDENT);
}

function toSummary(checks: readonly Check[]): string {
  const { green = [], red = [], unknown = [] } = Object.groupBy(checks, ({ state }) => state);
  return `${green.length} green, ${red.length} red, ${unknown.length} unknown.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
