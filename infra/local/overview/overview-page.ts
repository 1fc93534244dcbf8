import type { NumberOverview, Overview } from "../../../lambda/checks/overview.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toNumber } from "../../../lambda/event/words.ts";
import type { WatchedSystem } from "../../../lambda/facts/system.ts";
import { type Html, html } from "../../../lambda/page/html.ts";
import { toTime } from "../../../lambda/page/number-row.ts";
import {
  toChecksPart,
  toHeadlinePart,
  toNumbersPart,
  toSection,
  toSubscribersPart,
} from "../../../lambda/page/overview-parts.ts";
import type { DeliveredAlert } from "../alert-feed.ts";
import { toEventRow, toPageLink } from "./event-row.ts";
import { toMessageRow } from "./message-row.ts";

export interface PageContent {
  readonly system: Pick<WatchedSystem, "command" | "webhookUrl">;
  readonly overview: Overview;
  /** The numbers' alerts that wait, or were ended last. */
  readonly alerts: readonly StoredAlert[];
  /** The newest first, as are the messages; undefined where they could not be read. */
  readonly latest: readonly StoredAlert[] | undefined;
  readonly messages: readonly DeliveredAlert[];
}

/** Numbers and the messages about them, beside the latest events and the checks. */
export function toOverviewMain(content: PageContent): Html {
  const { system, overview, alerts, latest, messages } = content;
  const toActions = ({ incident, ended }: NumberOverview) => {
    const id = incident ?? ended;
    const alert = alerts.find(({ event }) => {
      return event.wabaId === id?.wabaId && event.eventKey === id.eventKey;
    });
    const words = incident ? "See the alert and answer" : "See the alert";
    const link = alert && toPageLink(alert, words, incident ? "btn" : "link");
    return link && html`<div class="choices">${link}</div>`;
  };
  return html`<main class="overview">
${toHeader(system, overview.at)}
<div class="wide">${toHeadlinePart(overview, true)}</div>
<div>
${toNumbersPart({ overview, toNumber: (digits) => toNumber({ displayPhoneNumber: digits }), toActions })}
${toSection("Alerts sent", orNone(messages.map((message) => toMessageRow(message, system.webhookUrl, overview.at))))}
${toTryIt(system)}
</div>
<div>
${toSection("Latest events", orNone(latest?.map((alert) => toEventRow(alert, overview.at))))}
${toChecksPart({ overview, showsAllChecks: true })}
${toSubscribersPart(overview)}
</div>
</main>`;
}

function toHeader({ webhookUrl }: PageContent["system"], at: number): Html {
  return html`<header>
<p class="from">Local run</p>
<h1>WhatsApp security webhook</h1>
<p class="quiet">As of ${toTime(at, at)} · <a href="/">Refresh</a><br>
Callback URL for Meta: <code>${webhookUrl}</code><br>
Only this machine sees this page. An HTTP tunnel does not show it; a TCP tunnel would.</p>
</header>`;
}

function orNone(rows: readonly Html[] | undefined): readonly Html[] {
  if (!rows) return [html`<li class="quiet">They can't be read at the moment.</li>`];
  return rows.length > 0 ? rows : [html`<li class="quiet">None yet.</li>`];
}

const COMMANDS = [
  ["simulate", "Sends Meta's signed example of a reset request."],
  ["drill", "Rehearses the whole way with a test."],
  ["history", "Shows every stored event."],
  ["status", "Runs all checks, including calls to the webhook."],
] as const;

function toTryIt(system: PageContent["system"]): Html {
  const rows = COMMANDS.map(
    ([name, what]) =>
      html`<li><p><code>${system.command(name)}</code></p><p class="quiet">${what}</p></li>`,
  );
  return toSection("Try it in a second terminal", rows);
}
