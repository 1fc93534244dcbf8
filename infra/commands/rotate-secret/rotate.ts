import { verifyApp } from "../../../lambda/meta/app.ts";
import { createGraph } from "../../../lambda/meta/graph.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import { requireConsent, type Terminal } from "../../cli/terminal.ts";
import { count } from "../../cli/text.ts";
import { type Deployment, toCommand } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { requireApp } from "../../meta/credentials.ts";
import type { MetaOptions } from "../../meta/options.ts";
import { parseStoredSecret, type StoredSecret, withFirst } from "../../meta/stored-secret.ts";
import { finish } from "./finish.ts";
import { report } from "./report.ts";

export interface RotateOptions extends CommonOptions, Omit<MetaOptions, "waba"> {
  /** Milliseconds. */
  readonly keep: number;
  /** Position of the app secret that goes, 1 first. */
  readonly replaces?: number;
  readonly finish?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
}

export interface RotateDeps {
  readonly options: RotateOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Begins a rotation, says how far one is, or ends it. Each is one write, so that none is half. */
export async function rotate(deps: RotateDeps): Promise<number> {
  const { options, terminal } = deps;
  const deployment = await terminal.withSpinner("Looking at the deployment", () =>
    openDeployment(options),
  );
  const stored = parseStoredSecret(await deployment.readSecretText(), deployment.secretName);
  if (options.finish) return finish(deployment, stored, deps);
  if (stored.rotation) return report(deployment, stored, stored.rotation, deps);
  return start(deployment, stored, deps);
}

async function start(
  deployment: Deployment,
  stored: StoredSecret,
  deps: RotateDeps,
): Promise<number> {
  const { options, env, terminal, now } = deps;
  if (stored.appSecrets.length === 0) {
    throw new UserError(`No app secret is set yet: ${toCommand("connect", deployment)}.`);
  }
  const graph = createGraph({ baseUrl: options.graphUrl, version: options.graphVersion });
  const app = await requireApp(options, env, terminal);
  const name = await terminal.withSpinner("Asking Meta about the app", () => verifyApp(graph, app));
  const retiring = await chooseRetiring(stored, app.secret, deps);
  const rotation = {
    startedAt: new Date(now).toISOString(),
    keepUntil: new Date(now + options.keep).toISOString(),
    retiring,
  };
  const write = options.json ? terminal.info : terminal.print;
  write(`The new app secret is that of ${name} (${app.id}).`);
  write("It goes first; the old one is accepted beside it until you finish.");
  await requireConsent(options, terminal);
  const next = { ...withFirst(stored, app.secret), rotation };
  await deployment.writeSecretText(JSON.stringify(next));
  return report(deployment, next, rotation, deps);
}

async function chooseRetiring(
  { appSecrets }: StoredSecret,
  appSecret: string,
  { options, terminal }: RotateDeps,
): Promise<string> {
  if (appSecrets[0] === appSecret) {
    throw new UserError(
      "This app secret is the first already: to get a new one, press Reset at developers.facebook.com, your app, App settings, Basic, App secret, then run this again.",
    );
  }
  const others = appSecrets.filter((other) => other !== appSecret);
  const position = options.replaces ?? (await askPosition(others.length, terminal));
  const retiring = appSecrets[position - 1];
  if (retiring !== undefined && retiring !== appSecret) return retiring;
  throw new UserError(`There is no old app secret at position ${position}: see --replaces.`);
}

/** Several may be saved for several apps: only one of them goes. */
async function askPosition(amount: number, terminal: Terminal): Promise<number> {
  if (amount === 1) return 1;
  const choice = `${count(amount, "app secret")} are saved, the one saved last in front`;
  if (!terminal.isInteractive) {
    throw new UserError(`${choice}: say with --replaces which one goes, 1 for the first.`);
  }
  return Number(await terminal.ask(`${choice}: which one goes (1 to ${amount})`));
}
