import { isDeepStrictEqual } from "node:util";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { UserError } from "../../cli/errors.ts";
import { KEPT } from "../../stack/kept-settings.ts";
import { parseSettings, type Settings, toGivenSettings } from "../../stack/settings.ts";
import type { TypedArguments } from "./arguments.ts";
import { KEPT_FILE, keepSettings, readContext } from "./context.ts";
import { type DeployedStack, readDeployed } from "./deployed.ts";
import { assertNobodyIsLost, toSubscribers } from "./subscribers.ts";

type Context = Readonly<Record<string, unknown>>;

export interface DeployDeps {
  /** Where cdk.json and cdk.context.json are. */
  readonly folder: string;
  readonly cloudformation: CloudFormationClient;
  /** A line to stderr. */
  readonly info: (line: string) => void;
  /** The CDK CLI; its exit code. */
  readonly runCdk: (args: readonly string[]) => Promise<number>;
}

/**
 * Deploys with the kept settings below those that were typed, and keeps the result. Throws a
 * UserError before anything is synthesised if somebody would be unsubscribed.
 */
export async function deploy(typed: TypedArguments, deps: DeployDeps): Promise<number> {
  const files = readContext(deps.folder);
  const layers = { project: files.project, typed: typed.settings };
  const { stackName } = parseSettings({ [KEPT]: files.kept, ...layers.project, ...layers.typed });
  const deployed = await readDeployed(deps.cloudformation, stackName);
  const inFile = files.kept[stackName];
  const before = inFile ?? deployed?.given ?? {};
  if (!inFile && deployed?.given) {
    deps.info(
      `${KEPT_FILE} has no settings of ${stackName}: those of the deployed stack are used.`,
    );
  }
  const kept = takeOut(typed.removals, before, { stackName, ...layers });
  const context = toContext(kept, { stackName, ...layers });
  const settings = parseSettings(context);
  assertNobodyIsLost(deployed?.subscribers ?? [], toSubscribers(settings), typed.removals);
  reportChanges(deployed, toGivenSettings(context), deps.info);
  const code = await deps.runCdk([...typed.cdk, ...toOptions(kept, inFile, stackName)]);
  const result = toGivenSettings(toContext(kept, { stackName, project: {}, typed: layers.typed }));
  if (code === 0 && keepSettings(deps.folder, stackName, result)) {
    deps.info(`The settings of ${stackName} are kept in ${KEPT_FILE}.`);
  }
  return code;
}

interface Layers {
  readonly stackName: string;
  readonly project: Context;
  readonly typed: Context;
}

function toContext(kept: Context, { stackName, project, typed }: Layers): Context {
  return { [KEPT]: { [stackName]: kept }, ...project, ...typed };
}

const LISTS = ["alertEmails", "alertPhoneNumbers", "operationsEmails"] as const;

/** The kept settings without these subscribers. */
function takeOut(removals: readonly string[], kept: Context, layers: Layers): Context {
  const settings = parseSettings(toContext(kept, layers));
  const changed: Record<string, unknown> = { ...kept };
  for (const name of [...LISTS, "slackChannelId"] as const) {
    const rest = without(settings, name, removals);
    if (!rest) continue;
    for (const place of ["typed", "project"] as const) {
      if (layers[place][name] === undefined) continue;
      const where = place === "typed" ? "was typed" : "is in cdk.json";
      throw new UserError(`Nothing was deployed: take the address out of ${name}, which ${where}.`);
    }
    if (name === "slackChannelId") delete changed.slackWorkspaceId;
    if (name in kept) changed[name] = name === "slackChannelId" ? undefined : rest;
  }
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
}

/** What is left of the setting; undefined where nothing is to go. */
function without(
  settings: Settings,
  name: (typeof LISTS)[number] | "slackChannelId",
  removals: readonly string[],
): readonly string[] | undefined {
  const all = [settings[name] ?? []].flat();
  const rest = all.filter((address) => !removals.includes(address));
  return rest.length < all.length ? rest : undefined;
}

/** By their names only: a heartbeatUrl is nobody's business. */
function reportChanges(
  deployed: DeployedStack | undefined,
  given: Context,
  info: (line: string) => void,
): void {
  if (!deployed?.given) return;
  const old = deployed.given;
  const names = [...new Set([...Object.keys(old), ...Object.keys(given)])];
  const changed = names.filter((name) => !isDeepStrictEqual(old[name], given[name]));
  if (changed.length > 0) info(`Settings that change: ${changed.sort().join(", ")}.`);
}

/** What the CDK CLI does not find in the file. */
function toOptions(kept: Context, inFile: Context | undefined, stackName: string): string[] {
  if (isDeepStrictEqual(kept, inFile ?? {})) return [];
  return ["-c", `${KEPT}=${JSON.stringify({ [stackName]: kept })}`];
}
