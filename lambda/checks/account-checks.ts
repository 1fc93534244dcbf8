import type { Facts } from "../facts/facts.ts";
import type { AccountFacts, UsableToken } from "../facts/meta-facts.ts";
import type { WatchedSystem } from "../facts/system.ts";
import type { PhoneNumber, SubscribedApp } from "../meta/account.ts";
import { toDigits } from "../numbers/number-state.ts";
import { YOUR_NAME } from "../shared/commands.ts";
import { toPlainLine } from "../shared/plain-text.ts";
import { count } from "../shared/time-text.ts";
import { checkNewApps, toNames } from "./app-checks.ts";
import { type Check, type CheckOutcome, failed, ok, unknown } from "./check.ts";
import { checkToken } from "./token-check.ts";

/** Whether Meta sends the accounts' events to this app, and whether their numbers are protected. */
export async function findAccountChecks(
  system: WatchedSystem,
  facts: Facts,
  appId: string,
  now: number,
): Promise<Check[]> {
  const first = {
    id: "account",
    name: "Accounts",
    look: () => checkToken(system, facts, appId, now),
  };
  const token = await facts.token().catch(() => "unread" as const);
  if (token === "unread") return [first];
  const accounts = (await facts.accounts().catch(() => undefined)) ?? [];
  const checks = await Promise.all(
    accounts.map((account) => findChecksOf(account, system, facts, appId, now)),
  );
  return [first, ...checks.flat(), ...(await findGone(system, facts, token))];
}

/**
 * Accounts that were watched and that the token may no longer see. Each fails once and is then
 * forgotten. If an operator chose the accounts, one that is missing was removed on purpose.
 */
async function findGone(
  { isWatchdog }: WatchedSystem,
  facts: Facts,
  token: UsableToken | undefined,
): Promise<Check[]> {
  if (!isWatchdog || token?.isListed) return [];
  const memory = await facts.memory().catch(() => undefined);
  const asked = new Set(token?.wabaIds);
  const gone = [...(memory?.accounts.keys() ?? [])].filter((id) => !asked.has(id));
  return gone.map((id) => ({
    id: `account-${id}`,
    name: `Account ${id}`,
    look: () =>
      failed(
        `It is no longer watched: ${token ? "the token may no longer see this account" : "no token is kept any more"}. This is reported once.`,
        "if nobody took it away: Business settings, System users, Assign assets; and see who did it",
      ),
  }));
}

async function findChecksOf(
  { wabaId, apps, numbers }: AccountFacts,
  system: WatchedSystem,
  facts: Facts,
  appId: string,
  now: number,
): Promise<Check[]> {
  const check = (kind: string, name: string, look: Check["look"]): Check => ({
    id: `${kind}-${wabaId}`,
    name: `${name} ${wabaId}`,
    look,
  });
  // What Meta does not show is one failure, not two.
  const isShown = await apps.then(
    () => true,
    () => false,
  );
  const findNew = async () =>
    checkNewApps({ apps: await apps, wabaId, memory: await facts.memory(), system, now });
  return [
    check("account", "Account", async () => checkApps(await apps, wabaId, system, appId)),
    ...(isShown ? [check("apps", "Apps of", findNew)] : []),
    check("numbers", "Numbers of", async () => checkNumbers(await numbers, system)),
  ];
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
  const fix = system.command("connect", `--app-id ${appId} --waba ${wabaId}`);
  return failed(`The app is not subscribed to it, so that no event comes.${also}`, fix);
}

/** More than these do not fit on the one line that an operator copies from a mail. */
const MAX_NAMED = 3;

/** Sets the PINs of these numbers, and announces it. */
function toProtect(off: readonly PhoneNumber[], system: WatchedSystem): string {
  const phone = off.map(({ displayPhoneNumber }) => toDigits(toPlainLine(displayPhoneNumber)));
  const which = phone.length > MAX_NAMED ? ({ "all-unprotected": true } as const) : { phone };
  return system.command("protect", { ...which, as: YOUR_NAME });
}

const BY_HAND =
  "By hand: WhatsApp Manager, Account tools, Phone numbers, the number, Two-step verification.";

function checkNumbers(numbers: readonly PhoneNumber[], system: WatchedSystem): CheckOutcome {
  const off = numbers.filter(({ isPinEnabled }) => isPinEnabled === false);
  const unsaid = numbers.filter(({ isPinEnabled }) => isPinEnabled === undefined);
  if (off.length > 0) {
    const names = off.map(({ displayPhoneNumber }) => toPlainLine(displayPhoneNumber)).join(", ");
    const message = `Two-step verification is off for ${names}. ${BY_HAND}`;
    return failed(message, toProtect(off, system));
  }
  if (unsaid.length === 0) {
    return ok(`Two-step verification is on for ${count(numbers.length, "number")}.`);
  }
  return unknown(`Meta does not say whether it is on for ${count(unsaid.length, "number")}.`);
}
