import type { Memory } from "../facts/memory.ts";
import type { WatchedSystem } from "../facts/system.ts";
import type { SubscribedApp } from "../meta/account.ts";
import { toPlainLine } from "../shared/plain-text.ts";
import { count, toDay } from "../shared/time-text.ts";
import { type CheckOutcome, failed, ok } from "./check.ts";

/** A new app fails for this long, or until somebody marks it as known. */
const NEW_MS = 14 * 86_400_000;

interface Look {
  /** Those that are subscribed to the account now. */
  readonly apps: readonly SubscribedApp[];
  readonly wabaId: string;
  readonly memory: Memory | undefined;
  readonly system: WatchedSystem;
  readonly now: number;
}

/** An app that was not there at the watchdog's first look can be an attacker's, reading along. */
export function checkNewApps({ apps, wabaId, memory, system, now }: Look): CheckOutcome {
  const before = memory?.accounts.get(wabaId)?.apps;
  const names = toNames(apps) || "none subscribed";
  if (!before) return ok(`Remembered from now on: ${names}.`);
  const isKnown = (id: string, at: number) => (memory?.knownApps.get(id) ?? at + 1) <= at;
  const isNew = ({ id }: SubscribedApp, at: number) =>
    at - (before.get(id) ?? at) < NEW_MS && !isKnown(id, at);
  const added = apps.filter((app) => isNew(app, now));
  if (added.length === 0) {
    const wasNew = apps.some((app) => before.has(app.id) && isNew(app, memory?.ranAt ?? now));
    return { ...ok(`No app is new: ${names}.`), ...(wasNew && { isQuiet: true }) };
  }
  const [first] = added;
  const since = added.map(({ id }) => toDay(before.get(id) ?? now));
  return failed(
    `New since ${[...new Set(since)].join(", ")}: ${toNames(added)}. ${count(added.length, "app gets", "apps get")} this account's messages, too.`,
    `if nobody knows it: WhatsApp Manager, the account, Partners and apps, remove it; then change tokens and passwords. Else ${system.command("status", `--known-app ${first?.id}`)}`,
  );
}

export function toNames(apps: readonly SubscribedApp[]): string {
  return apps.map(({ id, name }) => `${toPlainLine(name)} (${id})`).join(", ");
}
