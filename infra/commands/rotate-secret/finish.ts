import { findAppSecretFault } from "../../../lambda/meta/app-secret.ts";
import type { Rotation } from "../../../lambda/meta/stored-secret.ts";
import { count, toAgo, toDuration } from "../../../lambda/shared/time-text.ts";
import { UserError } from "../../cli/errors.ts";
import { requireConsent } from "../../cli/terminal.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import type { VersionedSecret } from "../../deployment/secret.ts";
import { toMark } from "../../meta-app/stored-secret.ts";
import type { RotateDeps } from "./options.ts";
import { readSecretUsage, type SecretUsage, TEST_HINT, toUsageLines } from "./secret-usage.ts";

/** Takes the old app secret away, once its time is up and Meta has moved on. */
export async function finish(
  deployment: Deployment,
  current: VersionedSecret,
  deps: RotateDeps,
): Promise<number> {
  const { options, terminal, now } = deps;
  const { stored, version } = current;
  const { rotation, ...rest } = stored;
  if (!rotation) {
    const state = "none";
    terminal.print(options.json ? JSON.stringify({ state }) : "No rotation is under way.");
    return 0;
  }
  const usage = await terminal.withSpinner("Looking at recent deliveries", () =>
    readSecretUsage(deployment, current, rotation, now),
  );
  const write = options.json ? terminal.info : terminal.print;
  toUsageLines(usage, now).forEach(write);
  if (!options.force) assertMayFinish(rotation, usage, now);
  const appSecrets = stored.appSecrets.filter((text) => text !== rotation.retiring);
  assertUsable(appSecrets);
  for (const line of toChanges(rotation.retiring, appSecrets)) write(line);
  await requireConsent(options, terminal);
  await deployment.writeSecret({ ...rest, appSecrets }, version);
  const sentence = `Done: the old app secret is gone, ${count(appSecrets.length, "app secret")} left.`;
  const json = { state: "finished", appSecrets: appSecrets.length, deliveries: usage };
  terminal.print(options.json ? JSON.stringify(json) : sentence);
  return 0;
}

function toChanges(retiring: string, kept: readonly string[]): string[] {
  return [
    "To change:",
    `  - take the old app secret (${toMark(retiring)}) away: what is signed with it is refused`,
    `  - keep ${kept.map(toMark).join(", ")}`,
  ];
}

function assertMayFinish({ keepUntil }: Rotation, usage: SecretUsage, now: number): void {
  const left = Date.parse(keepUntil) - now;
  const force = "Nothing was changed; --force removes it all the same.";
  if (left > 0) {
    throw new UserError(`The old app secret is kept for ${toDuration(left)} more. ${force}`);
  }
  const { matchedNew, lastNewAt = 0, lastOldAt = 0 } = usage;
  if (lastOldAt > lastNewAt) {
    throw new UserError(
      `The old app secret is in use: a delivery matched it ${toAgo(lastOldAt, now)}. Was it reset at Meta? ${force}`,
    );
  }
  if (matchedNew === 0) {
    throw new UserError(`No delivery has matched the new app secret yet. ${TEST_HINT} ${force}`);
  }
}

/** Without an app secret nothing at all would be accepted. */
function assertUsable([first]: readonly string[]): void {
  if (first !== undefined && findAppSecretFault(first) === undefined) return;
  throw new UserError("No app secret of the right form would be left: nothing was changed.");
}
