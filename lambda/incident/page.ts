import { toNumberLabel } from "../alert/content/number-text.ts";
import type { Answer } from "../event/answer.ts";
import { isSame } from "../event/event-item.ts";
import { toInstant } from "../event/event-time.ts";
import { toEventWords } from "../event/event-words.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import { toNumber } from "../event/words.ts";
import { toSaid } from "../numbers/alert-status.ts";
import type { NumberState } from "../numbers/number-state.ts";
import { toEffect } from "../numbers/order.ts";
import { toDocument } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { toClock, toShortTime } from "../shared/time-text.ts";
import { toForm } from "./form.ts";
import { toNoAnswerPart } from "./no-answer.ts";
import type { PageContent } from "./page-content.ts";
import { toPinPart } from "./pin-part.ts";
import { toIncidentStatus } from "./status.ts";
import { toStepsPart } from "./steps.ts";
import { toStoredNotes } from "./stored-notes.ts";

/** In one box what happened and its state; then what to do, the form, the history and ids. */
export function toIncidentPage(content: PageContent): string {
  const event = findWorst(content);
  const title = `${event.test ? "Test: " : ""}${toEventWords(event).title}`;
  const main = html`<main class="incident">
${toBox(content, title)}
${toStoredNotes(content)}
${toStepsPart(event, content.config)}
${toAnswering(content)}
<div class="more">
${toTimeline(content, toEventWords(event).meaning)}
${toFacts(content)}
</div>
</main>`;
  return toDocument(`${title}, ${toNumber(event)}`, main);
}

/** What the page is about: the same behind each link of an incident, also when it has ended. */
function findWorst({ incident: { event }, number, story }: PageContent): SecurityEvent {
  const open = number.incident;
  const isOff = number.state === "UNPROTECTED" && !event.test;
  return (
    (open && story.events.find((each) => isSame(each, open))) ??
    (isOff ? story.events.findLast((each) => toEffect(each) === "off") : undefined) ??
    event
  );
}

/** What somebody who was just woken needs first, in the colour of its severity. */
function toBox(content: PageContent, title: string): Html {
  const { number, config, now } = content;
  const { event } = content.incident;
  const { tone, text } = toIncidentStatus(content, now);
  const name = toNumberLabel(event, config);
  return html`<header class="state ${tone}">
<p class="from">WhatsApp security alert · <bdi>${config.label}</bdi></p>
<h1>${title}</h1>
<p class="number">${name && html`<strong><bdi>${name}</bdi></strong> · `}<bdi>${toNumber(event)}</bdi></p>
${!event.test && toStatePart(number, now)}
<p><bdi>${text}</bdi></p>
</header>`;
}

function toStatePart({ sentence, since }: NumberState, now: number): Html {
  const when = since === undefined ? "" : ` Since ${toClock(since, now)} UTC.`;
  return html`<p class="strong"><bdi>${sentence}</bdi>${when}</p>`;
}

function toAnswering(content: PageContent): Html {
  const { offered, submission, pin, now } = content;
  const { answers } = content.story;
  return html`<div class="answering">${pin && toPinPart(pin, now)}
${answers.length > 0 && toAnswers(answers, now)}
${toNoAnswerPart(content)}${offered.length > 0 && toForm(offered, { given: submission, isFolded: answers.length > 0 })}
</div>`;
}

function toAnswers(answers: readonly Answer[], now: number): Html {
  return html`<section class="card" aria-labelledby="answers">
<h2 id="answers">Answers</h2>
<ol class="answers">${answers.map((answer) => toAnswer(answer, now))}</ol>
</section>`;
}

function toAnswer(answer: Answer, now: number): Html {
  const { name, at, from } = answer;
  return html`<li><strong><bdi>${name}</bdi></strong>: ${toSaid(answer)}
<small>${toTime(Date.parse(at), now)}, from ${from}</small></li>`;
}

function toTimeline({ incident, story, now }: PageContent, meaning: string): Html {
  const events = story.events.length > 0 ? story.events : [incident.event];
  return html`<section class="card" aria-labelledby="since">
<h2 id="since">What happened to this number</h2>
<ol class="times">${events.map((event) => {
    return html`<li>${toTime(toInstant(event), now)} <span>${toEventWords(event).short}</span></li>`;
  })}</ol>
${!incident.event.test && html`<p>${meaning}</p>`}
</section>`;
}

/** 24 Nov, 03:12 UTC: with the year when that is not this one. */
function toTime(at: number, now: number): Html {
  const text = `${toShortTime(at, now)} UTC`;
  if (Number.isNaN(new Date(at).getTime())) return html`${text}`;
  return html`<time datetime="${new Date(at).toISOString()}">${text}</time>`;
}

function toFacts({ incident: { event }, story, now }: PageContent): Html {
  const requester = story.requester ?? event.requester;
  const facts: readonly (readonly [string, string | Html])[] = [
    ["Account", event.wabaId],
    ["Requested by", requester ? `Meta user ${requester}` : "not given"],
    ["Event", event.event ?? "not given"],
    ["Sent by Meta", event.sentAt ? toTime(Date.parse(event.sentAt), now) : String(event.time)],
    ["Received", toTime(Date.parse(event.receivedAt), now)],
  ];
  return html`<section class="card" aria-labelledby="facts">
<h2 id="facts">Details</h2>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>`)}</dl>
</section>`;
}
