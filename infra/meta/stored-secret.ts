import * as v from "valibot";
import { UserError } from "../cli/errors.ts";

/** A change of app secrets that is under way, kept beside them; the function does not read it. */
export interface Rotation {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly keepUntil: string;
  /** The app secret that goes. */
  readonly retiring: string;
}

/** The secret as the operator's commands see it; keys that they do not know stay as they are. */
export interface StoredSecret {
  readonly verifyToken: string;
  readonly appSecrets: readonly string[];
  readonly rotation?: Rotation | undefined;
  readonly [unknown: string]: unknown;
}

const Schema = v.looseObject({
  verifyToken: v.optional(v.string(), ""),
  appSecrets: v.optional(v.array(v.string()), []),
  rotation: v.optional(
    v.object({ startedAt: v.string(), keepUntil: v.string(), retiring: v.string() }),
  ),
});

/** Throws a UserError; never quotes the text. */
export function parseStoredSecret(text: string, where: string): StoredSecret {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), Schema), text);
  if (result.success) return result.output;
  throw new UserError(
    `The secret in ${where} is not of the form {"verifyToken":"…","appSecrets":["…"]}: write it anew in that form.`,
  );
}

/** With this app secret in front and no other like it; the others stay unless they are replaced. */
export function withFirst(stored: StoredSecret, appSecret: string, replace = false): StoredSecret {
  const others = stored.appSecrets.filter((other) => other.trim() !== appSecret);
  const { rotation, ...rest } = stored;
  return {
    ...rest,
    appSecrets: [appSecret, ...(replace ? [] : others)],
    ...(rotation && !replace && { rotation }),
  } as StoredSecret;
}
