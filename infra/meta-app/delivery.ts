import { createHmac } from "node:crypto";
import { toNetworkReason } from "../../lambda/shared/sentence.ts";
import { UserError } from "../cli/errors.ts";

/** What drills begin their requester with. */
export const DRILL_PREFIX = "drill-";

/** Changes of one account and number, one a second. */
export interface Sample {
  readonly event: string;
  readonly wabaId: string;
  readonly phone: string;
  /** Meta documents it for reset requests only. */
  readonly requester?: string | undefined;
  /** Unix seconds of the first. */
  readonly time: number;
  readonly count: number;
}

/** Meta sends at most this many updates in one POST. */
const BATCH = 1_000;

/** The bodies that Meta would send for it, each batch an entry a change. */
export function toBodies({ count, time, ...sample }: Sample): string[] {
  const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, index) => index * BATCH);
  return starts.map((start) => {
    const length = Math.min(BATCH, count - start);
    const times = Array.from({ length }, (_, index) => time + start + index);
    return toWireText({
      object: "whatsapp_business_account",
      entry: times.map((entryTime) => toEntry(sample, entryTime)),
    });
  });
}

function toEntry(
  { event, wabaId, phone, requester }: Omit<Sample, "time" | "count">,
  time: number,
) {
  const value = { display_phone_number: phone, event, ...(requester && { requester }) };
  return { id: wabaId, time, changes: [{ field: "security", value }] };
}

/** Compact JSON in which Meta escapes what is not ASCII. */
export function toWireText(payload: unknown): string {
  return JSON.stringify(payload).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The header X-Hub-Signature-256. */
export function toSignature(body: string, appSecret: string): string {
  return `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`;
}

export interface DeliveryAnswer {
  readonly status: number;
  /** At most 500 characters of it. */
  readonly text: string;
}

const TIMEOUT_MS = 30_000;

/** Posts as Meta does, following no redirect. Throws a UserError when nothing answers. */
export async function post(url: string, body: string, signature: string): Promise<DeliveryAnswer> {
  const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const init = { method: "POST", headers, body, redirect: "manual", signal } as const;
  try {
    const response = await fetch(url, init);
    return { status: response.status, text: (await response.text()).slice(0, 500) };
  } catch (error) {
    throw new UserError(`${url} does not answer (${toNetworkReason(error)}).`);
  }
}
