import * as v from "valibot";

/** A change of app secrets that is under way, kept beside them; the function does not read it. */
export interface Rotation {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly keepUntil: string;
  /** The app secret that goes. */
  readonly retiring: string;
  /** SHA-256 of the one that replaces it, in hex; absent in rotations of before. */
  readonly digest?: string | undefined;
}

/** The secret as commands and watchdog see it; keys that they do not know stay as they are. */
export interface StoredSecret {
  readonly verifyToken: string;
  readonly appSecrets: readonly string[];
  /** The Meta app that `connect` connected last: whom the watchdog asks about. */
  readonly appId?: string | undefined;
  /** Accounts that the watchdog asks about with a kept token; none: all that the token was given. */
  readonly watchedAccounts?: readonly string[] | undefined;
  readonly rotation?: Rotation | undefined;
  readonly [unknown: string]: unknown;
}

/** JSON text of a StoredSecret; lenient, as a person may have written it. */
export const StoredSecretText = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({
    verifyToken: v.optional(v.string(), ""),
    appSecrets: v.optional(v.array(v.string()), []),
    appId: v.fallback(v.optional(v.string()), undefined),
    watchedAccounts: v.fallback(v.optional(v.array(v.string())), undefined),
    rotation: v.optional(
      v.object({
        startedAt: v.string(),
        keepUntil: v.string(),
        retiring: v.string(),
        digest: v.optional(v.string()),
      }),
    ),
  }),
);
