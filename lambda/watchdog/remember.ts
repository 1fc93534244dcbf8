import type { CheckResult } from "../checks/check.ts";
import type { Overview } from "../checks/overview.ts";
import type { Facts } from "../facts/facts.ts";
import type { AccountMemory, Instants, Memory, Pin } from "../facts/memory.ts";
import type { AccountFacts } from "../facts/meta-facts.ts";
import { toDigits } from "../numbers/number-state.ts";
import { toDay } from "../shared/time-text.ts";

const HOUR_MS = 3_600_000;

/** The second day begins somewhat earlier than 24 hours after the first run. */
const SECOND_DAY_MS = 18 * HOUR_MS;

/** A check that could not be read in two daily runs in a row has failed. */
export function failLastingOutages(
  checks: readonly CheckResult[],
  memory: Memory | undefined,
  at: number,
): CheckResult[] {
  return checks.map((check) => {
    const since = memory?.unreadSince[check.id];
    if (check.why !== "unread" || since === undefined || at - since < SECOND_DAY_MS) return check;
    const message = `${check.message} This has lasted since ${toDay(since)}.`;
    return { ...check, state: "failed", message };
  });
}

const WEEK_MS = 7 * 24 * HOUR_MS;

/** Runs come at the same time of the day, give or take. */
export function isReportDue(memory: Memory | undefined, at: number): boolean {
  return at - (memory?.reportedAt ?? 0) >= WEEK_MS - 6 * HOUR_MS;
}

/** What failed at the last run and is ok now. Unknown is not ok. */
export function toRecovered(
  checks: readonly CheckResult[],
  memory: Memory | undefined,
): CheckResult[] {
  return checks.filter(
    ({ id, state, isQuiet }) => state === "ok" && !isQuiet && memory?.failedSince[id] !== undefined,
  );
}

/** A check that no longer runs is forgotten after so long. */
const FORGET_MS = 30 * 24 * HOUR_MS;

/** A check that failed before and is unknown now still counts as failed. */
export function toFailedSince(
  checks: readonly CheckResult[],
  memory: Memory | undefined,
  at: number,
): Instants {
  const before = memory?.failedSince ?? {};
  const failed = checks.filter(({ state }) => state === "failed");
  const good = new Set(checks.filter(({ state }) => state === "ok").map(({ id }) => id));
  const kept = Object.entries(before).filter(([id, since]) => {
    return !good.has(id) && at - since < FORGET_MS;
  });
  const now = failed.map(({ id }) => [id, before[id] ?? at] as const);
  return Object.fromEntries([...kept, ...now]);
}

interface Run {
  readonly facts: Facts;
  readonly overview: Overview;
  readonly memory: Memory | undefined;
  /** Whether this run sent the weekly report. */
  readonly isReported: boolean;
}

/** What the next run has to know. What could not be read this time stays as it was. */
export async function toMemory({ facts, overview, memory, isReported }: Run): Promise<Memory> {
  const { at, checks } = overview;
  const unread = checks.filter(({ why }) => why === "unread");
  const unreadSince = unread.map(({ id }) => [id, memory?.unreadSince[id] ?? at] as const);
  return {
    ranAt: at,
    reportedAt: isReported ? at : (memory?.reportedAt ?? 0),
    failedSince: toFailedSince(checks, memory, at),
    unreadSince: Object.fromEntries(unreadSince),
    accounts: await toAccounts(facts, memory, at),
    knownApps: memory?.knownApps ?? new Map(),
    damaged: [],
  };
}

/** Those that were asked about; accounts that are no longer asked about are forgotten. */
async function toAccounts(facts: Facts, memory: Memory | undefined, at: number) {
  const before: ReadonlyMap<string, AccountMemory> = memory?.accounts ?? new Map();
  const accounts = await facts.accounts().catch(() => "unread" as const);
  if (accounts === "unread") return before;
  const after = new Map<string, AccountMemory>();
  for (const account of accounts ?? []) {
    after.set(account.wabaId, await toAccount(account, before.get(account.wabaId), at));
  }
  return after;
}

async function toAccount(
  account: AccountFacts,
  before: AccountMemory | undefined,
  at: number,
): Promise<AccountMemory> {
  const apps = await account.apps.catch(() => undefined);
  const numbers = await account.numbers.catch(() => undefined);
  // At the first look nobody knows which apps are new.
  const seenAt = before?.apps ? at : 0;
  return {
    apps: apps
      ? new Map(apps.map(({ id }) => [id, before?.apps?.get(id) ?? seenAt]))
      : before?.apps,
    pins: numbers
      ? numbers.flatMap(({ displayPhoneNumber, isPinEnabled }): Pin[] =>
          isPinEnabled === undefined ? [] : [[toDigits(displayPhoneNumber), isPinEnabled, at]],
        )
      : (before?.pins ?? []),
  };
}
