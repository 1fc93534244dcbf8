import type { CheckResult } from "../checks/check.ts";
import type { Facts } from "../checks/facts.ts";
import type { Memory } from "../checks/memory.ts";
import type { Overview } from "../checks/overview.ts";
import { toDigits } from "../numbers/number-state.ts";
import { toDay } from "../shared/plain-text.ts";

const HOUR_MS = 3_600_000;

/** The second day begins somewhat earlier than 24 hours after the first run. */
const SECOND_DAY_MS = 18 * HOUR_MS;

/** What Meta could not be asked since yesterday's run has failed: "down for a moment" is over. */
export function failWhatLasts(
  checks: readonly CheckResult[],
  memory: Memory | undefined,
  at: number,
): CheckResult[] {
  return checks.map((check) => {
    const since = memory?.unavailableSince[check.id];
    if (!check.isPassing || since === undefined || at - since < SECOND_DAY_MS) return check;
    return {
      ...check,
      state: "failed",
      message: `${check.message} So it is since ${toDay(since)}.`,
      fix: "see https://metastatus.com and the function's way to the internet",
    };
  });
}

const WEEK_MS = 7 * 24 * HOUR_MS;

/** Runs come at the same time of the day, give or take. */
export function isReportDue(memory: Memory | undefined, at: number): boolean {
  return at - (memory?.reportedAt ?? 0) >= WEEK_MS - 6 * HOUR_MS;
}

/** What failed at the last run and is good now; what can't be looked at is neither. */
export function toRecovered(
  checks: readonly CheckResult[],
  memory: Memory | undefined,
): CheckResult[] {
  return checks.filter(({ id, state }) => state === "ok" && memory?.failedSince[id] !== undefined);
}

/** A check that is gone, with its account say, is forgotten after so long. */
const FORGET_MS = 30 * 24 * HOUR_MS;

/** Also what failed and can't be looked at now: it has not recovered. */
export function toFailedSince(
  checks: readonly CheckResult[],
  memory: Memory | undefined,
  at: number,
): Record<string, number> {
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
  const { apps, pins } = await readAccounts(facts, at);
  const unavailable = checks.filter(({ isPassing }) => isPassing);
  return {
    ranAt: at,
    reportedAt: isReported ? at : (memory?.reportedAt ?? 0),
    failedSince: toFailedSince(checks, memory, at),
    unavailableSince: Object.fromEntries(
      unavailable.map(({ id }) => [id, memory?.unavailableSince[id] ?? at]),
    ),
    apps: { ...memory?.apps, ...apps },
    pins: mergePins(memory?.pins ?? [], pins),
  };
}

type Pin = Memory["pins"][number];

async function readAccounts(facts: Facts, at: number) {
  const apps: Record<string, string[]> = {};
  const pins: Pin[] = [];
  for (const account of (await facts.accounts().catch(() => undefined)) ?? []) {
    const subscribed = await account.apps.catch(() => undefined);
    if (subscribed) apps[account.wabaId] = subscribed.map(({ id }) => id);
    for (const { displayPhoneNumber, isPinEnabled } of await account.numbers.catch(() => [])) {
      if (isPinEnabled !== undefined) pins.push([toDigits(displayPhoneNumber), isPinEnabled, at]);
    }
  }
  return { apps, pins };
}

/** An item holds 400 KB: so many numbers are a quarter of that. */
const MAX_PINS = 4_000;

/** Those that are off are kept first. */
function mergePins(before: readonly Pin[], now: readonly Pin[]): Pin[] {
  const byNumber = new Map([...before, ...now].map((pin) => [pin[0], pin]));
  return [...byNumber.values()].sort((a, b) => Number(a[1]) - Number(b[1])).slice(0, MAX_PINS);
}
