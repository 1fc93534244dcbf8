import { toEventWords } from "../../../lambda/event/event-words.ts";
import type { AlertState, StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toNumber } from "../../../lambda/event/words.ts";
import { toSaid } from "../../../lambda/numbers/alert-status.ts";
import { toStanding } from "../../../lambda/numbers/unanswered.ts";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
import { type Html, html } from "../../../lambda/page/html.ts";
import { toTime } from "../../../lambda/page/number-row.ts";
import { INCIDENT_PATH } from "../../../lambda/shared/names.ts";
import { toPlainLine } from "../../../lambda/shared/plain-text.ts";

const STATES = {
  none: ["note", "no alert for this event"],
  pending: ["busy", "alert is due"],
  published: ["note", "sent once"],
  open: ["alarm", "not answered"],
  acknowledged: ["calm", "answered"],
  superseded: ["note", "replaced by another alert"],
  lapsed: ["alarm", "no longer repeated"],
} as const satisfies Record<AlertState, readonly [tone: string, words: string]>;

/** What happened to which number, and what became of its alert. */
export function toEventRow(alert: StoredAlert, now: number): Html {
  const { event } = alert;
  const [tone, words] = isHandled(alert)
    ? (["busy", "being handled"] as const)
    : STATES[alert.alert];
  const test = event.test && html`<span class="badge tone-note">test</span> `;
  return html`<li>
<p><strong><bdi>${toTitle(event)}</bdi></strong></p>
<p class="quiet"><span class="digits"><bdi>${toPlainLine(toNumber(event))}</bdi></span> · ${toTime(event.receivedAt, now)}</p>
<p class="quiet">${test}<span class="badge tone-${tone}">${words}</span> ${toMore(alert)}</p>
</li>
`;
}

/** Open, and somebody is at it. */
function isHandled({ alert, answers }: StoredAlert): boolean {
  return alert === "open" && toStanding(answers).at(-1)?.answer === "handling";
}

function toTitle(event: StoredAlert["event"]): string {
  const words = toPlainLine(toEventWords(event).short);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function toMore(alert: StoredAlert): Html {
  const { repeats, answers, alert: state } = alert;
  const last = answers.at(-1);
  const said = last && html`<bdi>${toPlainLine(last.name)}</bdi>: ${toSaid(last)}. `;
  const repeated = repeats > 0 && `Repeated ${repeats === 1 ? "once" : `${repeats} times`}. `;
  return html`${said}${repeated}${toPageLink(alert, state === "open" ? "Answer" : "See the alert")}`;
}

/** To the page where a person answers; nothing for an event without one. */
export function toPageLink(
  { event, incidentCode }: StoredAlert,
  words: string,
  className = "link",
): Html | undefined {
  if (!incidentCode) return undefined;
  const href = `${INCIDENT_PATH}?${toLinkQuery({ event, incidentCode })}`;
  return html`<a class="${className}" href="${href}">${words}</a>`;
}
