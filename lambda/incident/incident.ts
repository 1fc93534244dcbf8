import type { Answer } from "../event/answer.ts";
import type { SecurityEvent } from "../event/security-event.ts";

/** An alert as the table has it, with its answers. */
export interface Incident {
  readonly event: SecurityEvent;
  readonly alert: AlertState;
  /** What a link must carry to show this; absent where the event never alerted. */
  readonly code?: string;
  /** How many repeats were published. */
  readonly repeats: number;
  /** ISO 8601; absent until the alert was published. */
  readonly publishedAt?: string;
  /** Oldest first. */
  readonly answers: readonly Answer[];
}

export type AlertState =
  | "none"
  | "pending"
  | "published"
  | "open"
  | "acknowledged"
  | "superseded"
  | "lapsed";
