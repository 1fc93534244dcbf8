import { type Payload, parsePayload } from "../event/payload.ts";
import { type Receipt, type SecurityEvent, toSecurityEvent } from "../event/security-event.ts";
import { publishDelivered } from "../outbox/publish-due.ts";
import { type RecordDeps, recordAll } from "../outbox/record.ts";
import type { HttpEvent } from "../shared/http.ts";
import type { Invocation } from "../shared/invocation.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import { METRIC } from "../shared/metric-names.ts";
import { type Delivery, type Outcome, type RejectionReason, toDelivery } from "./delivery.ts";
import type { SecretStore, Secrets } from "./secrets.ts";
import { parseSignature, verifySignature } from "./signature.ts";

export interface ReceiveDeps extends RecordDeps {
  readonly secrets: SecretStore;
}

/** One delivery, in order: only Meta is accepted, every change is stored, every reset alerts. */
export async function receive(
  request: HttpEvent,
  deps: ReceiveDeps,
  invocation: Invocation,
): Promise<Outcome> {
  const receivedAt = deps.now();
  const delivery = toDelivery(request);
  if (!delivery) return rejected("size");
  const signature = parseSignature(delivery.signatureHeader);
  if (!signature) return rejected("signature malformed");

  const appSecretIndex = await deps.secrets.match((secrets) =>
    findAppSecret(secrets, delivery.body, signature),
  );
  if (appSecretIndex === undefined) {
    if (!deps.secrets.hasAppSecret()) return { kind: "failed", reason: "secret" };
    return rejected(isFromMeta(delivery) ? "signature mismatch" : "foreign signature mismatch");
  }
  invocation.metrics.sample(METRIC.matchedSecretIndex, appSecretIndex);

  const payload = parsePayload(delivery.body);
  if (!payload) return rejected("payload");
  const events = toSecurityEvents(payload, { receivedAt, appSecretIndex }, invocation.metrics);

  const run = { ...deps, invocation, taker: "request" } as const;
  const { claimed, incomplete } = await recordAll(events, run);
  await publishDelivered(claimed, run);
  return incomplete ? { kind: "failed", reason: incomplete } : { kind: "accepted" };
}

function rejected(reason: RejectionReason): Outcome {
  return { kind: "rejected", reason };
}

/** A body of Meta's form with a wrong signature means that its app secret is not saved here. */
function isFromMeta({ body }: Delivery): boolean {
  return /"object"\s*:\s*"whatsapp_business_account"/.test(body.toString("latin1"));
}

function findAppSecret(
  { appSecrets }: Secrets,
  body: Buffer,
  signature: Buffer,
): number | undefined {
  const index = appSecrets.findIndex((secret) => verifySignature(body, signature, secret));
  return index === -1 ? undefined : index;
}

/** Every change of the field `security`; everything else is counted. */
function toSecurityEvents(
  payload: Payload,
  receipt: Receipt,
  metrics: InvocationMetrics,
): SecurityEvent[] {
  const events: SecurityEvent[] = [];
  for (const entry of payload.entries) {
    if (entry.valuesMissing) metrics.add(METRIC.valuesMissing);
    for (const change of entry.changes) {
      if (change.field === "security") events.push(toSecurityEvent(entry, change, receipt));
      else metrics.add(METRIC.ignoredField);
    }
  }
  if (payload.malformed > 0) metrics.addFailure(METRIC.quarantined, "malformed", payload.malformed);
  return events;
}
