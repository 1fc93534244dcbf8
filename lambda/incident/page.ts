import { toNumberLabel } from "../alert/content/number-text.ts";
import type { Answer } from "../event/answer.ts";
import { toEventTexts } from "../event/event-texts.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { toAnswerWords, toEventWords, toNumber, toShortTime } from "../event/words.ts";
import { toDocument } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import type { Config } from "../shared/config.ts";
import { toOfferedAnswers } from "./answers.ts";
import { toForm } from "./form.ts";
import { toProtection } from "./protection.ts";
import { toStanding } from "./standing.ts";
import type { Submission } from "./submission.ts";

export type PageConfig = Pick<Config, "label" | "runbookUrl" | "numberLabels">;

export interface PageContent {
  readonly incident: StoredAlert;
  /** What happened to the number from this event on, oldest first. */
  readonly history: readonly SecurityEvent[];
  readonly config: PageConfig;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** An answer that was not taken, to be corrected. */
  readonly submission?: Submission | undefined;
}

/** What happened, how it stands, what to do, a form, and who has answered what. */
export function toIncidentPage(content: PageContent): string {
  const { incident, history, config, submission } = content;
  const offered = toOfferedAnswers(incident, history);
  const title = toEventWords(incident.event).title;
  const main = html`<main>
${toHeader(content)}
${toState(content, offered.length > 0 && incident.answers.length === 0)}
<div>
${toSteps(incident.event, config.runbookUrl)}
${toTimeline(incident.event, history)}
${toFacts(incident.event)}
</div>
<div class="answering">
${toSavedNote()}
${toAnswers(incident.answers)}
${offered.length > 0 && toForm(offered, submission)}
</div>
</main>`;
  const mark = incident.event.test ? "[TEST] " : "";
  return toDocument(`${mark}${title}, ${toNumber(incident.event)}`, main);
}

function toHeader({ incident: { event }, config }: PageContent): Html {
  const { title, meaning } = toEventWords(event);
  const name = toNumberLabel(event, config);
  return html`<header>
<p class="from">WhatsApp security alert · <bdi>${config.label}</bdi></p>
<h1>${event.test && "Test: "}${title}</h1>
<p class="number"><bdi>${toNumber(event)}</bdi>${name && html` · <bdi>${name}</bdi>`}</p>
${!event.test && html`<p>${meaning}</p>`}
</header>`;
}

function toState({ incident, history, now }: PageContent, asks: boolean): Html {
  const { tone, title, detail } = toStanding(incident, now);
  const events = history.length > 0 ? history : [incident.event];
  const protection = incident.event.test ? undefined : toProtection(events, incident.answers);
  return html`<section class="state wide ${tone}" aria-labelledby="state">
<h2 id="state"><bdi>${title}</bdi></h2>
${protection && html`<p class="strong"><bdi>${protection}</bdi></p>`}
<p>${detail}${asks && html`<br><a class="jump" href="#answer">Answer now</a>`}</p>
</section>`;
}

/** Shown where the address ends in #saved, as it does after an answer: that needs no script. */
function toSavedNote(): Html {
  return html`<section id="saved" class="state calm saved" aria-labelledby="stored" tabindex="-1">
<h2 id="stored">Your answer is stored</h2>
<p>Everybody who gets the alerts is told of it.</p>
</section>`;
}

function toSteps(event: SecurityEvent, runbookUrl: string): Html {
  const { steps, anchor } = toEventTexts(event);
  return html`<section class="card" aria-labelledby="steps">
<h2 id="steps">${event.test ? "What to do when it is not a test" : "What to do"}</h2>
<ol class="steps">${steps.map((step) => html`<li>${step}</li>`)}</ol>
${/^https?:/.test(runbookUrl) && html`<p><a href="${`${runbookUrl}#${anchor}`}" rel="noreferrer">The whole runbook</a></p>`}
</section>`;
}

function toTimeline(event: SecurityEvent, history: readonly SecurityEvent[]): Html {
  const events = history.length > 0 ? history : [event];
  return html`<section class="card" aria-labelledby="since">
<h2 id="since">What has happened to this number, in UTC</h2>
<ol class="times">${events.map(toMoment)}</ol>
</section>`;
}

function toMoment(event: SecurityEvent): Html {
  const at = event.sentAt ?? event.receivedAt;
  return html`<li><time datetime="${at}">${toShortTime(new Date(at))}</time> <span>${toEventWords(event).short}</span></li>`;
}

/** 2026-11-24 03:12 UTC, from ISO 8601. */
function toTime(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

function toFacts(event: SecurityEvent): Html {
  const facts: readonly (readonly [string, string | Html])[] = [
    ["Account", event.wabaId],
    ["Requested by", event.requester ? `Meta user ${event.requester}` : "not given"],
    ["Event", event.event ?? "not given"],
    ["Sent by Meta", event.sentAt ? toTime(event.sentAt) : String(event.time)],
    ["Received", toTime(event.receivedAt)],
  ];
  return html`<section class="card" aria-labelledby="facts">
<h2 id="facts">Details</h2>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>`)}</dl>
</section>`;
}

function toAnswers(answers: readonly Answer[]): Html | undefined {
  if (answers.length === 0) return undefined;
  return html`<section class="card" aria-labelledby="answers">
<h2 id="answers">Answers</h2>
<ol class="answers">${answers.map(toAnswer)}</ol>
</section>`;
}

function toAnswer({ name, answer, at, from }: Answer): Html {
  const source = from === "terminal" ? "from the terminal" : `from ${from}`;
  return html`<li><strong><bdi>${name}</bdi></strong>: ${toAnswerWords(answer).said}
<small>${toTime(at)}, ${source}</small></li>`;
}
