import type { Overview } from "../checks/overview.ts";
import type { Subscriber } from "../facts/subscribers.ts";
import { maskEndpoint } from "../facts/subscribers.ts";
import { toPlainLine } from "../shared/plain-text.ts";
import { count } from "../shared/time-text.ts";
import { type Html, html } from "./html.ts";

const MAX_SUBSCRIBERS = 20;

/** The subscribers of each topic; those who have not confirmed, and so get nothing, first. */
export function toSubscriberRows(overview: Overview): Html[] {
  const { alertSubscribers, operationsSubscribers, unread } = overview;
  const hasOperations = operationsSubscribers || unread.includes("operations subscribers");
  return [
    toTopicRow("Alerts", alertSubscribers),
    hasOperations ? toTopicRow("Operations", operationsSubscribers) : html``,
  ];
}

function toTopicRow(topic: string, subscribers: readonly Subscriber[] | undefined): Html {
  if (!subscribers) {
    return html`<li><strong>${topic}</strong> <span class="quiet">can't be read at the moment</span></li>`;
  }
  if (subscribers.length === 0) {
    return html`<li><strong>${topic}</strong> <span class="badge tone-alarm">nobody</span></li>`;
  }
  const inOrder = subscribers.toSorted((a, b) => Number(a.confirmed) - Number(b.confirmed));
  const rest = inOrder.length - MAX_SUBSCRIBERS;
  return html`<li><strong>${topic}</strong> <span class="quiet">${count(inOrder.length, "subscriber")}</span>
<ul>${inOrder.slice(0, MAX_SUBSCRIBERS).map(toSubscriber)}</ul>${
    rest > 0 &&
    html`
<p class="quiet">And ${rest} more.</p>`
  }</li>`;
}

function toSubscriber({ protocol, endpoint, confirmed }: Subscriber): Html {
  const mark = html` <span class="badge tone-alarm">not confirmed</span>`;
  return html`<li><span class="quiet">${protocol}</span>
<bdi>${toPlainLine(maskEndpoint(protocol, endpoint))}</bdi>${!confirmed && mark}</li>`;
}
