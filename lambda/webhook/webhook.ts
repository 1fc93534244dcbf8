import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SNSClient } from "@aws-sdk/client-sns";
import { createAlertTopic } from "../alert/alert-topic.ts";
import { createAnswerTable } from "../incident/answer-table.ts";
import { createLinkRuns } from "../incident/link-runs.ts";
import type { StartLinkRun } from "../incident/pin-by-link.ts";
import { type RespondDeps, respondToIncident } from "../incident/respond.ts";
import { createEventTable } from "../outbox/event-table.ts";
import { createOutbox } from "../outbox/outbox.ts";
import { createPace } from "../outbox/pace.ts";
import { relayOutbox } from "../outbox/relay.ts";
import type { Config } from "../shared/config.ts";
import type { HttpEvent, HttpResult } from "../shared/http.ts";
import { createInvocation, type Invocation, type LambdaContext } from "../shared/invocation.ts";
import { isRecord } from "../shared/json.ts";
import { createLog } from "../shared/log.ts";
import { METRIC } from "../shared/metric-names.ts";
import { FUNCTION, INCIDENT_PATH, WEBHOOK_PATH } from "../shared/names.ts";
import { type Outcome, toHttpResult } from "./delivery.ts";
import { confirmSubscription } from "./handshake.ts";
import { type ReceiveDeps, receive } from "./receive.ts";
import { createReporter, type Reporter } from "./report.ts";
import { createSecretStore } from "./secrets.ts";

export interface WebhookDeps {
  readonly config: Config;
  readonly dynamodb: Pick<DynamoDBClient, "send">;
  readonly sns: Pick<SNSClient, "send">;
  /** The secret's text: `{"verifyToken":"…","appSecrets":["…"]}`. */
  readonly readSecret: () => Promise<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newToken: () => string;
  /** 128 random bits, base64url. */
  readonly newIncidentCode: () => string;
  /** Absent: no link's holder may ask for a new PIN. */
  readonly startLinkRun?: StartLinkRun;
  readonly writeLine: (line: string) => void;
  /** Waits for that many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

type App = ReceiveDeps & RespondDeps;

/**
 * The whole application: an API Gateway request (payload format 2.0) gets its answer, EventBridge's
 * scheduled event relays the outbox. Throws only when a tick cannot read the outbox.
 */
export type Webhook = (event: unknown, context: LambdaContext) => Promise<HttpResult | undefined>;

export function createWebhook(deps: WebhookDeps): Webhook {
  const { config, now, newToken, newIncidentCode, startLinkRun, pause } = deps;
  const inTable = { client: deps.dynamodb, ...config };
  const log = createLog({ ...deps, functionName: config.functionName });
  const app: App = {
    config,
    now,
    newToken,
    newIncidentCode,
    startLinkRun,
    pause,
    linkRuns: createLinkRuns(inTable),
    table: createEventTable(inTable),
    answers: createAnswerTable(inTable),
    outbox: createOutbox(inTable),
    pace: createPace(inTable),
    topic: createAlertTopic({ client: deps.sns, topicArn: config.alertTopicArn }),
    secrets: createSecretStore({ ...deps, log }),
  };
  const report = createReporter({ log, now });

  return async (event, context) => {
    if (isScheduledTick(event)) {
      return tick(app, report, createInvocation(context, FUNCTION.timeoutSeconds));
    }
    if (!isHttpEvent(event)) throw new Error("The event is neither a request nor a scheduled tick");
    const invocation = createInvocation(context, FUNCTION.requestSeconds);
    const outcome = await answer(event, app, invocation);
    report.outcome(outcome, invocation);
    const result = toHttpResult(outcome);
    return event.requestContext.http.method === "HEAD" ? { ...result, body: "" } : result;
  };
}

async function tick(app: App, report: Reporter, invocation: Invocation): Promise<undefined> {
  let counted: "all" | "at least" = "at least";
  try {
    counted = await relayOutbox({ ...app, invocation, taker: "tick" });
  } catch (error) {
    invocation.metrics.addFailure(METRIC.relayFailed, error);
    throw new Error("The outbox could not be read", { cause: error });
  } finally {
    await app.secrets.refresh();
    report.tick(invocation, counted);
  }
}

async function answer(request: HttpEvent, app: App, invocation: Invocation): Promise<Outcome> {
  if (request.rawPath.endsWith(INCIDENT_PATH)) return respondToIncident(request, app, invocation);
  if (!request.rawPath.endsWith(WEBHOOK_PATH)) return { kind: "rejected", reason: "path" };
  switch (request.requestContext.http.method) {
    case "GET":
      return confirmSubscription(request.rawQueryString, app.secrets);
    case "POST":
      return receive(request, app, invocation);
    default:
      return { kind: "rejected", reason: "method" };
  }
}

function isScheduledTick(event: unknown): boolean {
  return isRecord(event) && event.source === "aws.events";
}

function isHttpEvent(event: unknown): event is HttpEvent {
  if (!isRecord(event) || typeof event.rawPath !== "string") return false;
  return isRecord(event.requestContext) && isRecord(event.requestContext.http);
}
