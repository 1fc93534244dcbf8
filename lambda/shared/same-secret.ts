import { hash, timingSafeEqual } from "node:crypto";

/** Compares digests, so that neither the length nor the first difference shows in time. */
export function isSameSecret(given: string, known: string): boolean {
  return timingSafeEqual(digest(given), digest(known));
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
