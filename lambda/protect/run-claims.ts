/** What is known of a number's PIN: which of the stored versions it can be. */
export interface KnownVersions {
  /** The oldest first; 0 is a PIN that this system did not set. More than one: it is not certain. */
  readonly possible: readonly number[];
}

/** The right to set a number's PIN, until it expires. The token identifies the run that holds it. */
export interface RunClaim extends KnownVersions {
  readonly kind: "claim";
  readonly number: string;
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Another run of this number, which may still be under way. */
export interface OtherRun {
  readonly kind: "other run";
  readonly name: string;
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** What Meta said of a number at the end of a run. */
export interface PinReading {
  readonly isPinEnabled: boolean;
  /** When Meta was asked, milliseconds since the epoch. */
  readonly readAt: number;
}

/** One item of the event table for each number, so that two runs never set PINs at once. */
export interface RunClaims {
  take(number: string, token: string, name: string, now: number): Promise<RunClaim | OtherRun>;
  /** Notes that Meta may have this version from now on. False: the claim is no longer ours. */
  noteStored(claim: RunClaim, version: number, now: number): Promise<boolean>;
  /**
   * Gives the claim back, with what is known once the version was noted. False: it was no longer
   * ours, or a run that was thought dead has noted its own version since.
   */
  end(claim: RunClaim, known?: KnownVersions, reading?: PinReading): Promise<boolean>;
  /** Notes that Meta may have this version after all: it was sent after the claim was lost. */
  noteLate(claim: RunClaim, version: number): Promise<void>;
  /** Of a number whose PIN this system has never set: that 0 is the one possible version. */
  readKnown(number: string): Promise<KnownVersions>;
}
