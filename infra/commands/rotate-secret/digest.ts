import { createHash } from "node:crypto";

/** SHA-256 in hex: a secret of 128 random bits cannot be found from it. */
export function toDigest(appSecret: string): string {
  return createHash("sha256").update(appSecret).digest("hex");
}

/** Enough to distinguish saved app secrets, and nothing of them: the end of the digest. */
export function toMark(appSecret: string): string {
  return `..${toDigest(appSecret).slice(-4)}`;
}
