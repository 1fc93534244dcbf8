import type { AnswerKind } from "../event/answer.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { toStory } from "../numbers/incident.ts";
import { findRepeating, toLinkScope, toOffered, waitsForLink } from "../numbers/offer.ts";
import { toLinkQuery } from "../outbox/link.ts";
import { type NumberFacts, readNumberFacts } from "../outbox/number-facts.ts";
import { publishAnswer } from "../outbox/publish-due.ts";
import type { PublishDeps } from "../outbox/run.ts";
import { findHeader, type HttpEvent, toBodyBytes } from "../shared/http.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC } from "../shared/metric-names.ts";
import { acknowledge, type Outcome } from "./acknowledge.ts";
import type { AnswerTable } from "./answer-table.ts";
import { openLink } from "./open-link.ts";
import { toIncidentPage } from "./page.ts";
import { type AskPinDeps, askForPin, isPinForm, readPinByLink } from "./pin-by-link.ts";
import { PIN_ANCHOR } from "./pin-part.ts";
import { parseSubmission } from "./submission.ts";

export interface RespondDeps extends PublishDeps, AskPinDeps {
  readonly answers: AnswerTable;
}

/** Every end that a request to /incident can come to. */
export type IncidentOutcome =
  | { readonly kind: "incident shown"; readonly page: string }
  | { readonly kind: "incident answered" | "new PIN asked for"; readonly location: string }
  | { readonly kind: "answer invalid"; readonly page: string }
  | { readonly kind: "rejected"; readonly reason: IncidentRejection }
  | { readonly kind: "failed"; readonly reason: "incident" };

type IncidentRejection = "link" | "incident method" | "size" | "content type";

const MAX_BODY_BYTES = 4 * 1024;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** Shows an incident to a person who has its link, and takes the person's answer. */
export async function respondToIncident(
  request: HttpEvent,
  deps: RespondDeps,
  invocation: Invocation,
): Promise<IncidentOutcome> {
  try {
    return await respond(request, deps, invocation);
  } catch (error) {
    invocation.metrics.addFailure(METRIC.incidentFailed, error);
    return { kind: "failed", reason: "incident" };
  }
}

function respond(
  request: HttpEvent,
  deps: RespondDeps,
  invocation: Invocation,
): Promise<IncidentOutcome> | IncidentOutcome {
  switch (request.requestContext.http.method) {
    case "GET":
      return show(request, deps);
    case "POST":
      return answer(request, deps, invocation);
    default:
      return { kind: "rejected", reason: "incident method" };
  }
}

/** Changes nothing: mail scanners open links. */
async function show(request: HttpEvent, deps: RespondDeps): Promise<IncidentOutcome> {
  const incident = await openLink(request, deps.table);
  if (!incident) return { kind: "rejected", reason: "link" };
  const facts = await readNumberFacts(incident, deps.table);
  const pin = await readPinByLink(request, incident, facts.history, deps);
  return { kind: "incident shown", page: toPage(incident, facts, deps, { pin }) };
}

async function answer(
  request: HttpEvent,
  deps: RespondDeps,
  invocation: Invocation,
): Promise<IncidentOutcome> {
  if (!findHeader(request, "content-type")?.match(FORM_TYPE)) {
    return { kind: "rejected", reason: "content type" };
  }
  const body = toBodyBytes(request, MAX_BODY_BYTES);
  if (!body) return { kind: "rejected", reason: "size" };
  const incident = await openLink(request, deps.table);
  if (!incident) return { kind: "rejected", reason: "link" };
  const facts = await readNumberFacts(incident, deps.table);
  const pin = await readPinByLink(request, incident, facts.history, deps);
  if (pin && isPinForm(body)) {
    const asked = await askForPin(body, request, incident, pin, deps);
    if (asked)
      return { kind: "answer invalid", page: toPage(incident, facts, deps, { pin: asked }) };
    return { kind: "new PIN asked for", location: toLocation(incident, PIN_ANCHOR) };
  }
  const submission = parseSubmission(body, toOfferedByLink(incident, facts, deps));
  if (!submission.isValid) {
    return { kind: "answer invalid", page: toPage(incident, facts, deps, { submission, pin }) };
  }
  const given = {
    name: submission.name,
    answer: submission.answer,
    at: new Date(deps.now()).toISOString(),
    from: request.requestContext.http.sourceIp ?? "unknown",
    origin: "link",
  } as const;
  const { outcome, announcedBy } = await acknowledge(incident, given, deps, invocation.metrics);
  // Stored, and so announced in any case: by the next tick if not now.
  if (announcedBy) await publishAnswer(announcedBy, { ...deps, invocation, taker: "request" });
  return { kind: "incident answered", location: toLocation(incident, ANCHORS[outcome]) };
}

/** Relative, so that it holds behind any domain; reloading it does not send the form again. */
function toLocation(incident: StoredAlert, anchor: string): string {
  return `?${toLinkQuery(incident)}#${anchor}`;
}

/** Where the page says what came of the answer. */
const ANCHORS: Readonly<Record<Outcome, string>> = {
  added: "saved",
  noted: "noted",
  repeated: "saved",
  refused: "answers",
};

function toOfferedByLink(
  incident: StoredAlert,
  { history }: NumberFacts,
  { now }: RespondDeps,
): readonly AnswerKind[] {
  const scope = toLinkScope(incident, findRepeating(incident, history), now());
  return toOffered(scope !== "nothing");
}

function toPage(
  incident: StoredAlert,
  facts: NumberFacts,
  deps: RespondDeps,
  more: Pick<Parameters<typeof toIncidentPage>[0], "submission" | "pin">,
): string {
  return toIncidentPage({
    incident,
    number: facts.state,
    story: toStory(facts.history, incident.event),
    offered: toOfferedByLink(incident, facts, deps),
    waitsForLink: waitsForLink(facts.history),
    config: deps.config,
    now: deps.now(),
    ...more,
  });
}
