import { toHeadlines } from "../../lambda/checks/headlines.ts";
import { toOverview } from "../../lambda/checks/overview.ts";
import type { Answer } from "../../lambda/event/answer.ts";
import type { EventId } from "../../lambda/event/event-item.ts";
import { acknowledge } from "../../lambda/incident/acknowledge.ts";
import { createAnswerTable } from "../../lambda/incident/answer-table.ts";
import type { StartLinkRun } from "../../lambda/incident/pin-by-link.ts";
import { createEventTable } from "../../lambda/outbox/event-table.ts";
import { toOverviewParts } from "../../lambda/page/overview-parts.ts";
import { createInvocationMetrics } from "../../lambda/shared/invocation-metrics.ts";
import { toReport } from "../../lambda/watchdog/report.ts";
import {
  createWebhook as createFunction,
  type Webhook,
  type WebhookDeps,
} from "../../lambda/webhook/webhook.ts";
import { createPinFunction, type PinRequest } from "./pins.ts";

/** What is asked for with AWS credentials: an answer, or an overview of a number. */
export type OperatorRequest =
  | {
      readonly operator: "answer";
      readonly id: EventId;
      readonly answer: Pick<Answer, "name" | "answer">;
      /** How far the clock of the operator's computer is ahead. */
      readonly minutesAhead: number;
    }
  | { readonly operator: "overview"; readonly displayPhoneNumber: string };

/** What every overview, report and mail says of a number. */
export interface View {
  readonly state: string;
  readonly sentence: string;
  readonly isUnanswered: boolean;
  readonly headlineTone: string;
  /** The rows of widget and overview, and the report. */
  readonly texts: readonly string[];
}

/** The webhook function, and beside it what an operator does to the same table. */
export function createWebhook(deps: WebhookDeps): Webhook {
  // Made where it is asked for: the function is started again for each of its histories.
  const pins = () => createPinFunction(deps);
  const startLinkRun: StartLinkRun = (...asked) => pins().startLinkRun(...asked);
  const webhook = createFunction({ ...deps, startLinkRun });
  const inTable = { client: deps.dynamodb, tableName: deps.config.tableName };
  const table = createEventTable(inTable);
  const alerts = { table, answers: createAnswerTable({ ...inTable, retentionDays: "unknown" }) };

  async function answer({ id, answer, minutesAhead }: AnswerRequest): Promise<number> {
    const stored = await table.find(id);
    if (!stored || stored.alert === "pending") return 400;
    const at = new Date(deps.now() + minutesAhead * 60_000).toISOString();
    const given = { ...answer, at, from: "terminal", origin: "terminal" } as const;
    const { outcome } = await acknowledge(stored, given, alerts, createInvocationMetrics());
    return outcome === "refused" ? 400 : 303;
  }

  async function look(displayPhoneNumber: string): Promise<View> {
    const overview = toOverview({
      at: deps.now(),
      checks: [],
      history: await table.numberHistory(displayPhoneNumber),
      pins: [],
      numberLabels: {},
      alertSubscribers: [],
      operationsSubscribers: undefined,
      lastTest: undefined,
    });
    const { state = "", sentence = "", incident } = overview.numbers[0] ?? {};
    return {
      state,
      sentence,
      isUnanswered: incident !== undefined,
      headlineTone: toHeadlines(overview)[0].tone,
      texts: [
        toOverviewParts({ overview, toNumber: (number) => number }).markup,
        toReport(overview, ""),
      ],
    };
  }

  return async (event, context) => {
    if (isPinRequest(event)) {
      await pins().setPin(event);
      return { statusCode: 303, headers: {}, body: "" };
    }
    if (!isOperatorRequest(event)) return webhook(event, context);
    if (event.operator === "answer") {
      return { statusCode: await answer(event), headers: {}, body: "" };
    }
    const view = await look(event.displayPhoneNumber);
    return { statusCode: 200, headers: {}, body: JSON.stringify(view) };
  };
}

type AnswerRequest = Extract<OperatorRequest, { readonly operator: "answer" }>;

function isOperatorRequest(event: unknown): event is OperatorRequest {
  return Object.hasOwn(Object(event), "operator");
}

function isPinRequest(event: unknown): event is PinRequest {
  return Object.hasOwn(Object(event), "pin");
}
