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

/** What one process is asked to do; every reset request in it is another one. */
export interface Work {
  readonly first: RequestEvent;
  readonly single: readonly RequestEvent[];
  readonly thousand: RequestEvent;
  /** Of the relay, after an attack. */
  readonly ticks?: number;
}

export const CHANGES = 1000;

export function toWork(singles: number): Work {
  return {
    first: toRequest(toBody(0, 1)),
    single: Array.from({ length: singles }, (_, index) => toRequest(toBody(index + 1, 1))),
    thousand: toRequest(toBody(1_000_000, CHANGES)),
  };
}

/** So many deliveries of so many reset requests, each of a number of its own. */
export function toAttack(posts: number, changes: number): readonly RequestEvent[] {
  const toPhoneNumber = (index: number) => String(15_550_000_000 + index);
  return Array.from({ length: posts }, (_, index) =>
    toRequest(toBody(index * changes, changes, toPhoneNumber)),
  );
}

/** `changes` reset requests of one account, as Meta batches them. */
function toBody(
  number: number,
  changes: number,
  toPhoneNumber: (index: number) => string = () => "15550783881",
): string {
  const entry = Array.from({ length: changes }, (_, index) => ({
    id: "102290129340398",
    time: 1_739_321_024 + number + index,
    changes: [
      {
        field: "security",
        value: {
          display_phone_number: toPhoneNumber(number + index),
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
