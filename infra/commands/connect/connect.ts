import { readSubscribedApps, subscribeAccount } from "../../../lambda/meta/account.ts";
import { type App, readSubscription, subscribeApp, verifyApp } from "../../../lambda/meta/app.ts";
import { createGraph, type Graph } from "../../../lambda/meta/graph.ts";
import { requireUsableToken, type SystemUser } from "../../../lambda/meta/token.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import { requireConsent, type Terminal } from "../../cli/terminal.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { requireApp, requireSystemUser } from "../../meta-app/credentials.ts";
import type { MetaOptions } from "../../meta-app/options.ts";
import { type Plan, toPlan } from "./plan.ts";
import { showCurrent, showOutcome, showPlan } from "./report.ts";
import type { CurrentState } from "./states.ts";

export interface ConnectOptions extends CommonOptions, MetaOptions {
  readonly callbackUrl?: string;
  readonly replace?: boolean;
  readonly replaceCallback?: boolean;
  readonly again?: boolean;
  readonly keepToken?: boolean;
  readonly unwatch?: readonly string[];
  readonly yes?: boolean;
}

export interface ConnectDeps {
  readonly options: ConnectOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
}

/** Everything is read and checked before anything is changed. Returns the exit code. */
export async function connect({ options, env, terminal }: ConnectDeps): Promise<number> {
  const deployment = await terminal.withSpinner("Looking at the deployment", () =>
    openDeployment(options),
  );
  if (options.keepToken) deployment.assertTokenPlace();
  const graph = createGraph({ baseUrl: options.graphUrl, version: options.graphVersion });
  const callbackUrl = toCallbackUrl(options, deployment, graph);
  const app = await requireApp(options, env, terminal);
  const name = await terminal.withSpinner("Asking Meta about the app", () => verifyApp(graph, app));
  const unwatch = options.unwatch ?? [];
  const needsUser = options.waba.length > 0 || options.keepToken || unwatch.length > 0;
  const user = needsUser ? await requireSystemUser(app, env, terminal) : undefined;

  const current = await terminal.withSpinner("Reading the present subscriptions", () =>
    readCurrentState(deployment, graph, app, user, options.waba),
  );
  const plan = toPlan(current, {
    callbackUrl,
    replace: options.replace === true,
    replaceCallback: options.replaceCallback === true,
    again: options.again === true,
    keepToken: options.keepToken === true,
    unwatch,
  });
  const write = options.json ? terminal.info : terminal.print;
  showCurrent(write, { name, deployment, current });
  showPlan(write, plan);
  if (plan.lines.length > 0) {
    await requireConsent(options, terminal);
    await terminal.withSpinner("Making the changes", () =>
      applyPlan(plan, deployment, graph, current, user, callbackUrl),
    );
  }
  showOutcome(terminal, { options, name, deployment, current, plan, callbackUrl });
  return 0;
}

/** Meta takes https addresses only, and can't see this machine. */
function toCallbackUrl(
  { callbackUrl }: ConnectOptions,
  deployment: Deployment,
  graph: Graph,
): string {
  const url = callbackUrl ?? deployment.webhookUrl;
  if (!URL.canParse(url)) throw new UserError(`The callback URL ${url} is not an address.`);
  const isMeta = new URL(graph.baseUrl).hostname.endsWith(".facebook.com");
  if (!isMeta || new URL(url).protocol === "https:") return url;
  throw new UserError(
    `Meta can't reach ${url}: start a tunnel to it and give --callback-url https://<tunnel>/webhook, or name a deployed stack with --stack.`,
  );
}

async function readCurrentState(
  deployment: Deployment,
  graph: Graph,
  app: App,
  user: SystemUser | undefined,
  wabaIds: readonly string[],
): Promise<CurrentState> {
  const { stored, version } = await deployment.readSecretVersion();
  if (stored.verifyToken === "") {
    throw new UserError(`The secret in ${deployment.secretName} has no verifyToken: add one.`);
  }
  const subscription = await readSubscription(graph, app);
  const accounts = [];
  const token = user && (await requireUsableToken(graph, user));
  if (user) {
    for (const id of new Set(wabaIds)) {
      accounts.push({ id, apps: await readSubscribedApps(graph, user, id) });
    }
  }
  return { app, stored, secretVersion: version, subscription, accounts, token };
}

/** The secret first, so that what Meta sends from then on is accepted. */
async function applyPlan(
  plan: Plan,
  deployment: Deployment,
  graph: Graph,
  current: CurrentState,
  user: SystemUser | undefined,
  callbackUrl: string,
): Promise<void> {
  if (plan.secret) await deployment.writeSecret(plan.secret, current.secretVersion);
  if (plan.fields) {
    const { verifyToken } = current.stored;
    await subscribeApp(graph, current.app, { callbackUrl, verifyToken, fields: plan.fields });
  }
  for (const id of plan.accounts) {
    if (user) await subscribeAccount(graph, user, id);
  }
  if (plan.keepsToken && user) {
    await deployment.writeToken({ token: user.token, wabaIds: [] });
  }
}
