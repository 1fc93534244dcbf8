import type { NumberOverview } from "../checks/overview.ts";
import { toEventWords } from "../event/event-words.ts";
import { toOpenStatus, toSaid } from "../numbers/alert-status.ts";
import type { NumberState } from "../numbers/number-state.ts";
import { toPlain, toPlainLine } from "../shared/plain-text.ts";
import { toClock, toShortTime } from "../shared/time-text.ts";
import { type Html, html } from "./html.ts";

const TONES = {
  UNPROTECTED: "alarm",
  disputed: "busy",
  "reset requested": "busy",
  unknown: "note",
  moved: "note",
  protected: "calm",
} as const satisfies Record<NumberState["state"], string>;

/** What can be done about a number; `now` in milliseconds since the epoch. */
export type ToActions = (number: NumberOverview, now: number) => Html | undefined;

/** Who it is, its state in a sentence, what happened last, and its alert with what can be done. */
export function toNumberRow(
  number: NumberOverview,
  now: number,
  toNumber: (displayPhoneNumber: string) => string,
  toActions?: ToActions,
): Html {
  return html`<li>
<div class="row">
<div>${toName(number, toNumber)}</div>
<div>${toState(number, now)}</div>
<div class="quiet">${toLast(number, now)}</div>
</div>
<p class="quiet"><bdi>${toPlain(number.sentence, 200)}</bdi></p>
${toOpen(number, now, toActions)}</li>
`;
}

function toName(
  { label, displayPhoneNumber }: NumberOverview,
  toNumber: (displayPhoneNumber: string) => string,
): Html {
  const number = toPlainLine(toNumber(displayPhoneNumber)) || "a number that Meta did not name";
  if (!label) return html`<strong class="digits"><bdi>${number}</bdi></strong>`;
  return html`<strong><bdi>${toPlainLine(label)}</bdi></strong>
<span class="quiet digits"><bdi>${number}</bdi></span>`;
}

function toState({ state, since }: NumberOverview, now: number): Html {
  return html`<span class="badge tone-${TONES[state]}">${state}</span>
<span class="quiet">${since !== undefined && `since ${toClock(since, now)} UTC`}</span>`;
}

function toLast({ lastEvent, answer, incident }: NumberOverview, now: number): Html {
  const said = answer && !incident ? toAnswered(answer) : undefined;
  if (!lastEvent) return html`no event yet${said}`;
  const { short } = toEventWords(lastEvent);
  return html`${toTime(lastEvent.at, now)} <bdi>${toPlainLine(short)}</bdi>${said}`;
}

function toAnswered(answer: NonNullable<NumberOverview["answer"]>): Html {
  return html` · <bdi>${toPlainLine(answer.name)}</bdi>: ${toSaid(answer)}`;
}

function toOpen(number: NumberOverview, now: number, toActions?: ToActions): Html | undefined {
  const { incident } = number;
  if (!incident) return toActions?.(number, now);
  const { tone, text } = toOpenStatus(incident, now);
  return html`<div class="open"><p class="text-${tone}"><bdi>${toPlain(text, 200)}</bdi></p>
${toActions?.(number, now)}</div>`;
}

/** 24 Nov, 03:12 UTC; a time that is none as nothing. */
export function toTime(instant: number | string, now: number): Html | undefined {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return undefined;
  return html`<time datetime="${date.toISOString()}">${toShortTime(date.getTime(), now)} UTC</time>`;
}
