import { type Html, html } from "../../lambda/incident/html.ts";
import { toNumber } from "../../lambda/incident/words.ts";
import type { StoredAlert } from "../../lambda/outbox/stored-alert.ts";
import type { NumberOverview, Overview } from "../../lambda/watchdog/overview.ts";
import type { WatchedSystem } from "../../lambda/watchdog/system.ts";
import { toCommand } from "../../lambda/watchdog/system.ts";
import { toTime } from "../../lambda/widget/number-row.ts";
import {
  toChecksPart,
  toHeadlinePart,
  toNumbersPart,
  toSection,
  toSubscribersPart,
} from "../../lambda/widget/parts.ts";
import type { DeliveredAlert } from "./alert-feed.ts";
import { toEventRow, toPageLink } from "./event-row.ts";
import { toMessageRow } from "./message-row.ts";

export interface PageContent {
  readonly system: Pick<WatchedSystem, "flags" | "webhookUrl">;
  readonly overview: Overview;
  /** The newest first, as are the messages. */
  readonly latest: readonly StoredAlert[];
  readonly messages: readonly DeliveredAlert[];
}

/** Numbers and what happened to them beside what was told of it and whether all is in order. */
export function toOverviewMain({ system, overview, latest, messages }: PageContent): Html {
  const toActions = ({ incident }: NumberOverview) => {
    const alert = latest.find(({ event }) => event.eventKey === incident?.eventKey);
    return alert && toPageLink(alert, "See the alert and answer");
  };
  return html`<main class="overview">
${toHeader(system, overview.at)}
<div class="wide">${toHeadlinePart(overview)}</div>
<div>
${toNumbersPart({ overview, toNumber: (digits) => toNumber({ displayPhoneNumber: digits }), toActions })}
${toSection("Latest events", orNone(latest.map(toEventRow)))}
${toTryIt(system)}
</div>
<div>
${toSection("Alerts sent", orNone(messages.map((message) => toMessageRow(message, system.webhookUrl))))}
${toChecksPart({ overview, showsAllChecks: true })}
${toSubscribersPart(overview)}
</div>
</main>`;
}

function toHeader({ webhookUrl }: PageContent["system"], at: number): Html {
  return html`<header>
<p class="from">Local run</p>
<h1>WhatsApp security webhook</h1>
<p class="quiet">Meta's callback URL is <code>${webhookUrl}</code> here. As of ${toTime(at)}. <a href="/">Refresh</a></p>
</header>`;
}

function orNone(rows: readonly Html[]): readonly Html[] {
  return rows.length > 0 ? rows : [html`<li class="quiet">None yet.</li>`];
}

const COMMANDS = [
  ["simulate", "sends Meta's signed example of a reset request"],
  ["drill", "rehearses the whole way with a test"],
  ["history", "shows every stored event"],
  ["status", "runs all checks, those that call the webhook too"],
] as const;

function toTryIt(system: PageContent["system"]): Html {
  const rows = COMMANDS.map(
    ([name, what]) =>
      html`<li><code>${toCommand(name, system)}</code> <span class="quiet">${what}</span></li>`,
  );
  return toSection("Try it in a second terminal", rows);
}
