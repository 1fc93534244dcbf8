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
  const last = ended && now < ended.at + LINK_AGE_MS ? ended : undefined;
  const alert = incident ?? last;
  if (!alert) return undefined;
  const { wabaId, eventKey } = alert;
  return html`<div class="choices">${offered.map((answer) => toButton({ wabaId, eventKey, answer }, endpoint))}</div>`;
}

/** The fields are text of the table's keys: JSON, then escaped as all other text is. */
function toButton(request: AnswerRequest, endpoint: string): Html {
  const { choice, next } = toAnswerWords(request.answer);
  const confirmation = `Acknowledge: ${choice}? ${next} All subscribers get your answer.`;
  const className = request.answer === "reopen" ? "btn" : "btn btn-primary";
  return html`<a class="${className}" role="button" tabindex="0">${choice}</a>
<cwdb-action action="call" display="widget" confirmation="${confirmation}" endpoint="${endpoint}">${JSON.stringify({ acknowledge: request })}</cwdb-action>
`;
}
