import { toNumberLabel } from "../alert/content/number-text.ts";
import type { Answer, AnswerKind } from "../event/answer.ts";
import { toInstant } from "../event/event-time.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { toAnswerWords, toEventWords, toNumber } from "../event/words.ts";
import type { Story } from "../numbers/incident.ts";
import type { NumberState } from "../numbers/number-state.ts";
import { toDocument } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import type { Config } from "../shared/config.ts";
import { toShortTime } from "../shared/time-text.ts";
import { toForm } from "./form.ts";
import { toStanding } from "./standing.ts";
import { toStepsPart } from "./steps.ts";
import { toStoredNotes } from "./stored-notes.ts";
import type { Submission } from "./submission.ts";

export type PageConfig = Pick<
  Config,
  "label" | "runbookUrl" | "numberLabels" | "stackName" | "protect"
>;

export interface PageContent {
  readonly incident: StoredAlert;
  readonly number: NumberState;
  /** What happened to the number around this alert, and what people answered. */
  readonly story: Story;
  /** What the link's holder can answer. */
  readonly offered: readonly AnswerKind[];
  readonly config: PageConfig;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** An answer that was not taken, to be corrected. */
  readonly submission?: Submission | undefined;
}

/** What happened and how it stands in one box, what to do, the form; then history and ids. */
export function toIncidentPage(content: PageContent): string {
  const { incident, story, config } = content;
  const { event } = incident;
  const main = html`<main class="incident">
${toBox(content)}
${toStoredNotes(story.answers.at(-1) ?? incident.answers.at(-1))}
${toStepsPart(event, config)}
${toAnswering(content)}
<div class="more">
${toTimeline(content)}
${toFacts(content)}
</div>
</main>`;
  const mark = event.test ? "[TEST] " : "";
  return toDocument(`${mark}${toEventWords(event).title}, ${toNumber(event)}`, main);
}

/** What a woken person needs first, on the colour of how serious it is. */
function toBox({ incident, number, story, config, now }: PageContent): Html {
  const { event } = incident;
  const { tone, title, detail } = toStanding({ ...incident, answers: story.answers }, now);
  const protection = event.test ? undefined : number.sentence;
  const name = toNumberLabel(event, config);
  return html`<header class="state ${tone}">
<p class="from">WhatsApp security alert · <bdi>${config.label}</bdi></p>
<h1>${event.test && "Test: "}${toEventWords(event).title}</h1>
<p class="number">${name && html`<strong><bdi>${name}</bdi></strong> · `}<bdi>${toNumber(event)}</bdi></p>
${protection && html`<p class="strong"><bdi>${protection}</bdi></p>`}
<p><bdi>${title}</bdi>. ${detail}</p>
</header>`;
}

function toAnswering({ story: { answers }, offered, submission }: PageContent): Html {
  return html`<div class="answering">
${answers.length > 0 && toAnswers(answers)}
${offered.length > 0 && toForm(offered, { given: submission, isFolded: answers.length > 0 })}
</div>`;
}

function toAnswers(answers: readonly Answer[]): Html {
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

function toTimeline({ incident: { event }, story, now }: PageContent): Html {
  const events = story.events.length > 0 ? story.events : [event];
  return html`<section class="card" aria-labelledby="since">
<h2 id="since">What happened to this number, in UTC</h2>
<ol class="times">${events.map((each) => toMoment(each, now))}</ol>
${!event.test && html`<p>${toEventWords(event).meaning}</p>`}
</section>`;
}

function toMoment(event: SecurityEvent, now: number): Html {
  const at = toInstant(event);
  return html`<li><time datetime="${new Date(at).toISOString()}">${toShortTime(at, now)}</time> <span>${toEventWords(event).short}</span></li>`;
}

/** 2026-11-24 03:12 UTC, from ISO 8601. */
function toTime(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

function toFacts({ incident: { event }, story }: PageContent): Html {
  const requester = story.requester ?? event.requester;
  const facts: readonly (readonly [string, string | Html])[] = [
    ["Account", event.wabaId],
    ["Requested by", requester ? `Meta user ${requester}` : "not given"],
    ["Event", event.event ?? "not given"],
    ["Sent by Meta", event.sentAt ? toTime(event.sentAt) : String(event.time)],
    ["Received", toTime(event.receivedAt)],
  ];
  return html`<section class="card" aria-labelledby="facts">
<h2 id="facts">Details</h2>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>`)}</dl>
</section>`;
}
