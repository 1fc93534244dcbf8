import type { CommonOptions } from "../../cli/command.ts";
import { Complaint } from "../../cli/complaint.ts";
import { requireConsent } from "../../cli/consent.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { count } from "../../cli/text.ts";
import { type Target, toCommand } from "../../deployment/deployment.ts";
import { openTarget } from "../../deployment/open.ts";
import { verifyApp } from "../../meta/app.ts";
import { requireApp } from "../../meta/credentials.ts";
import { createGraph } from "../../meta/graph.ts";
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
  const target = await terminal.during("Looking at the target", () => openTarget(options));
  const stored = parseStoredSecret(await target.readSecretText(), target.secretName);
  if (options.finish) return finish(target, stored, deps);
  if (stored.rotation) return report(target, stored, stored.rotation, deps);
  return start(target, stored, deps);
}

async function start(target: Target, stored: StoredSecret, deps: RotateDeps): Promise<number> {
  const { options, env, terminal, now } = deps;
  if (stored.appSecrets.length === 0) {
    throw new Complaint(`No app secret is set yet: ${toCommand("connect", target)}.`);
  }
  const graph = createGraph({ baseUrl: options.graphUrl, version: options.graphVersion });
  const app = await requireApp(options, env, terminal);
  const name = await terminal.during("Asking Meta about the app", () => verifyApp(graph, app));
  const retiring = await chooseRetiring(stored, app.secret, deps);
  const rotation = {
    startedAt: new Date(now).toISOString(),
    keepUntil: new Date(now + options.keep).toISOString(),
    retiring,
  };
  const write = options.json ? terminal.tell : terminal.write;
  write(`The new app secret is that of ${name} (${app.id}).`);
  write("It goes first; the old one is accepted beside it until you finish.");
  await requireConsent(options, terminal);
  const next = { ...withFirst(stored, app.secret), rotation };
  await target.writeSecretText(JSON.stringify(next));
  return report(target, next, rotation, deps);
}

async function chooseRetiring(
  { appSecrets }: StoredSecret,
  appSecret: string,
  { options, terminal }: RotateDeps,
): Promise<string> {
  if (appSecrets[0] === appSecret) {
    throw new Complaint(
      "This app secret is the first already: to get a new one, press Reset at developers.facebook.com, your app, App settings, Basic, App secret, then run this again.",
    );
  }
  const others = appSecrets.filter((other) => other !== appSecret);
  const position = options.replaces ?? (await askPosition(others.length, terminal));
  const retiring = appSecrets[position - 1];
  if (retiring !== undefined && retiring !== appSecret) return retiring;
  throw new Complaint(`There is no old app secret at position ${position}: see --replaces.`);
}

/** Several may be saved for several apps: only one of them goes. */
async function askPosition(amount: number, terminal: Terminal): Promise<number> {
  if (amount === 1) return 1;
  const choice = `${count(amount, "app secret")} are saved, the one saved last in front`;
  if (!terminal.isInteractive) {
    throw new Complaint(`${choice}: say with --replaces which one goes, 1 for the first.`);
  }
  return Number(await terminal.ask(`${choice}: which one goes (1 to ${amount})`));
}
