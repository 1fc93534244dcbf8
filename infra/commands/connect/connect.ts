import type { CommonOptions } from "../../cli/command.ts";
import { Complaint } from "../../cli/complaint.ts";
import { requireConsent } from "../../cli/consent.ts";
import type { Terminal } from "../../cli/terminal.ts";
import type { Target } from "../../deployment/deployment.ts";
import { openTarget } from "../../deployment/open.ts";
import { readSubscribedApps, subscribeAccount } from "../../meta/account.ts";
import { type App, readSubscription, subscribeApp, verifyApp } from "../../meta/app.ts";
import { requireApp, requireSystemUser } from "../../meta/credentials.ts";
import { createGraph, type Graph } from "../../meta/graph.ts";
import type { MetaOptions } from "../../meta/options.ts";
import { parseStoredSecret } from "../../meta/stored-secret.ts";
import { requireUsableToken, type SystemUser } from "../../meta/token.ts";
import { type Found, type Plan, toPlan } from "./plan.ts";
import { tellFound, tellOutcome, tellPlan } from "./report.ts";

export interface ConnectOptions extends CommonOptions, MetaOptions {
  readonly callbackUrl?: string;
  readonly replace?: boolean;
  readonly replaceCallback?: boolean;
  readonly again?: boolean;
  readonly yes?: boolean;
}

export interface ConnectDeps {
  readonly options: ConnectOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
}

/** Everything is read and checked before anything is changed. Returns the exit code. */
export async function connect({ options, env, terminal }: ConnectDeps): Promise<number> {
  const target = await terminal.during("Looking at the target", () => openTarget(options));
  const graph = createGraph({ baseUrl: options.graphUrl, version: options.graphVersion });
  const callbackUrl = toCallbackUrl(options, target, graph);
  const app = await requireApp(options, env, terminal);
  const name = await terminal.during("Asking Meta about the app", () => verifyApp(graph, app));
  const user = options.waba.length > 0 ? await requireSystemUser(app, env, terminal) : undefined;

  const found = await terminal.during("Reading the present subscriptions", () =>
    find(target, graph, app, user, options.waba),
  );
  const plan = toPlan(found, {
    callbackUrl,
    replace: options.replace === true,
    replaceCallback: options.replaceCallback === true,
    again: options.again === true,
  });
  const write = options.json ? terminal.tell : terminal.write;
  tellFound(write, { name, target, found });
  tellPlan(write, plan);
  if (plan.lines.length > 0) {
    await requireConsent(options, terminal);
    await terminal.during("Making the changes", () =>
      apply(plan, { target, graph, found, user, callbackUrl }),
    );
  }
  tellOutcome(terminal, { options, name, target, found, plan, callbackUrl });
  return 0;
}

/** Meta takes https addresses only, and can't see this machine. */
function toCallbackUrl({ callbackUrl }: ConnectOptions, target: Target, graph: Graph): string {
  const url = callbackUrl ?? target.webhookUrl;
  if (!URL.canParse(url)) throw new Complaint(`The callback URL ${url} is not an address.`);
  const isMeta = new URL(graph.baseUrl).hostname.endsWith(".facebook.com");
  if (!isMeta || new URL(url).protocol === "https:") return url;
  throw new Complaint(
    `Meta can't reach ${url}: start a tunnel to it and give --callback-url https://<tunnel>/webhook, or name a deployed stack with --stack.`,
  );
}

async function find(
  target: Target,
  graph: Graph,
  app: App,
  user: SystemUser | undefined,
  wabaIds: readonly string[],
): Promise<Found> {
  const stored = parseStoredSecret(await target.readSecretText(), target.secretName);
  if (stored.verifyToken === "") {
    throw new Complaint(`The secret in ${target.secretName} has no verifyToken: add one.`);
  }
  const subscription = await readSubscription(graph, app);
  const accounts = [];
  if (user) {
    await requireUsableToken(graph, user);
    for (const id of new Set(wabaIds)) {
      accounts.push({ id, apps: await readSubscribedApps(graph, user, id) });
    }
  }
  return { app, stored, subscription, accounts };
}

interface Means {
  readonly target: Target;
  readonly graph: Graph;
  readonly found: Found;
  readonly user: SystemUser | undefined;
  readonly callbackUrl: string;
}

/** The secret first, so that what Meta sends from then on is accepted. */
async function apply(plan: Plan, { target, graph, found, user, callbackUrl }: Means) {
  if (plan.secret) await target.writeSecretText(JSON.stringify(plan.secret));
  if (plan.fields) {
    const { verifyToken } = found.stored;
    await subscribeApp(graph, found.app, { callbackUrl, verifyToken, fields: plan.fields });
  }
  for (const id of plan.accounts) {
    if (user) await subscribeAccount(graph, user, id);
  }
}
