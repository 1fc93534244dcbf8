import { createHmac } from "node:crypto";

const APP_SECRET = "0123456789abcdef0123456789abcdef";
export const SECRET_TEXT = JSON.stringify({ verifyToken: "verify", appSecrets: [APP_SECRET] });

/** API Gateway's event (HTTP API, payload format 2.0) with the fields that Lambda would hand over. */
export interface RequestEvent {
  readonly version: "2.0";
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: { readonly http: { readonly method: string; readonly path: string } };
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** What one process is asked to do. */
export interface Work {
  readonly posts: readonly RequestEvent[];
  /** Of the relay, after them. */
  readonly ticks: number;
}

/** So many deliveries of so many reset requests, each of a number of its own. */
export function toPosts(posts: number, changes: number): readonly RequestEvent[] {
  return Array.from({ length: posts }, (_, index) => toRequest(toBody(index * changes, changes)));
}

/** `changes` reset requests of one account, as Meta batches them. */
function toBody(first: number, changes: number): string {
  const entry = Array.from({ length: changes }, (_, index) => ({
    id: "102290129340398",
    time: 1_739_321_024 + first + index,
    changes: [
      {
        field: "security",
        value: {
          display_phone_number: String(15_550_000_000 + first + index),
          event: "PIN_RESET_REQUEST",
          requester: "61555822107539",
        },
      },
    ],
  }));
  return JSON.stringify({ object: "whatsapp_business_account", entry });
}

function toRequest(body: string): RequestEvent {
  const signature = createHmac("sha256", APP_SECRET).update(body).digest("hex");
  return {
    version: "2.0",
    rawPath: "/webhook",
    rawQueryString: "",
    headers: {
      "content-type": "application/json",
      "user-agent": "facebookexternalua",
      "x-hub-signature-256": `sha256=${signature}`,
    },
    requestContext: { http: { method: "POST", path: "/webhook" } },
    body,
    isBase64Encoded: false,
  };
}
