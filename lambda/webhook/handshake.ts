import { createHash, timingSafeEqual } from "node:crypto";
import { onlyValue } from "../shared/http.ts";
import type { Outcome } from "./delivery.ts";
import type { SecretStore } from "./secrets.ts";

const CHALLENGE = /^[\x20-\x7e]{1,1024}$/;

/**
 * Answers Meta's subscription handshake: echoes the challenge when mode, verify token and challenge
 * are there once each and the token is ours.
 * Source: https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
 */
export async function confirmSubscription(
  rawQueryString: string | undefined,
  secrets: SecretStore,
): Promise<Outcome> {
  const query = new URLSearchParams(rawQueryString);
  const mode = onlyValue(query, "hub.mode");
  const token = onlyValue(query, "hub.verify_token");
  const challenge = onlyValue(query, "hub.challenge");
  if (mode !== "subscribe" || !token || !challenge || !CHALLENGE.test(challenge)) {
    return { kind: "rejected", reason: "handshake" };
  }
  const isOurs = await secrets.match((known) => isSameToken(token, known.verifyToken) || undefined);
  if (isOurs) return { kind: "confirmed", challenge };
  return secrets.state() === "unreadable"
    ? { kind: "failed", reason: "secret" }
    : { kind: "rejected", reason: "handshake" };
}

/**
 * Digests are compared, so that neither the length nor the first difference shows in time. What is
 * given is never empty, so an empty verify token is nobody's.
 */
function isSameToken(given: string, known: string): boolean {
  return timingSafeEqual(sha256(given), sha256(known));
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
