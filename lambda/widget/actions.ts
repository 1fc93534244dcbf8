import type { NumberOverview } from "../checks/overview.ts";
import { toAnswerWords } from "../event/words.ts";
import { LINK_AGE_MS } from "../numbers/offer.ts";
import { type Html, html } from "../page/html.ts";
import type { AnswerRequest } from "./request.ts";

/**
 * Buttons that CloudWatch's console makes call the function, each the element before its action.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
 */
export function toActions(
  { incident, ended, offered }: NumberOverview,
  endpoint: string,
  now: number,
): Html | undefined {
  const alert = incident ?? ended;
  const isLate = ended !== undefined && now >= ended.at + LINK_AGE_MS;
  const answers = isLate ? offered.filter((answer) => answer !== "reopen") : offered;
  if (!alert || answers.length === 0) return undefined;
  const { wabaId, eventKey } = alert;
  const waits = incident !== undefined;
  return html`<div class="choices">${answers.map((answer) => toButton({ wabaId, eventKey, answer }, waits, endpoint))}</div>`;
}

/** The fields are text of the table's keys: JSON, then escaped as all other text is. */
function toButton(request: AnswerRequest, waits: boolean, endpoint: string): Html {
  const { choice, next } = toAnswerWords(request.answer);
  // Of an alert that has ended nothing repeats, so nothing pauses or ends.
  const then = waits || request.answer === "reopen" ? ` ${next}` : "";
  const confirmation = `Acknowledge: ${choice}?${then} All subscribers get your answer.`;
  const className = request.answer === "reopen" ? "btn" : "btn btn-primary";
  return html`<a class="${className}" role="button" tabindex="0">${choice}</a>
<cwdb-action action="call" display="widget" confirmation="${confirmation}" endpoint="${endpoint}">${JSON.stringify({ acknowledge: request })}</cwdb-action>
`;
}
