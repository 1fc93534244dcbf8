import type { Facts } from "../facts/facts.ts";
import type { Instants } from "../facts/memory.ts";
import type { AccountFacts, UsableToken } from "../facts/meta-facts.ts";
import { toCommand, type WatchedSystem } from "../facts/system.ts";
import type { PhoneNumber, SubscribedApp } from "../meta/account.ts";
import { MetaError } from "../meta/graph-error.ts";
import { PERMISSION, PIN_PERMISSION, WITHOUT_PIN_PERMISSION } from "../meta/token.ts";
import { toPlainLine } from "../shared/plain-text.ts";
import { count, toAgo } from "../shared/time-text.ts";
import { checkNewApps, toNames } from "./app-checks.ts";
import { type CheckOutcome, type CheckResult, failed, ok, runCheck, unknown } from "./check.ts";

/** Whether Meta sends the accounts' events to this app, and whether their numbers are protected. */
export async function checkAccounts(
  system: WatchedSystem,
  facts: Facts,
  appId: string,
  now: number,
): Promise<CheckResult[]> {
  const first = await runCheck("account", "Accounts", () => checkToken(system, facts, appId, now));
  const token = await facts.token().catch(() => "unread" as const);
  if (token === "unread") return [first];
  const accounts = (await facts.accounts().catch(() => undefined)) ?? [];
  const checks = await Promise.all([
    ...accounts.map((account) => checkAccount(account, system, facts, appId, now)),
    ...(await checkGone(system, facts, token)),
  ]);
  return [first, ...checks.flat()];
}

async function checkToken(
  system: WatchedSystem,
  facts: Facts,
  appId: string,
  now: number,
): Promise<CheckOutcome> {
  const token = await facts.token().catch((error) => {
    if (!(error instanceof MetaError)) throw error;
    return failed(error.message, toCommand("connect", system, `--app-id ${appId} --keep-token`));
  });
  if (!token) return describeLastRun(system, facts, now);
  if ("state" in token) return token;
  if (token.wabaIds.length === 0) {
    return unknown("No account was given.", toCommand("connect", system, "--waba ID"));
  }
  const message = `The system-user token sees ${count(token.wabaIds.length, "account")}`;
  if (token.canSetPins) return ok(`${message}, and may set PINs.`);
  return ok(
    `${message}. ${WITHOUT_PIN_PERMISSION}`,
    `generate a token with both permissions (${PERMISSION}, ${PIN_PERMISSION}), then ${toCommand("connect", system, `--app-id ${appId} --keep-token`)}`,
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
    "It takes a system-user token to see who is subscribed.",
    `set WHATSAPP_SYSTEM_USER_TOKEN (permission ${PERMISSION}), or give the watchdog one: ${toCommand("connect", system, "--waba ID --keep-token")}`,
  );
}

/**
 * Accounts that were looked at and are no longer among those that the token was given. It is said
 * once; then they are forgotten. Of a list that an operator chose, an account is taken knowingly.
 */
async function checkGone(
  { isWatchdog }: WatchedSystem,
  facts: Facts,
  token: UsableToken | undefined,
): Promise<Promise<CheckResult[]>[]> {
  if (!isWatchdog || token?.isListed) return [];
  const memory = await facts.memory().catch(() => undefined);
  const asked = new Set(token?.wabaIds);
  const gone = [...(memory?.accounts.keys() ?? [])].filter((id) => !asked.has(id));
  return gone.map(async (id) => [
    await runCheck(`account-${id}`, `Account ${id}`, () =>
      failed(
        `It is no longer watched: ${token ? "the token was not given this account any more" : "no token is kept any more"}. This is said once.`,
        "if nobody took it away: Business settings, System users, Assign assets; and see who did it",
      ),
    ),
  ]);
}

async function checkAccount(
  { wabaId, apps, numbers }: AccountFacts,
  system: WatchedSystem,
  facts: Facts,
  appId: string,
  now: number,
): Promise<CheckResult[]> {
  const check = (
    kind: string,
    name: string,
    look: () => Promise<CheckOutcome>,
  ): Promise<CheckResult> => runCheck(`${kind}-${wabaId}`, `${name} ${wabaId}`, look);
  // What Meta does not show is one failure, not two.
  const isShown = await apps.then(
    () => true,
    () => false,
  );
  const findNew = async () =>
    checkNewApps({ apps: await apps, wabaId, memory: await facts.memory(), system, now });
  return Promise.all([
    check("account", "Account", async () => checkApps(await apps, wabaId, system, appId)),
    ...(isShown ? [check("apps", "Apps of", findNew)] : []),
    check("numbers", "Numbers of", async () => checkNumbers(await numbers)),
  ]);
}

function checkApps(
  apps: readonly SubscribedApp[],
  wabaId: string,
  system: WatchedSystem,
  appId: string,
): CheckOutcome {
  const others = apps.filter(({ id }) => id !== appId);
  const names = toNames(others);
  if (others.length < apps.length) {
    return ok(`The app is subscribed to it${names && `, and so are: ${names}`}.`);
  }
  const also = names && ` Subscribed are: ${names}.`;
  const fix = toCommand("connect", system, `--app-id ${appId} --waba ${wabaId}`);
  return failed(`The app is not subscribed to it, so that no event comes.${also}`, fix);
}

function checkNumbers(numbers: readonly PhoneNumber[]): CheckOutcome {
  const off = numbers.filter(({ isPinEnabled }) => isPinEnabled === false);
  const unsaid = numbers.filter(({ isPinEnabled }) => isPinEnabled === undefined);
  if (off.length > 0) {
    const names = off.map(({ displayPhoneNumber }) => toPlainLine(displayPhoneNumber)).join(", ");
    const how =
      "set a PIN: WhatsApp Manager, Account tools, Phone numbers, the number, Two-step verification";
    return failed(`Two-step verification is off for ${names}.`, how);
  }
  if (unsaid.length === 0) {
    return ok(`Two-step verification is on for ${count(numbers.length, "number")}.`);
  }
  return unknown(`Meta does not say it of ${count(unsaid.length, "number")}.`);
}
