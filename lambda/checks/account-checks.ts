import type { PhoneNumber, SubscribedApp } from "../meta/account.ts";
import { MetaError } from "../meta/graph-error.ts";
import { PERMISSION } from "../meta/token.ts";
import { toPlainLine } from "../shared/plain-text.ts";
import { count, toAgo } from "../shared/text.ts";
import { type CheckOutcome, type CheckResult, failed, ok, runCheck, unknown } from "./check.ts";
import type { Facts } from "./facts.ts";
import type { AccountFacts } from "./meta-facts.ts";
import { toCommand, type WatchedSystem } from "./system.ts";

/** Whether Meta sends the accounts' events to this app, and whether their numbers are protected. */
export async function checkAccounts(
  system: WatchedSystem,
  facts: Facts,
  appId: string,
  now: number,
): Promise<CheckResult[]> {
  const only = async (finding: CheckOutcome) => [
    await runCheck("account", "Accounts", () => finding),
  ];
  try {
    const accounts = await facts.accounts();
    if (!accounts) return only(await toWithoutToken(system, facts, now));
    if (accounts.length === 0) {
      return only(unknown("None was named.", toCommand("connect", system, "--waba ID")));
    }
    const checks = accounts.map((account) => checkAccount(account, system, facts, appId));
    const token = runCheck("account", "Accounts", () =>
      ok(`The system-user token sees ${count(accounts.length, "account")}.`),
    );
    return [await token, ...(await Promise.all(checks)).flat()];
  } catch (error) {
    if (!(error instanceof MetaError)) {
      return [await runCheck("account", "Accounts", () => Promise.reject(error))];
    }
    const fix = toCommand("connect", system, `--app-id ${appId} --waba ID --keep-token`);
    return only(failed(error.message, fix));
  }
}

/** The token is the watchdog's alone: a command without one tells what the watchdog saw. */
async function toWithoutToken(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckOutcome> {
  const memory = await facts.memory().catch(() => undefined);
  const wabaIds = Object.keys(memory?.apps ?? {});
  if (memory && wabaIds.length > 0) {
    const failing = Object.keys(memory.failedSince).filter((id) => /^(account|numbers)/.test(id));
    const when = toAgo(memory.ranAt, now);
    if (failing.length > 0) {
      return failed(
        `The watchdog found a failure ${when}: ${failing.join(", ")}.`,
        "see its mail on the operations topic",
      );
    }
    return ok(
      `The watchdog, which keeps a token, saw ${count(wabaIds.length, "account")} ${when}.`,
    );
  }
  return unknown(
    "It takes a system-user token to see who is subscribed.",
    `set WHATSAPP_SYSTEM_USER_TOKEN (permission ${PERMISSION}), or give the watchdog one: ${toCommand("connect", system, "--waba ID --keep-token")}`,
  );
}

function checkAccount(
  { wabaId, apps, numbers }: AccountFacts,
  system: WatchedSystem,
  facts: Facts,
  appId: string,
): Promise<CheckResult[]> {
  return Promise.all([
    runCheck(`account-${wabaId}`, `Account ${wabaId}`, async () =>
      checkApps(await apps, wabaId, system, appId),
    ),
    runCheck(`apps-${wabaId}`, `Apps of ${wabaId}`, async () =>
      checkNewApps(await apps, (await facts.memory())?.apps[wabaId]),
    ),
    runCheck(`numbers-${wabaId}`, `Numbers of ${wabaId}`, async () => checkNumbers(await numbers)),
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

/** An app that was not there at the watchdog's last run can be an attacker's. */
function checkNewApps(
  apps: readonly SubscribedApp[],
  before: readonly string[] | undefined,
): CheckOutcome {
  if (!before) return ok(`${count(apps.length, "app")} subscribed; remembered from now on.`);
  const added = apps.filter(({ id }) => !before.includes(id));
  if (added.length === 0) return ok(`No app is new: ${toNames(apps) || "none subscribed"}.`);
  return failed(
    `New since the watchdog's last run: ${toNames(added)}. It gets this account's messages.`,
    "if nobody knows it: WhatsApp Manager, the account, Partners and apps, remove it; then change tokens and passwords",
  );
}

function toNames(apps: readonly SubscribedApp[]): string {
  return apps.map(({ id, name }) => `${toPlainLine(name)} (${id})`).join(", ");
}

function checkNumbers(numbers: readonly PhoneNumber[]): CheckOutcome {
  const off = numbers.filter(({ isPinEnabled }) => isPinEnabled === false);
  const untold = numbers.filter(({ isPinEnabled }) => isPinEnabled === undefined);
  if (off.length > 0) {
    const names = off.map(({ displayPhoneNumber }) => toPlainLine(displayPhoneNumber)).join(", ");
    const how = "set a PIN: WhatsApp Manager, the number, Settings, Two-step verification";
    return failed(`Two-step verification is off for ${names}.`, how);
  }
  if (untold.length === 0) {
    return ok(`Two-step verification is on for ${count(numbers.length, "number")}.`);
  }
  return unknown(`Meta does not tell of ${count(untold.length, "number")}.`);
}
