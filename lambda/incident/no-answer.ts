import { toCommandLine, toPhone } from "../event/steps.ts";
import { isTaken, MAX_ANSWERS_BY_LINK } from "../numbers/offer.ts";
import { type Html, html } from "../page/html.ts";
import { YOUR_NAME } from "../shared/commands.ts";
import type { PageContent } from "./page-content.ts";

/**
 * Why this link takes no answer, or why an answer by it ends nothing. Shown while an alert of the
 * number waits, with the command for those who can still answer, and after an answer was refused.
 */
export function toNoAnswerPart(content: PageContent): Html | undefined {
  const { incident, number, offered, waitsForLink, submission } = content;
  const isOffered = offered.length > 0;
  const isWaiting = number.incident !== undefined && !incident.event.test;
  const isRefused = submission?.isValid === false && !isOffered;
  const isLost = isWaiting && !(isOffered && waitsForLink);
  if (!isLost && !isRefused) return undefined;
  return html`<section class="card" aria-labelledby="no-answer">
<h2 id="no-answer">No further answer by link</h2>
${isRefused && html`<p class="error" role="alert">Your answer was not sent. ${submission.errors.answer}</p>`}
<p>${toReason(content)}</p>
${isWaiting && toCommandPart(content)}
</section>
`;
}

function toReason({ incident, offered, waitsForLink }: PageContent): string {
  if (incident.event.test) return "A test takes no answer.";
  const most = `at most ${MAX_ANSWERS_BY_LINK} are taken by link`;
  if (offered.length > 0) return `The alert that is open takes no further answer: ${most}.`;
  const why = isTaken(incident, "link") ? "its alert ended more than a week ago" : most;
  const other = waitsForLink ? " The link of another alert about this number takes one." : "";
  return `This link takes no further answer: ${why}.${other}`;
}

function toCommandPart({ incident, config }: PageContent): Html {
  const phone = toPhone(incident.event);
  const over = { phone, as: YOUR_NAME, answer: "pin-set" };
  const command = toCommandLine(config)("acknowledge", phone ? over : "--help");
  return html`<p>When it is over, whoever runs this system can say so: <code>${command}</code></p>`;
}
