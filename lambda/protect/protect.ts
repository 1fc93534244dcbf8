import { type MetaNumber, setPin } from "../meta/pin.ts";
import { ExplainedError } from "../shared/sentence.ts";
import { type AnnounceDeps, announce } from "./announce.ts";
import { findNumber } from "./find-number.ts";
import type { PinStore } from "./pin-store.ts";
import { type ReadDeps, readBack } from "./read-back.ts";
import type { ProtectRequest } from "./request.ts";
import {
  type ProtectResult,
  type StoredPin,
  toBusy,
  toDoubtful,
  toNotTaken,
  toProtected,
  toRefused,
  toUnanswered,
  toUnconfirmed,
} from "./result.ts";
import type { RunClaim, RunClaims } from "./run-claims.ts";

export interface ProtectDeps extends ReadDeps, AnnounceDeps {
  /** The accounts that the token may use. */
  readonly wabaIds: readonly string[];
  readonly pins: PinStore;
  readonly claims: RunClaims;
  readonly newPin: () => string;
  readonly newToken: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Sets a new PIN of a number. A PIN is stored before Meta is asked to take it, so that one that
 * Meta may have is never lost. Never throws.
 */
export async function protect(request: ProtectRequest, deps: ProtectDeps): Promise<ProtectResult> {
  const { claims, alerts, newToken, now } = deps;
  try {
    const history = await alerts.table.numberHistory(request.number);
    const likely = history.find(({ event }) => !event.test)?.event.wabaId;
    const number = await findNumber(request.number, { ...deps, likely });
    const claim = await claims.take(request.number, newToken(), request.name, now());
    if (claim.kind === "other run") return toBusy(claim, now());
    return await setNewPin(request, number, claim, deps);
  } catch (error) {
    return toRefused(error);
  }
}

/** Throws only while nothing has been sent to Meta. */
async function setNewPin(
  request: ProtectRequest,
  number: MetaNumber,
  claim: RunClaim,
  deps: ProtectDeps,
): Promise<ProtectResult> {
  const pin = deps.newPin();
  const stored = await store(pin, claim, deps);
  const answer = await setPin(deps.graph, deps.user, number, pin);
  if (answer.outcome === "doubtful") {
    if ((await orUndefined(deps.claims.end(claim))) === false) await noteLate(claim, stored, deps);
    const why = `Meta did not say whether it took the new PIN. ${answer.sentence}`;
    return toDoubtful(why, stored, claim);
  }
  if (answer.outcome === "refused") {
    await orUndefined(deps.claims.end(claim, claim));
    return toNotTaken(answer.sentence, stored, claim);
  }
  return confirm(request, number, claim, stored, deps);
}

/** Longer than Meta is waited for. */
const SEND_MS = 20_000;

async function store(pin: string, claim: RunClaim, deps: ProtectDeps): Promise<StoredPin> {
  const { pins, claims, now } = deps;
  try {
    const version = await pins.save(claim.number, pin);
    const isNoted = await claims.noteStored(claim, version, now());
    // What is sent now is over, one way or the other, before another run may begin.
    if (isNoted && now() < claim.expiresAt - SEND_MS) {
      return { place: pins.placeOf(claim.number), version };
    }
    if (isNoted) await orUndefined(claims.end(claim, claim));
    throw new ExplainedError(
      "This run took too long, and another one may have begun: run it again.",
    );
  } catch (error) {
    await orUndefined(claims.end(claim));
    throw error;
  }
}

/** Meta took the PIN: whether two-step verification is on, and the others get to know of it. */
async function confirm(
  request: ProtectRequest,
  number: MetaNumber,
  claim: RunClaim,
  stored: StoredPin,
  deps: ProtectDeps,
): Promise<ProtectResult> {
  // An event that Meta sends from here on is newer than the answer.
  const at = deps.now();
  const reading = await readBack(number, at, deps);
  const known = { possible: [stored.version] };
  const isOurs = await orUndefined(deps.claims.end(claim, known, reading.pin));
  if (isOurs === false) await noteLate(claim, stored, deps);
  if (isOurs === false || (isOurs === undefined && deps.now() >= claim.expiresAt)) {
    const why = "This run took too long, and another one may have set a PIN meanwhile.";
    return toDoubtful(why, stored, claim);
  }
  if (reading.fault !== undefined) return toUnconfirmed(reading.fault, stored);
  try {
    const announcement = await announce(request, at, deps);
    return toProtected(stored, reading.pin !== undefined, announcement);
  } catch (error) {
    return toUnanswered(error, stored);
  }
}

/**
 * The process was suspended while the PIN was being sent, and another run has set its own since. Of
 * the two nobody knows which came last.
 */
async function noteLate(
  claim: RunClaim,
  { version }: StoredPin,
  { claims }: ProtectDeps,
): Promise<void> {
  await orUndefined(claims.noteLate(claim, version));
}

/** What fails here changes nothing of what is known of the PIN. */
function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch(() => undefined);
}
