import { hash, timingSafeEqual } from "node:crypto";
import type { Answer } from "../event/answer.ts";
import { toKeyText } from "../event/event-key.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import { findHeader, type HttpEvent, onlyValue, toBodyBytes } from "../shared/http.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import { toOfferedAnswers } from "./answers.ts";
import type { Incident } from "./incident.ts";
import { type PageConfig, toIncidentPage } from "./page.ts";
import { parseSubmission, type Submission } from "./submission.ts";

export type Acknowledged = "added" | "repeated" | "full";

export interface IncidentDeps {
  /** One read. */
  readonly findIncident: (id: {
    readonly wabaId: string;
    readonly eventKey: string;
  }) => Promise<Incident | undefined>;
  /** What happened to the event's number from it on, oldest first, itself included. */
  readonly numberHistory: (event: SecurityEvent) => Promise<readonly SecurityEvent[]>;
  /** Appends the answer to this incident and to every open one of its number. */
  readonly acknowledge: (
    incident: Incident,
    answer: Answer,
    metrics: InvocationMetrics,
  ) => Promise<Acknowledged>;
  readonly config: PageConfig;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
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
  deps: IncidentDeps,
  metrics: InvocationMetrics,
): Promise<IncidentOutcome> {
  switch (request.requestContext.http.method) {
    case "GET":
    case "HEAD":
      return show(request, deps);
    case "POST":
      return acknowledge(request, deps, metrics);
    default:
      return { kind: "rejected", reason: "incident method" };
  }
}

/** Changes nothing: mail scanners open links. */
async function show(request: HttpEvent, deps: IncidentDeps): Promise<IncidentOutcome> {
  const incident = await openLink(request, deps);
  if (!incident) return { kind: "rejected", reason: "link" };
  const history = await deps.numberHistory(incident.event);
  return { kind: "incident shown", page: toPage(incident, history, deps) };
}

async function acknowledge(
  request: HttpEvent,
  deps: IncidentDeps,
  metrics: InvocationMetrics,
): Promise<IncidentOutcome> {
  if (!FORM_TYPE.test(findHeader(request, "content-type") ?? "")) {
    return { kind: "rejected", reason: "content type" };
  }
  const body = toBodyBytes(request, MAX_BODY_BYTES);
  if (!body) return { kind: "rejected", reason: "size" };
  const incident = await openLink(request, deps);
  if (!incident) return { kind: "rejected", reason: "link" };

  const history = await deps.numberHistory(incident.event);
  const submission = parseSubmission(body, toOfferedAnswers(incident, history));
  if (!submission.isValid) {
    return { kind: "answer invalid", page: toPage(incident, history, deps, submission) };
  }
  const { name, answer } = submission;
  const at = new Date(deps.now()).toISOString();
  const from = request.requestContext.http.sourceIp ?? "unknown";
  const acknowledged = await deps.acknowledge(incident, { name, answer, at, from }, metrics);
  // Relative, so that it holds behind any domain; a reload of what it leads to answers nothing.
  const anchor = acknowledged === "full" ? "answers" : "saved";
  return { kind: "incident answered", location: `?${request.rawQueryString ?? ""}#${anchor}` };
}

function toPage(
  incident: Incident,
  history: readonly SecurityEvent[],
  { config, now }: IncidentDeps,
  submission?: Submission,
): string {
  return toIncidentPage({ incident, history, config, now: now(), submission });
}

/**
 * The incident that a link is for. Whatever is wrong with the link, it costs the same one read and
 * one comparison.
 */
async function openLink(
  { rawQueryString = "" }: HttpEvent,
  { findIncident }: IncidentDeps,
): Promise<Incident | undefined> {
  const query = new URLSearchParams(rawQueryString);
  const incident = await findIncident({
    wabaId: toKeyText(onlyValue(query, "w") ?? ""),
    eventKey: toKeyText(onlyValue(query, "k") ?? ""),
  });
  const isOurs = isSameCode(onlyValue(query, "c") ?? "", incident?.code ?? "");
  return isOurs ? incident : undefined;
}

/** Digests are compared, so that neither the length nor the first difference shows in time. */
function isSameCode(given: string, known: string): boolean {
  const isSame = timingSafeEqual(digest(given), digest(known));
  return isSame && known !== "";
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
