import type { AnswerKind } from "../../lambda/event/answer.ts";
import type { Item } from "../../lambda/event/event-item.ts";
import { PIN_FIELD } from "../../lambda/incident/pin-part.ts";
import { INCIDENT_PATH, STAGE_VARIABLE } from "../../lambda/shared/names.ts";
import { toEvents } from "./scenario.ts";
import type { OperatorRequest } from "./system.ts";

/** A request to the incident page of this event; without a name only a look at it. */
export interface Visit {
  readonly letter: string;
  readonly name?: string;
  readonly answer?: AnswerKind;
  /** From a terminal, with AWS credentials, and not by the link. */
  readonly isOperator?: true;
  /** How far the clock of the operator's computer is ahead. */
  readonly minutesAhead?: number;
  /** An operator who sets a PIN, a press of the page's button, or Lambda's delivery of one. */
  readonly pin?: "protect" | "press" | "link run";
  /** Whether the link is too old to be taken. */
  readonly isRefused?: true;
}

export function toVisitedRow({ letter }: Visit): string {
  const [event] = toEvents(letter);
  if (!event) throw new Error("A visit is to one event's page");
  return event.row;
}

/** What the visitor's browser sends to the address that a message about this item carries. */
export function toVisitRequest(visit: Visit, item: Item): object {
  const { name, answer = "planned", pin } = visit;
  if (visit.isOperator) return toOperatorRequest(visit, item);
  const { wabaId, eventKey, incidentCode } = item;
  const link = { w: wabaId?.S ?? "", k: eventKey?.S ?? "", c: incidentCode?.S ?? "" };
  const http = { method: name === undefined ? "GET" : "POST", sourceIp: "192.0.2.1" };
  return {
    rawPath: INCIDENT_PATH,
    rawQueryString: String(new URLSearchParams(link)),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    isBase64Encoded: false,
    requestContext: { http },
    ...(pin && { stageVariables: { [STAGE_VARIABLE.protectByLink]: "lambda" } }),
    ...(name !== undefined && {
      body: String(new URLSearchParams(pin ? { name, [PIN_FIELD]: "now" } : { name, answer })),
    }),
  };
}

function toOperatorRequest(
  { name = "", answer = "planned", minutesAhead = 0 }: Visit,
  { wabaId, eventKey }: Item,
): OperatorRequest {
  const id = { wabaId: wabaId?.S ?? "", eventKey: eventKey?.S ?? "" };
  return { operator: "answer", id, answer: { name, answer }, minutesAhead };
}
