import { toNotFoundPage, toUnavailablePage } from "../incident/failure-pages.ts";
import type { IncidentOutcome } from "../incident/respond.ts";
import { toSecurityHeaders } from "../page/document.ts";
import { findHeader, type HttpEvent, type HttpResult, toBodyBytes } from "../shared/http.ts";

/** One POST: its bytes exactly as Meta signed them, and the signature header that came with it. */
export interface Delivery {
  readonly body: Buffer;
  readonly signatureHeader: string | undefined;
}

/** Every end that a request can come to. */
export type Outcome =
  | { readonly kind: "confirmed"; readonly challenge: string }
  | { readonly kind: "accepted" }
  | { readonly kind: "rejected"; readonly reason: RejectionReason }
  | { readonly kind: "failed"; readonly reason: FailureReason }
  | IncidentOutcome;

export type RejectionReason =
  | "handshake"
  | "signature malformed"
  | "signature mismatch"
  | "foreign signature mismatch"
  | "payload"
  | "size"
  | "content type"
  | "link"
  | "method"
  | "incident method"
  | "path";

export type FailureReason = "secret" | "table" | "time" | "incident";

/** Meta's bodies reach 3 MB; the rest is room for another way of counting megabytes. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

const SIGNATURE_HEADER = "x-hub-signature-256";

/** The delivery in a request, or undefined when its body is too large. */
export function toDelivery(event: HttpEvent): Delivery | undefined {
  const body = toBodyBytes(event, MAX_BODY_BYTES);
  return body && { body, signatureHeader: findHeader(event, SIGNATURE_HEADER) };
}

const REJECTION_STATUS: Readonly<Record<RejectionReason, number>> = {
  handshake: 403,
  "signature malformed": 401,
  "signature mismatch": 401,
  "foreign signature mismatch": 401,
  payload: 400,
  size: 413,
  "content type": 415,
  link: 404,
  method: 405,
  "incident method": 405,
  path: 404,
};

const FAILURE_STATUS: Readonly<Record<FailureReason, number>> = {
  secret: 503,
  table: 500,
  time: 500,
  incident: 503,
};

/** Chooses the HTTP status; Meta takes exactly 200 for success and repeats everything else. */
export function toHttpResult(outcome: Outcome): HttpResult {
  switch (outcome.kind) {
    case "confirmed":
      return textResult(200, outcome.challenge);
    case "accepted":
      return textResult(200, "ok");
    case "rejected":
      return rejectedResult(outcome.reason);
    case "failed":
      return failedResult(outcome.reason);
    case "incident shown":
      return pageResult(200, outcome.page);
    case "answer invalid":
      return pageResult(400, outcome.page);
    case "incident answered":
    case "new PIN asked for":
      return pageResult(303, "", { location: outcome.location });
  }
}

function rejectedResult(reason: RejectionReason): HttpResult {
  const statusCode = REJECTION_STATUS[reason];
  if (reason === "link") return pageResult(statusCode, toNotFoundPage());
  return textResult(statusCode, reason, ALLOWED_METHODS[reason]);
}

function failedResult(reason: FailureReason): HttpResult {
  const statusCode = FAILURE_STATUS[reason];
  if (reason === "incident") return pageResult(statusCode, toUnavailablePage());
  return textResult(statusCode, "try again");
}

const ALLOWED_METHODS: Partial<Record<RejectionReason, HttpResult["headers"]>> = {
  method: { allow: "GET, POST" },
  "incident method": { allow: "GET, POST" },
};

function pageResult(
  statusCode: number,
  body: string,
  more: HttpResult["headers"] = {},
): HttpResult {
  const headers = { "content-type": "text/html; charset=utf-8", ...toSecurityHeaders(), ...more };
  return { statusCode, headers, body };
}

function textResult(
  statusCode: number,
  body: string,
  more: HttpResult["headers"] = {},
): HttpResult {
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    ...more,
  };
  return { statusCode, headers, body };
}
