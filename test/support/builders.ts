import { createHmac } from "node:crypto";

export const APP_SECRET = "0123456789abcdef0123456789abcdef";
export const OLD_APP_SECRET = "fedcba9876543210fedcba9876543210";
export const VERIFY_TOKEN = "a-verify-token-of-the-tests";

/** What Secrets Manager, or the local run's file, holds. */
export const SECRET_TEXT = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET] });

/** Meta's documented example of a reset request, letter for letter. */
export const META_EXAMPLE =
  '{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","time":1748811473,"changes":[{"field":"security","value":{"display_phone_number":"15550783881","event":"PIN_RESET_REQUEST","requester":"61555822107539"}}]}]}';

let ids = 0;

/** An entry id that no other test of this file uses. */
export function newWabaId(): string {
  ids += 1;
  return `9${String(ids).padStart(14, "0")}`;
}

export function resetRequest(difference: Record<string, unknown> = {}) {
  return {
    display_phone_number: "15550783881",
    event: "PIN_RESET_REQUEST",
    requester: "61555822107539",
    ...difference,
  };
}

export function securityChange(value: unknown = resetRequest()) {
  return { field: "security", value };
}

export function entry(difference: Record<string, unknown> = {}) {
  return { id: newWabaId(), time: 1748811473, changes: [securityChange()], ...difference };
}

/** A body as Meta sends it: compact JSON, non-ASCII characters escaped. */
export function payload(...entries: unknown[]): string {
  const text = JSON.stringify({ object: "whatsapp_business_account", entry: entries });
  return text.replace(/[\u0080-\uffff]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

export function sign(body: string | Buffer, appSecret = APP_SECRET): string {
  return `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`;
}
