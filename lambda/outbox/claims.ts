import { type EventId, number, text } from "../event/event-item.ts";
import type { Queue } from "../event/outbox-queue.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { ATTRIBUTE } from "../shared/item-names.ts";
import { FUNCTION } from "../shared/names.ts";
import type { Update } from "./conditional.ts";

/** The right to publish what is due about an event, until it expires. The token names its holder. */
export interface Claim {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** An event whose message is ours to publish, as long as the claim under this token lasts. */
export interface Claimed {
  readonly stored: StoredAlert;
  readonly token: string;
}

export interface Claims {
  /**
   * Takes the claim on an event of this queue that is due at `now` (milliseconds), or whose claim has
   * expired, or that this very token holds; undefined when refused.
   */
  claim(id: EventId, queue: Queue, claim: Claim, now: number): Promise<StoredAlert | undefined>;
  /** Makes the claim last longer. */
  prolong(claimed: Claimed, expiresAt: number): Promise<void>;
  /**
   * Makes the event due at `now` and does not count the attempt: a publish that is known to have
   * failed sent nothing, so it need not slow down the next.
   */
  release(claimed: Claimed, now: number): Promise<void>;
}

const MAX_CLAIM_MS = 15 * 60_000;

/**
 * How long the claim of this attempt lasts: 75 seconds, doubling to 15 minutes. An alert that is
 * published but can never be marked would be sent again at every retry; doubling the claim limits
 * how often. After an outage nothing waits longer than that.
 */
export function claimMs(attempt: number): number {
  return Math.min(FUNCTION.claimSeconds * 1000 * 2 ** Math.max(attempt - 1, 0), MAX_CLAIM_MS);
}

const { outbox: QUEUE, dueAt: DUE_AT, claimToken: TOKEN, alertAttempts: ATTEMPTS } = ATTRIBUTE;

export function createClaims(update: Update<StoredAlert>): Claims {
  return {
    claim(id, queue, { token, expiresAt }, now) {
      return update(
        id,
        `SET ${TOKEN} = :token, ${DUE_AT} = :expiresAt ADD ${ATTEMPTS} :one`,
        `${QUEUE} = :queue AND (${TOKEN} = :token OR ${DUE_AT} < :now)`,
        {
          ":token": text(token),
          ":expiresAt": number(expiresAt),
          ":one": number(1),
          ":queue": text(queue),
          ":now": number(now),
        },
      );
    },

    async prolong({ stored, token }, expiresAt) {
      await update(stored.event, `SET ${DUE_AT} = :expiresAt`, `${TOKEN} = :token`, {
        ":expiresAt": number(expiresAt),
        ":token": text(token),
      });
    },

    async release({ stored, token }, now) {
      await update(
        stored.event,
        `SET ${DUE_AT} = :now ADD ${ATTEMPTS} :minusOne REMOVE ${TOKEN}`,
        `${TOKEN} = :token`,
        { ":now": number(now), ":minusOne": number(-1), ":token": text(token) },
      );
    },
  };
}
