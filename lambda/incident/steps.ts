import { MANAGER_URL, toEventTexts } from "../event/event-texts.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import { type Html, html } from "../page/html.ts";
import type { Config } from "../shared/config.ts";

/** What to do, in the order that fits this event, with links and commands marked as such. */
export function toSteps(event: SecurityEvent, { runbookUrl }: Pick<Config, "runbookUrl">): Html {
  const { steps, anchor } = toEventTexts(event);
  const [first = "", ...others] = steps;
  return html`<section class="card steps-card" aria-labelledby="steps">
<h2 id="steps">${event.test ? "What to do when it is not a test" : "What to do"}</h2>
<ol class="steps"><li>${toMarked(first)}${toUrgency(event)}</li>${others.map((step) => html`<li>${toMarked(step)}</li>`)}</ol>
<p>No access to WhatsApp Manager? Call somebody with full control of your Meta business portfolio, or whoever runs this system.</p>
${/^https?:/.test(runbookUrl) && html`<p><a href="${`${runbookUrl}#${anchor}`}" rel="noreferrer">The whole runbook</a></p>`}
</section>`;
}

/** A reset waits for nobody; to refuse one that was planned costs little. */
function toUrgency({ event }: SecurityEvent): Html | undefined {
  if (event !== "PIN_RESET_REQUEST") return undefined;
  return html` <strong>Nobody reached in five minutes? Set a new PIN:</strong> a planned move can be asked for again.`;
}

const MANAGER = "WhatsApp Manager";

/** Where a step names WhatsApp Manager it is a link, and a command is code to be copied. */
function toMarked(step: string): Html {
  const parts = step.split(/(WhatsApp Manager|npm run .+$)/);
  return html`${parts.map((part) => {
    if (part === MANAGER) return html`<a href="${MANAGER_URL}" rel="noreferrer">${part}</a>`;
    return part.startsWith("npm run ") ? html`<code>${part}</code>` : html`${part}`;
  })}`;
}
