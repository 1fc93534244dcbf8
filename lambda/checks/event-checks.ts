import type { StoredAlert } from "../event/stored-alert.ts";
import type { Facts } from "../facts/facts.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { toIncidents } from "../numbers/incident.ts";
import { toDigits, toNumberStates } from "../numbers/number-state.ts";
import { findLastEvent } from "../numbers/order.ts";
import { YOUR_NAME } from "../shared/commands.ts";
import { toPlainLine } from "../shared/plain-text.ts";
import { count, toAgo, toDuration } from "../shared/time-text.ts";
import { type Check, type CheckOutcome, failed, ok, unknown } from "./check.ts";

/** The same five minutes as the alarm's. */
const PATIENCE_MS = 5 * 60_000;

/** A path that nobody has tested for three months may be broken. */
const TEST_MAX_AGE_MS = 100 * 86_400_000;

const RUNBOOK = (heading: string) => `infra/RUNBOOK.md, "${heading}"`;

/** Whether alerts or people are waited for, and what state the numbers are in. */
export function toEventChecks(system: WatchedSystem, facts: Facts, now: number): Check[] {
  return [
    {
      id: "pending",
      name: "Pending alerts",
      look: async () => checkPending(await facts.pending(), now),
    },
    { id: "incidents", name: "Unanswered alerts", look: () => checkIncidents(system, facts, now) },
    { id: "numbers", name: "Protection", look: () => checkNumbers(system, facts, now) },
    {
      id: "last-event",
      name: "Last event",
      look: async () => toLastEvent(await facts.history(), now),
    },
    { id: "last-test", name: "Last test", look: async () => checkLastTest(system, facts, now) },
  ];
}

function checkPending(received: readonly number[], now: number): CheckOutcome {
  if (received.length === 0) return ok("No alert is waiting.");
  const oldest = received.reduce((a, b) => Math.min(a, b), now);
  const message = `${count(received.length, "alert")} waiting, the oldest for ${toDuration(now - oldest)}.`;
  if (now - oldest < PATIENCE_MS) return ok(message);
  return failed(message, RUNBOOK("Alert pending too long"));
}

async function checkIncidents(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckOutcome> {
  const incidents = toIncidents(await facts.history());
  if (incidents.length === 0) return ok("No alert waits for an answer.");
  const settings = await facts.settings().catch(() => undefined);
  const patience = (settings?.firstRepeatMinutes ?? 5) * 60_000;
  const oldest = Math.min(...incidents.map(({ since }) => since));
  const message = `${count(incidents.length, "number")} with an alert that nobody has answered, the oldest for ${toDuration(now - oldest)}: ${toNames(incidents)}.`;
  if (now - oldest < patience) return ok(message);
  const options = { all: true, as: YOUR_NAME, answer: "handling" } as const;
  return failed(message, system.command("acknowledge", options));
}

/** Sets the PIN of every number that is off or disputed, and answers the alerts. */
function toProtect(system: WatchedSystem): string {
  return system.command("protect", { "all-unprotected": true, as: YOUR_NAME });
}

async function checkNumbers(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckOutcome> {
  const states = toNumberStates(await facts.history(), await facts.pins());
  const disputed = states.filter(({ state }) => state === "disputed");
  const asked = await listAsked(facts);
  const off = states.filter(({ state }) => state === "UNPROTECTED");
  const unprotected = off.filter(
    ({ displayPhoneNumber }) => !asked.has(toDigits(displayPhoneNumber)),
  );
  if (unprotected.length > 0) {
    const oldest = Math.min(...unprotected.map(({ since = now }) => since));
    return failed(
      `Two-step verification was turned off and not on again: ${toNames(unprotected)}, since ${toDuration(now - oldest)}.`,
      toProtect(system),
    );
  }
  if (disputed.length > 0) {
    return failed(
      `A PIN was set after an alert that nobody had ended: ${toNames(disputed)}. Was it one of you?`,
      `unless it was: ${toProtect(system)}`,
    );
  }
  const known = states.filter(({ state }) => state !== "unknown").length;
  if (known === 0) return ok("No number is known to be unprotected.");
  return ok(`${count(known, "number")} known, ${toReported(off.length)}.`);
}

/** Numbers that are off, all of them by what Meta has just said. */
function toReported(off: number): string {
  if (off === 0) return "none unprotected";
  const where =
    off === 1 ? "it is reported with its account" : "they are reported with their accounts";
  return `${off} unprotected: ${where}`;
}

/** Numbers that the checks of the accounts report. */
async function listAsked(facts: Facts): Promise<ReadonlySet<string>> {
  const accounts = (await facts.accounts().catch(() => undefined)) ?? [];
  const numbers = await Promise.all(accounts.map((account) => account.numbers.catch(() => [])));
  const known = numbers.flat().filter(({ isPinEnabled }) => isPinEnabled !== undefined);
  return new Set(known.map(({ displayPhoneNumber }) => toDigits(displayPhoneNumber)));
}

const MAX_NAMES = 5;

function toNames(numbers: readonly { readonly displayPhoneNumber: string }[]): string {
  const shown = numbers.slice(0, MAX_NAMES).map((each) => toMasked(each.displayPhoneNumber));
  const more = numbers.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function toMasked(displayPhoneNumber: string): string {
  return `..${toPlainLine(displayPhoneNumber).slice(-4)}`;
}

function toLastEvent(history: readonly StoredAlert[], now: number): CheckOutcome {
  const last = findLastEvent(history);
  if (!last) return unknown("No event of a real account has been stored yet.");
  const { event, displayPhoneNumber = "", wabaId, receivedAt } = last;
  return ok(
    `${event} of number ${toMasked(displayPhoneNumber)}, account ${toPlainLine(wabaId)}, received ${toAgo(receivedAt, now)}.`,
  );
}

async function checkLastTest(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckOutcome> {
  const last = await facts.lastTest();
  const fix = system.command("drill");
  if (last === undefined) return unknown("No test has been received yet.", fix);
  const message = `The last test was received ${toAgo(last, now)}.`;
  return now - last < TEST_MAX_AGE_MS
    ? ok(message)
    : failed(`${message} We do not know whether alerts still arrive.`, fix);
}
