import type { App } from "../../../lambda/meta/app.ts";
import { count, toAgo } from "../../../lambda/shared/time-text.ts";
import { UserError } from "../../cli/errors.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import type { VersionedSecret } from "../../deployment/secret.ts";
import { toMark } from "../../meta-app/stored-secret.ts";
import type { RotateDeps } from "./options.ts";
import { readLastMatches } from "./secret-usage.ts";

/** The app secret that the new one replaces: several may be saved, for several apps. */
export async function chooseRetiring(
  deployment: Deployment,
  current: VersionedSecret,
  app: App,
  deps: RotateDeps,
): Promise<string> {
  const { appSecrets, appId } = current.stored;
  const { replaces } = deps.options;
  if (appSecrets[0] === app.secret || (appSecrets.includes(app.secret) && !replaces)) {
    throw new UserError(
      "This app secret is saved already: to get a new one, press Reset at developers.facebook.com, your app, App settings, Basic, App secret, then run this again. If it is the new one, say with --replaces which of the others it replaces.",
    );
  }
  const choices = toChoices(appSecrets, app.secret);
  if (replaces !== undefined) return pick(choices, String(replaces)) ?? failAt(replaces, choices);
  if (appId !== undefined && appId !== app.id) {
    throw new UserError(
      `What is saved was connected for app ${appId}, and this is a secret of app ${app.id}: replacing it would refuse the deliveries of the first. To add an app, run npm run connect; to replace a secret all the same, say which one: --replaces ${toPositions(choices)}.`,
    );
  }
  const [only, ...more] = choices;
  if (only && more.length === 0) return only.appSecret;
  return askWhich(deployment, current, choices, deps);
}

interface Choice {
  /** 1 first. */
  readonly position: number;
  readonly appSecret: string;
}

/** All that are saved but the new one, which may be among them. */
function toChoices(appSecrets: readonly string[], newOne: string): Choice[] {
  return appSecrets
    .map((appSecret, index) => ({ position: index + 1, appSecret }))
    .filter((choice) => choice.appSecret !== newOne);
}

function pick(choices: readonly Choice[], answer: string): string | undefined {
  return choices.find(({ position }) => String(position) === answer.trim())?.appSecret;
}

function failAt(position: number, choices: readonly Choice[]): never {
  throw new UserError(
    `There is no old app secret at position ${position}: --replaces takes ${toPositions(choices)}.`,
  );
}

function toPositions(choices: readonly Choice[]): string {
  const positions = choices.map(({ position }) => position);
  return `${positions.slice(0, -1).join(", ")} or ${positions.at(-1)}`.replace(/^ or /, "");
}

async function askWhich(
  deployment: Deployment,
  current: VersionedSecret,
  choices: readonly Choice[],
  { terminal, now }: RotateDeps,
): Promise<string> {
  const lastMatches = await terminal.withSpinner("Looking at recent deliveries", () =>
    readLastMatches(deployment, current.changedAt),
  );
  const lines = choices.map(({ position, appSecret }) => {
    const at = lastMatches.get(position - 1);
    const use = at === undefined ? "no delivery has matched it since" : `matched ${toAgo(at, now)}`;
    return `  ${position}  ${toMark(appSecret)}  ${use}`;
  });
  const amount = count(current.stored.appSecrets.length, "app secret");
  const head = `${amount} are saved, the one saved last in front, unchanged for ${toAgo(current.changedAt, now).replace(" ago", "")}:`;
  for (const line of [head, ...lines]) terminal.info(line);
  if (!terminal.isInteractive) {
    throw new UserError(`Say with --replaces which one goes: ${toPositions(choices)}.`);
  }
  for (;;) {
    const answer = await terminal.ask(`Which one goes (${toPositions(choices)})?`);
    const found = pick(choices, answer);
    if (found !== undefined) return found;
    terminal.info(`Answer with the number in front: ${toPositions(choices)}.`);
  }
}
