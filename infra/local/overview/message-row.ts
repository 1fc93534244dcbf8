import { type Html, html } from "../../../lambda/page/html.ts";
import { toTime } from "../../../lambda/page/number-row.ts";
import { INCIDENT_PATH } from "../../../lambda/shared/names.ts";
import type { DeliveredAlert } from "../alert-feed.ts";

const TONES: Readonly<Record<string, string>> = {
  alert: "alarm",
  digest: "alarm",
  repeat: "busy",
  acknowledged: "calm",
};

/** A message as the telephone shows it, and as the e-mail reads. */
export function toMessageRow(message: DeliveredAlert, webhookUrl: string, now: number): Html {
  const { subject, email, sms, kind, publishedAt } = message;
  const start = `${new URL(webhookUrl).origin}${INCIDENT_PATH}?`;
  const link = email.split(/\s+/).find((word) => word.startsWith(start));
  return html`<li>
<p class="quiet"><span class="badge tone-${TONES[kind] ?? "note"}">${kind}</span> ${toTime(publishedAt, now)}${
    link && html` · <a href="${link}">See the alert</a>`
  }</p>
<p><bdi>${sms}</bdi></p>
<details>
<summary>As the e-mail reads</summary>
<p class="strong"><bdi>${subject}</bdi></p>
<pre>${toLinkedText(email, start)}</pre>
</details>
</li>
`;
}

/** Addresses of this run's own pages become links, no others: the rest is a stranger's text. */
function toLinkedText(text: string, start: string): Html {
  const parts = text.split(/(\S+)/);
  return html`${parts.map((part) => {
    return part.startsWith(start) ? html`<a href="${part}">${part}</a>` : html`${part}`;
  })}`;
}
