import { findAppSecretFault } from "../../../lambda/meta/app-secret.ts";
import { UserError } from "../../cli/errors.ts";
import { requireConsent } from "../../cli/terminal.ts";
import { count, toAgo, toDuration } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import type { Rotation, StoredSecret } from "../../meta/stored-secret.ts";
import { TEST_HINT, toEvidenceLines } from "./report.ts";
import type { RotateDeps } from "./rotate.ts";
import { type Evidence, gatherEvidence } from "./secret-usage.ts";

/** Takes the old app secret away, once its time is up and Meta has moved on. */
export async function finish(
  deployment: Deployment,
  stored: StoredSecret,
  deps: RotateDeps,
): Promise<number> {
  const { options, terminal, now } = deps;
  const { rotation, ...rest } = stored;
  if (!rotation) {
    const state = "none";
    terminal.print(options.json ? JSON.stringify({ state }) : "No rotation is under way.");
    return 0;
  }
  const evidence = await terminal.withSpinner("Looking at recent deliveries", () =>
    gatherEvidence(deployment, stored, rotation, now),
  );
  if (!options.json) toEvidenceLines(evidence, now).forEach(terminal.print);
  if (!options.force) refuseTooSoon(rotation, evidence, now);
  await requireConsent(options, terminal);
  const appSecrets = stored.appSecrets.filter((text) => text !== rotation.retiring);
  refuseNoSecret(appSecrets);
  await deployment.writeSecretText(JSON.stringify({ ...rest, appSecrets }));
  const sentence = `Done: the old app secret is gone, ${count(appSecrets.length, "app secret")} left.`;
  const json = { state: "finished", appSecrets: appSecrets.length, deliveries: evidence };
  terminal.print(options.json ? JSON.stringify(json) : sentence);
  return 0;
}

function refuseTooSoon({ keepUntil }: Rotation, evidence: Evidence, now: number): void {
  const left = Date.parse(keepUntil) - now;
  const force = "Nothing was changed; --force removes it all the same.";
  if (left > 0) {
    throw new UserError(`The old app secret is kept for ${toDuration(left)} more. ${force}`);
  }
  const { matchedNew, lastNewAt = 0, lastOldAt = 0 } = evidence;
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
function refuseNoSecret([first]: readonly string[]): void {
  if (first !== undefined && findAppSecretFault(first) === undefined) return;
  throw new UserError("No app secret of the right form would be left: nothing was changed.");
}
