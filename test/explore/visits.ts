import type { AnswerKind } from "../../lambda/event/answer.ts";
import type { Item } from "../../lambda/event/event-item.ts";
import { INCIDENT_PATH } from "../../lambda/shared/names.ts";
import { toEvents } from "./scenario.ts";

/** A request to the incident page of this event; without a name only a look at it. */
export interface Visit {
  readonly letter: string;
  readonly name?: string;
  readonly answer?: AnswerKind;
}

export function toVisitedRow({ letter }: Visit): string {
  const [event] = toEvents(letter);
  if (!event) throw new Error("A visit is to one event's page");
  return event.row;
}

/** What the visitor's browser sends to the address that a message about this item carries. */
export function toVisitRequest({ name, answer = "planned" }: Visit, item: Item): object {
  const { wabaId, eventKey, incidentCode } = item;
  const link = { w: wabaId?.S ?? "", k: eventKey?.S ?? "", c: incidentCode?.S ?? "" };
  const http = { method: name === undefined ? "GET" : "POST", sourceIp: "192.0.2.1" };
  return {
    rawPath: INCIDENT_PATH,
    rawQueryString: String(new URLSearchParams(link)),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    isBase64Encoded: false,
    requestContext: { http },
    ...(name !== undefined && { body: String(new URLSearchParams({ name, answer })) }),
  };
}
