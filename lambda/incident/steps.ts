import { toEventWords } from "../event/event-words.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import { MANAGER_URL, type Step, type StepSettings, toSteps } from "../event/steps.ts";
import { type Html, html } from "../page/html.ts";
import { toRunbookAddress } from "../shared/runbook.ts";

interface StepsSettings extends StepSettings {
  readonly runbookUrl: string;
}

/** What to do about the event, in this order, by telephone or at a computer, and who can do it. */
export function toStepsPart(event: SecurityEvent, settings: StepsSettings): Html {
  const { runbookUrl } = settings;
  const steps = toSteps(event, settings);
  const { anchor } = toEventWords(event);
  return html`<section class="card steps-card" aria-labelledby="steps">
<h2 id="steps">${event.test ? "What to do when it is not a test" : "What to do"}</h2>
<ol class="steps">${steps.map(toStep)}</ol>
${event.event !== "PIN_CHANGED" && URGENCY}
${steps.map(toCommandPart)}
<p>No access? Call somebody with full control of your Meta business portfolio, or whoever runs this system.</p>
<p>${toRunbookPart(runbookUrl, anchor)}</p>
</section>`;
}

/** The settings' checks let pages of the web through; a file is named, and not linked. */
function toRunbookPart(runbookUrl: string, anchor: string): Html {
  const isPage = /^https?:/.test(runbookUrl);
  const address = toRunbookAddress(isPage ? runbookUrl : undefined, anchor);
  if (!isPage) return html`The whole runbook: <code>${address}</code>`;
  return html`<a href="${address}" rel="noreferrer">The whole runbook</a>`;
}

const URGENCY = html`<p>Nobody reached in five minutes? Set a new PIN: a planned move can be asked for again.</p>`;

function toStep({ text, pin }: Step): Html {
  return html`<li>${text}${pin && html` ${toLinked(pin.manager.replace(/^Or in /, ""))}`}</li>`;
}

function toCommandPart({ pin }: Step): Html {
  if (!pin?.command) return html``;
  const { command, note, keepToken } = pin;
  return html`<p>At a computer: <code>${command}</code>${
    note && html` <small>${note} <code>${keepToken}</code></small>`
  }</p>
`;
}

const MANAGER = "WhatsApp Manager";

function toLinked(text: string): Html {
  const [before = "", ...after] = text.split(MANAGER);
  return html`${before}${toManagerLink()}${after.join(MANAGER)}`;
}

export function toManagerLink(): Html {
  return html`<a href="${MANAGER_URL}" rel="noreferrer">${MANAGER}</a>`;
}
