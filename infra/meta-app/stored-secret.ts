import { createHash } from "node:crypto";
import * as v from "valibot";
import { type StoredSecret, StoredSecretText } from "../../lambda/meta/stored-secret.ts";
import { UserError } from "../cli/errors.ts";

/** Throws a UserError; never quotes the text. */
export function parseStoredSecret(text: string, where: string): StoredSecret {
  const result = v.safeParse(StoredSecretText, text);
  if (result.success) return result.output;
  throw new UserError(
    `The secret in ${where} is not of the form {"verifyToken":"…","appSecrets":["…"]}: write it in that form.`,
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

/** SHA-256 in hex: a secret of 128 random bits cannot be found from it. */
export function toDigest(appSecret: string): string {
  return createHash("sha256").update(appSecret).digest("hex");
}

/** Enough to distinguish saved app secrets, and nothing of them: the end of the digest. */
export function toMark(appSecret: string): string {
  return `..${toDigest(appSecret).slice(-4)}`;
}
