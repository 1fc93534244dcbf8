import type { Rotation } from "../../../lambda/meta/stored-secret.ts";
import { toAgo, toDuration } from "../../../lambda/shared/time-text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import type { RotateDeps } from "./options.ts";
import { readSecretUsage, type SavedSecret, toUsageLines } from "./secret-usage.ts";

/** Says how far a rotation is. */
export async function report(
  deployment: Deployment,
  saved: SavedSecret,
  rotation: Rotation,
  { options, terminal, now }: RotateDeps,
): Promise<number> {
  const usage = await terminal.withSpinner("Looking at recent deliveries", () =>
    readSecretUsage(deployment, saved, rotation, now),
  );
  const { startedAt, keepUntil } = rotation;
  if (options.json) {
    const state = "under way";
    terminal.print(JSON.stringify({ state, startedAt, keepUntil, deliveries: usage }));
    return 0;
  }
  terminal.print(`A rotation began ${toAgo(startedAt, now)}: both app secrets are accepted.`);
  for (const line of toUsageLines(usage, now)) terminal.print(line);
  const left = Date.parse(keepUntil) - now;
  const when = left > 0 ? `in ${toDuration(left)}, at ${keepUntil}` : "now";
  terminal.print(`Next, ${when}:`);
  terminal.print(`  ${deployment.command("rotate-secret", "--finish")}`);
  return 0;
}
