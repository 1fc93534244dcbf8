import { hash, timingSafeEqual } from "node:crypto";
import type { Answer } from "../event/answer.ts";
import { toKeyText } from "../event/event-key.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { type ClaimDeps, publishAnswer } from "../outbox/claim-due.ts";
import { toLinkQuery } from "../outbox/link.ts";
import { findHeader, type HttpEvent, onlyValue, toBodyBytes } from "../shared/http.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC } from "../shared/names.ts";
import { acknowledge } from "./acknowledge.ts";
import type { AnswerTable } from "./answer-table.ts";
import { toOfferedAnswers } from "./answers.ts";
import { toIncidentPage } from "./page.ts";
import { parseSubmission, type Submission } from "./submission.ts";

export interface RespondDeps extends ClaimDeps {
  readonly answers: AnswerTable;
}

/** Every end that a request to /incident can come to. */
export type IncidentOutcome =
  | { readonly kind: "incident shown"; readonly page: string }
  | { readonly kind: "incident answered"; readonly location: string }
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
  const incident = await openLink(request, deps);
  if (!incident) return { kind: "rejected", reason: "link" };
  const history = await readHistory(incident, deps);
  return { kind: "incident shown", page: toPage(incident, history, deps) };
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
  const incident = await openLink(request, deps);
  if (!incident) return { kind: "rejected", reason: "link" };

  const history = await readHistory(incident, deps);
  const submission = parseSubmission(body, toOfferedAnswers(incident, history.events));
  if (!submission.isValid) {
    return { kind: "answer invalid", page: toPage(incident, history, deps, submission) };
  }
  const given = {
    name: submission.name,
    answer: submission.answer,
    at: new Date(deps.now()).toISOString(),
    from: request.requestContext.http.sourceIp ?? "unknown",
    origin: "link",
  } as const;
  const acknowledged = await acknowledge(incident, given, deps, invocation.metrics);
  // Stored, and so announced in any case: by the next tick if not now.
  if (acknowledged === "added") await publishAnswer(incident.event, deps, invocation);
  // Relative, so that it holds behind any domain; a reload of what it leads to answers nothing.
  const anchor = acknowledged === "refused" ? "answers" : "saved";
  return { kind: "incident answered", location: `?${toLinkQuery(incident)}#${anchor}` };
}

/** A number's newest events. */
const HISTORY = 50;

/** What happened to the number from this alert on, oldest first; empty where it has no number. */
interface History {
  readonly events: readonly SecurityEvent[];
  readonly answers: readonly Answer[];
}

async function readHistory(incident: StoredAlert, { table }: RespondDeps): Promise<History> {
  const { event, alert, answers } = incident;
  if (!event.displayPhoneNumber || event.test) return { events: [], answers };
  const newest = await table.numberHistory(event.displayPhoneNumber, HISTORY);
  const later = newest.filter(
    ({ event: other }) =>
      !other.test && other.time >= event.time && other.eventKey !== event.eventKey,
  );
  const events = [event, ...later.map((stored) => stored.event).toReversed()];
  // People answer the alert that repeats in the place of a superseded one.
  const isAnsweredElsewhere = alert === "superseded" && answers.length === 0;
  const answered = isAnsweredElsewhere
    ? later.find((stored) => stored.answers.length > 0)
    : undefined;
  return { events, answers: answered?.answers ?? answers };
}

function toPage(
  incident: StoredAlert,
  { events, answers }: History,
  { config, now }: RespondDeps,
  submission?: Submission,
): string {
  const shown = { ...incident, answers };
  return toIncidentPage({ incident: shown, history: events, config, now: now(), submission });
}

/**
 * The incident that a link is for. Whatever is wrong with the link, it costs the same one read and
 * one comparison.
 */
async function openLink(
  { rawQueryString }: HttpEvent,
  { table }: RespondDeps,
): Promise<StoredAlert | undefined> {
  const query = new URLSearchParams(rawQueryString);
  const incident = await table.find({
    wabaId: toKeyText(onlyValue(query, "w") ?? ""),
    eventKey: toKeyText(onlyValue(query, "k") ?? ""),
  });
  const isOurs = isSameCode(onlyValue(query, "c"), incident?.incidentCode);
  return isOurs ? incident : undefined;
}

/** Digests are compared, so that neither the length nor the first difference shows in time. */
function isSameCode(given: string | undefined, known: string | undefined): boolean {
  const isSame = timingSafeEqual(digest(String(given)), digest(String(known)));
  return isSame && known !== undefined;
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
