import { isDeepStrictEqual } from "node:util";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { KEPT } from "../../stack/kept-settings.ts";
import { parseSettings, toGivenSettings } from "../../stack/settings.ts";
import type { TypedArguments } from "./arguments.ts";
import { KEPT_FILE, keepSettings, readContext } from "./context.ts";
import { type DeployedStack, readDeployed } from "./deployed.ts";
import { type Context, chooseKept, toContext, toDiffering } from "./layers.ts";
import { takeOut } from "./removal.ts";
import { assertNobodyIsLost, type TopicSubscriber, toSubscribers } from "./subscribers.ts";

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
 * Whether the CDK CLI would deploy what it synthesises here. It would not if it is asked for help or
 * its version, or if it is given an assembly: the settings of that can't be seen here.
 */
export function deploysThisApp([action, ...words]: readonly string[]): boolean {
  return action === "deploy" && !words.some((word) => CDK_ALONE.test(word));
}

const CDK_ALONE = /^((-h|--help|--version)$|(-a|--app)(=|$))/;

/**
 * Deploys with the kept settings below those that were typed, and keeps the result. Throws a
 * UserError before anything is synthesised if somebody would be unsubscribed.
 */
export async function deploy(typed: TypedArguments, deps: DeployDeps): Promise<number> {
  const { folder, info } = deps;
  const files = readContext(folder);
  const given = { project: files.project, typed: typed.settings };
  const { stackName } = parseSettings({ [KEPT]: files.kept, ...given.project, ...given.typed });
  const layers = { stackName, ...given };
  const deployed = await readDeployed(deps.cloudformation, stackName);
  const inFile = files.kept[stackName];
  if (!inFile && deployed?.given) {
    info(`${KEPT_FILE} has no settings of ${stackName}: those of the deployed stack are used.`);
  }
  const before = chooseKept(inFile, deployed?.given, layers, typed.source);
  const present = deployed?.subscribers ?? [];
  const { kept, addresses } = takeOut(typed.removals, before, layers, present);
  const context = toContext(kept, layers);
  const after = toSubscribers(parseSettings(context));
  assertNobodyIsLost(present, after, addresses);
  report(deployed, after, { stackName, given: toGivenSettings(context) }, info);
  const code = await deps.runCdk([...typed.cdk, ...toOptions(kept, inFile, stackName)]);
  const result = toGivenSettings(toContext(kept, { ...layers, project: {} }));
  if (code === 0 && isExecuted(typed.cdk) && keepSettings(folder, stackName, result)) {
    info(`The settings of ${stackName} are kept in ${KEPT_FILE}.`);
  }
  return code;
}

/** Says what may have been a mistake. It names settings without their values: a heartbeatUrl is secret. */
function report(
  deployed: DeployedStack | undefined,
  after: readonly TopicSubscriber[],
  { stackName, given }: { readonly stackName: string; readonly given: Context },
  info: (line: string) => void,
): void {
  if (!deployed) info(`${stackName} is not deployed yet in this account and region: it is new.`);
  const changed = deployed?.given ? toDiffering(deployed.given, given) : [];
  if (changed.length > 0) info(`Settings that change: ${changed.join(", ")}.`);
  for (const what of ["alerts", "alarms"] as const) {
    if (after.some(({ gets }) => gets.includes(what))) continue;
    info(`These settings name nobody who gets ${what}.`);
  }
}

/** What the CDK CLI does not find in the file. */
function toOptions(kept: Context, inFile: Context | undefined, stackName: string): string[] {
  if (isDeepStrictEqual(kept, inFile ?? {})) return [];
  return ["-c", `${KEPT}=${JSON.stringify({ [stackName]: kept })}`];
}

/** Whether the CDK CLI is to change the stack: it can be asked for a change set only. */
function isExecuted(args: readonly string[]): boolean {
  const text = args.join(" ");
  return !/--no-execute|--execute[= ]false|prepare-change-set/.test(text);
}
