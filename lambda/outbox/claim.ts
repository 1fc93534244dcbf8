import { FUNCTION } from "../shared/names.ts";

/** The right to publish one alert until it runs out; its token tells its holder from all others. */
export interface Claim {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const MAX_CLAIM_MS = 6 * 3_600_000;

/**
 * How long the claim of this attempt lasts: a minute, doubling to six hours, so that a mark that
 * can never succeed does not become a storm of alerts.
 */
export function claimMs(attempt: number): number {
  return Math.min(FUNCTION.claimSeconds * 1000 * 2 ** (attempt - 1), MAX_CLAIM_MS);
}
