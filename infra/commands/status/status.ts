import { type CheckResult, failed, hasFailed, ok } from "../../../lambda/checks/check.ts";
import { runChecks } from "../../../lambda/checks/checks.ts";
import { createFacts, type Facts } from "../../../lambda/facts/facts.ts";
import { saveKnownApp } from "../../../lambda/facts/memory.ts";
import type { Subscriber, TopicName } from "../../../lambda/facts/subscribers.ts";
import type { MetaToken, WatchedMeta } from "../../../lambda/facts/system.ts";
import { createGraph } from "../../../lambda/meta/graph.ts";
import { capitalise } from "../../../lambda/shared/plain-text.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { toUserError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { type MetaOptions, SECRET_ENV } from "../../meta-app/options.ts";
import { toLines } from "./lines.ts";

export interface StatusOptions extends CommonOptions, MetaOptions {
  readonly callbackUrl?: string;
  /** An app that the watchdog reports as new, and that is meant to be there. */
  readonly knownApp?: string;
}

export interface StatusDeps {
  readonly options: StatusOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface Found {
  readonly checks: readonly CheckResult[];
  readonly subscribers: readonly (Subscriber & { readonly topic: TopicName })[];
}

/** Prints every check. The exit code is 1 when one has failed; unknown ones do not count. */
export async function status(deps: StatusDeps): Promise<number> {
  const { options, terminal } = deps;
  const { checks, subscribers } = await terminal.withSpinner("Looking at everything", () =>
    lookAtEverything(deps),
  );
  const ok = !hasFailed(checks);
  if (options.json) terminal.print(JSON.stringify({ ok, checks, subscribers }, null, 2));
  else for (const line of toLines(checks, subscribers)) terminal.print(line);
  return ok ? 0 : 1;
}

async function lookAtEverything(deps: StatusDeps): Promise<Found> {
  const opened = await openDeployment(deps.options).catch((error: unknown) => toUserError(error));
  const isMissing = opened instanceof Error;
  const outcome = isMissing
    ? failed(opened.message)
    : ok(`${capitalise(opened.name)}, at ${opened.webhookUrl}.`);
  const first = { id: "deployment", name: "Deployment", ...outcome };
  if (isMissing) return { checks: [first], subscribers: [] };
  await nameKnown(deps, opened);
  const system = { ...opened, meta: toMeta(deps, opened) };
  const facts = createFacts(system, deps.now);
  const checks = [first, ...(await runChecks(system, facts, deps.now))];
  return { checks, subscribers: opened.aws ? await readSubscribers(facts) : [] };
}

async function nameKnown(
  { options: { knownApp }, terminal, now }: StatusDeps,
  deployment: Deployment,
): Promise<void> {
  if (knownApp === undefined) return;
  await saveKnownApp(deployment, knownApp, now);
  const sentence = `App ${knownApp} is known from now on: the watchdog no longer calls it new.`;
  for (const line of wrap(sentence)) terminal.info(line);
}

/** With whole addresses, which no report has. */
async function readSubscribers(facts: Facts): Promise<Found["subscribers"]> {
  const alert = (await facts.alertSubscribers().catch(() => undefined)) ?? [];
  const operations = (await facts.operationsSubscribers().catch(() => undefined)) ?? [];
  return [
    ...alert.map((each) => ({ topic: "alert" as const, ...each })),
    ...operations.map((each) => ({ topic: "operations" as const, ...each })),
  ];
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
