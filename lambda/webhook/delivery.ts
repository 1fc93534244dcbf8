/** The parts of an API Gateway HTTP API event, payload format 2.0, that are used here. */
export interface HttpEvent {
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: { readonly http: { readonly method: string } };
}

export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

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
  | { readonly kind: "failed"; readonly reason: FailureReason };

export type RejectionReason =
  | "handshake"
  | "signature malformed"
  | "signature mismatch"
  | "payload"
  | "size"
  | "method"
  | "path";

export type FailureReason = "secret" | "table" | "time";

/** Meta's bodies reach 3 MB; the rest is room for another way of counting megabytes. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

const SIGNATURE_HEADER = "x-hub-signature-256";

/** The delivery in a request, or undefined when its body is too large. */
export function toDelivery(event: HttpEvent): Delivery | undefined {
  const text = event.body ?? "";
  const encoding = event.isBase64Encoded ? "base64" : "utf8";
  if (Buffer.byteLength(text, encoding) > MAX_BODY_BYTES) return undefined;
  return {
    body: Buffer.from(text, encoding),
    signatureHeader: findHeader(event.headers ?? {}, SIGNATURE_HEADER),
  };
}

function findHeader(
  headers: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  if (headers[name] !== undefined) return headers[name];
  const spelling = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return spelling === undefined ? undefined : headers[spelling];
}

const REJECTION_STATUS: Readonly<Record<RejectionReason, number>> = {
  handshake: 403,
  "signature malformed": 401,
  "signature mismatch": 401,
  payload: 400,
  size: 413,
  method: 405,
  path: 404,
};

const FAILURE_STATUS: Readonly<Record<FailureReason, number>> = {
  secret: 503,
  table: 500,
  time: 500,
};

/** Chooses the HTTP status; Meta takes exactly 200 for success and repeats everything else. */
export function toHttpResult(outcome: Outcome): HttpResult {
  switch (outcome.kind) {
    case "confirmed":
      return textResult(200, outcome.challenge);
    case "accepted":
      return textResult(200, "ok");
    case "rejected":
      return textResult(REJECTION_STATUS[outcome.reason], outcome.reason);
    case "failed":
      return textResult(FAILURE_STATUS[outcome.reason], "try again");
  }
}

function textResult(statusCode: number, body: string): HttpResult {
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    ...(statusCode === 405 && { allow: "GET, POST" }),
  };
  return { statusCode, headers, body };
}
