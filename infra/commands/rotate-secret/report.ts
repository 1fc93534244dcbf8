import { count, toAgo, toDuration, wrap } from "../../cli/text.ts";
import { type Deployment, toCommand } from "../../deployment/deployment.ts";
import type { Rotation, StoredSecret } from "../../meta/stored-secret.ts";
import type { RotateDeps } from "./rotate.ts";
import { type Evidence, gatherEvidence } from "./secret-usage.ts";

/** Says how far a rotation is. */
export async function report(
  deployment: Deployment,
  stored: StoredSecret,
  rotation: Rotation,
  { options, terminal, now }: RotateDeps,
): Promise<number> {
  const evidence = await terminal.withSpinner("Looking at recent deliveries", () =>
    gatherEvidence(deployment, stored, rotation, now),
  );
  const { startedAt, keepUntil } = rotation;
  if (options.json) {
    const state = "under way";
    terminal.print(JSON.stringify({ state, startedAt, keepUntil, deliveries: evidence }));
    return 0;
  }
  terminal.print(`A rotation began ${toAgo(startedAt, now)}: both app secrets are accepted.`);
  for (const line of toEvidenceLines(evidence, now)) terminal.print(line);
  const left = Date.parse(keepUntil) - now;
  const when = left > 0 ? `in ${toDuration(left)}, at ${keepUntil}` : "now";
  terminal.print(`Next, ${when}:`);
  terminal.print(`  ${toCommand("rotate-secret", deployment, "--finish")}`);
  return 0;
}

export function toEvidenceLines(evidence: Evidence, now: number): string[] {
  const { matchedNew, matchedOld, unsure, lastNewAt, lastOldAt } = evidence;
  const last = (at: number | undefined) => (at === undefined ? "" : `, last ${toAgo(at, now)}`);
  return [
    `  new secret   ${count(matchedNew, "match", "matches")}${last(lastNewAt)}`,
    `  old secret   ${count(matchedOld, "match", "matches")}${last(lastOldAt)}`,
    ...(unsure > 0
      ? wrap(`${count(unsure, "event")} came in too soon after the change to tell.`, "  ")
      : []),
    ...(matchedNew === 0 ? wrap(TEST_HINT) : []),
  ];
}

/** A drill would prove nothing: it is signed here. */
export const TEST_HINT =
  "To see Meta sign with the new one, wait six minutes after the change, then press Test at developers.facebook.com, your app, WhatsApp, Configuration, field security.";
