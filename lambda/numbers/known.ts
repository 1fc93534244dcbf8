import type { Answer } from "../event/answer.ts";

/** From the worst to the best. */
export const PROTECTION_STATES = [
  "UNPROTECTED",
  "disputed",
  "reset requested",
  "unknown",
  "moved",
  "protected",
] as const;

/** Whether a number is protected, and how that is known. */
export interface Protection {
  readonly state: (typeof PROTECTION_STATES)[number];
  /** Milliseconds since the epoch of what brought the state about. */
  readonly since?: number;
  /** Who says so, where it was no event: a person who answered, or Meta when asked. */
  readonly says?: string;
}

/** What Meta said of a number when it was asked. */
export interface PinState {
  readonly displayPhoneNumber: string;
  readonly isPinEnabled: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What is known at one moment. An answer that is taken back leaves what is known without it. */
export interface Known {
  readonly fact: Protection;
  readonly said?: Protection | undefined;
  readonly claim?: Answer | undefined;
}

export interface Step {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of one second the worse counts as the later. */
  readonly severity: number;
  readonly next: (known: Known) => Known;
}
