import { toSentence } from "../shared/sentence.ts";
import { toDuration } from "../shared/time-text.ts";
import type { KnownVersions, OtherRun } from "./run-claims.ts";

/**
 * - `protected`: Meta has the new PIN, two-step verification is on, the answer is stored
 * - `unanswered`: the same, but the answer is not stored
 * - `unconfirmed`: Meta took the PIN, but does not say that two-step verification is on
 * - `doubtful`: Meta may have taken the PIN
 * - `refused`: the PIN is as it was before
 * - `busy`: the same, because another run of this number is under way
 * - `no token`: the same, because no token is kept
 */
export const OUTCOMES = [
  "protected",
  "unanswered",
  "unconfirmed",
  "doubtful",
  "refused",
  "busy",
  "no token",
] as const;

export interface ProtectResult {
  readonly outcome: (typeof OUTCOMES)[number];
  /** What is known, and what to do. Never contains a PIN. */
  readonly sentence: string;
  /** The version of the PIN that Meta has, where that is certain. */
  readonly version?: number;
}

/** The PIN that a run has stored: the version, and where it is kept. */
export interface StoredPin {
  readonly place: string;
  readonly version: number;
}

/** Nothing was sent to Meta. */
export function toRefused(why: unknown): ProtectResult {
  return { outcome: "refused", sentence: `The PIN was not changed. ${toSentence(why)}` };
}

export function toBusy({ name, startedAt, expiresAt }: OtherRun, now: number): ProtectResult {
  const ago = toDuration(now - startedAt);
  const wait = toDuration(Math.max(1_000, expiresAt - now));
  return {
    outcome: "busy",
    sentence: `This run did nothing: ${name || "somebody"} began to set a PIN of this number ${ago} ago. If that run was interrupted, try again in ${wait}.`,
  };
}

/** Meta refused the PIN that was stored: the one from before goes on. */
export function toNotTaken(
  sentence: string,
  { place, version }: StoredPin,
  known: KnownVersions,
): ProtectResult {
  const before = known.possible.some((each) => each > 0) ? ` ${toVersions(known, place)}` : "";
  return {
    outcome: "refused",
    sentence: `The PIN was not changed. ${sentence} Version ${version} of ${place} is not in use.${before}`,
  };
}

export function toDoubtful(
  why: string,
  { place, version }: StoredPin,
  { possible }: KnownVersions,
): ProtectResult {
  const versions = toVersions({ possible: [...possible, version] }, place);
  return { outcome: "doubtful", sentence: `${why} ${versions} Run it again.` };
}

/** Beyond these the sentence says "an older one". */
const MOST_SHOWN = 4;

/** Which version the PIN is, the newest first. */
function toVersions({ possible }: KnownVersions, place: string): string {
  const own = possible.filter((version) => version > 0).toReversed();
  const shown = own.slice(0, MOST_SHOWN).map((version) => `version ${version}`);
  const words = [
    ...shown,
    ...(own.length > shown.length ? ["an older one"] : []),
    ...(possible.includes(0) ? ["the one before this system set any"] : []),
  ];
  const last = words.pop() ?? "";
  const list = words.length > 0 ? `${words.join(", ")} or ${last}` : last;
  return `The PIN is ${list} (${place}).`;
}

export function toUnconfirmed(why: string, { place, version }: StoredPin): ProtectResult {
  const sentence = `Meta took the new PIN, version ${version} of ${place}, but ${why}`;
  return { outcome: "unconfirmed", sentence, version };
}

export function toUnanswered(why: unknown, { place, version }: StoredPin): ProtectResult {
  return {
    outcome: "unanswered",
    sentence: `The new PIN is set, version ${version} of ${place}, and two-step verification is on, but the answer could not be stored, so the alert goes on. ${toSentence(why)} Run npm run acknowledge with --answer pin-set.`,
    version,
  };
}

/** Whether the others get to know of it. */
export type Announcement = "announced" | "no alert" | "full";

export function toProtected(
  { place, version }: StoredPin,
  isRead: boolean,
  announcement: Announcement,
): ProtectResult {
  const state = isRead
    ? "Meta says that two-step verification is on"
    : "Meta accepted it, but does not say whether two-step verification is on";
  return {
    outcome: "protected",
    sentence: `A new PIN is set, version ${version} of ${place}: ${state}. ${ANNOUNCEMENTS[announcement]}`,
    version,
  };
}

const ANNOUNCEMENTS: Readonly<Record<Announcement, string>> = {
  announced: "Everybody who gets the alerts is informed within about a minute.",
  "no alert": "No alert about this number is stored, so nobody is informed.",
  full: "Its alerts take no further answer, so nobody is informed.",
};
