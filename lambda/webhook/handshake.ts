import { onlyValue } from "../shared/http.ts";
import { isSameSecret } from "../shared/same-secret.ts";
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
  // What is given is never empty, so an empty verify token is nobody's.
  const isOurs = await secrets.match(
    ({ verifyToken }) => isSameSecret(token, verifyToken) || undefined,
  );
  if (isOurs) return { kind: "confirmed", challenge };
  return secrets.isKnown()
    ? { kind: "rejected", reason: "handshake" }
    : { kind: "failed", reason: "secret" };
}
