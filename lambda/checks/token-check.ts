import type { Facts } from "../facts/facts.ts";
import type { Instants } from "../facts/memory.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { MetaError } from "../meta/graph-error.ts";
import { PERMISSION, PIN_PERMISSION, WITHOUT_PIN_PERMISSION } from "../meta/token.ts";
import { count, toAgo } from "../shared/time-text.ts";
import { type CheckOutcome, failed, ok, unknown } from "./check.ts";

/** What the system-user token may see, and whether it could set a PIN. */
export async function checkToken(
  system: WatchedSystem,
  facts: Facts,
  appId: string,
  now: number,
): Promise<CheckOutcome> {
  const token = await facts.token().catch((error) => {
    if (!(error instanceof MetaError)) throw error;
    return failed(error.message, system.command("connect", `--app-id ${appId} --keep-token`));
  });
  if (!token) return describeLastRun(system, facts, now);
  if ("state" in token) return token;
  if (token.wabaIds.length === 0) {
    return unknown("No account was given.", system.command("connect", "--waba ID"));
  }
  const message = `The system-user token sees ${count(token.wabaIds.length, "account")}`;
  if (token.canSetPins) return ok(`${message}, and may set PINs.`);
  return ok(
    `${message}. ${WITHOUT_PIN_PERMISSION}`,
    `generate a token with both permissions (${PERMISSION}, ${PIN_PERMISSION}), then ${system.command("connect", `--app-id ${appId} --keep-token`)}`,
  );
}

/** The token is the watchdog's alone: a command without one shows what the watchdog saw. */
async function describeLastRun(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckOutcome> {
  const memory = system.isWatchdog ? undefined : await facts.memory().catch(() => undefined);
  const wabaIds = [...(memory?.accounts.keys() ?? [])];
  if (memory && wabaIds.length > 0) {
    const ofAccounts = (found: Instants) =>
      Object.keys(found).filter((id) => /^(account|apps-|numbers-)/.test(id));
    const failing = ofAccounts(memory.failedSince).join(", ");
    const unseen = ofAccounts(memory.unreadSince).join(", ");
    const when = toAgo(memory.ranAt, now);
    if (failing) {
      const fix = "see its mail on the operations topic";
      return failed(`The watchdog found a failure ${when}: ${failing}.`, fix);
    }
    if (unseen) return unknown(`The watchdog could not check ${when}: ${unseen}.`);
    return ok(
      `The watchdog, which keeps a token, saw ${count(wabaIds.length, "account")} ${when}.`,
    );
  }
  return unknown(
    "A system-user token is needed to see the accounts.",
    `set WHATSAPP_SYSTEM_USER_TOKEN (permission ${PERMISSION}), or give the watchdog one: ${system.command("connect", "--waba ID --keep-token")}`,
  );
}
