import type { CheckResult } from "../checks/check.ts";
import { toHeadlines } from "../checks/headlines.ts";
import type { Overview } from "../checks/overview.ts";
import { toPlainLine } from "../shared/plain-text.ts";
import { count } from "../shared/time-text.ts";
import { type Html, html } from "./html.ts";
import { type ToActions, toNumberRow } from "./number-row.ts";
import { toSubscriberRows } from "./subscriber-rows.ts";

/** One sentence above the parts, and its colour. */
export interface Notice {
  readonly tone: "alarm" | "busy" | "calm";
  readonly text: string;
}

export interface OverviewView {
  readonly overview: Overview;
  /** How a number is written. */
  readonly toNumber: (displayPhoneNumber: string) => string;
  /** Below a number's open alert, else in its row. */
  readonly toActions?: ToActions;
  /** Whether an action wants to know who it is. */
  readonly asksName?: boolean;
  readonly notice?: Notice | undefined;
  /** Otherwise only those that failed or could not run. */
  readonly showsAllChecks?: boolean;
}

/** At most this many rows of a list, because a widget's answer has a limit. The worst come first. */
export const MAX_ROWS = 50;

/** The overview of the system, the bad news first. */
export function toOverviewParts(view: OverviewView): Html {
  const { overview, notice } = view;
  return html`${notice && toNoticeLine(notice)}
${toHeadlinePart(overview)}
${toNumbersPart(view)}
${toChecksPart(view)}
${toSubscribersPart(overview)}`;
}

/** What has to be done; each line links to its part, but not in CloudWatch's page. */
export function toHeadlinePart(overview: Overview, isLinked = false): Html {
  const headlines = toHeadlines(overview);
  const tones = headlines.map(({ tone }) => tone);
  const worst = (["alarm", "busy", "calm"] as const).find((tone) => tones.includes(tone));
  return html`<div class="headline tone-${worst}" role="status">${headlines.map(
    ({ text, about }) => {
      return html`<p>${isLinked ? html`<a href="#${about}">${text}</a>` : text}</p>`;
    },
  )}</div>`;
}

export function toNoticeLine({ tone, text }: Notice): Html {
  return html`<p class="headline tone-${tone}" role="status"><bdi>${text}</bdi></p>`;
}

/** A list under its heading. */
export function toSection(title: string, rows: readonly Html[], above?: Html): Html {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${above}<ul class="rows">${rows}</ul>
</section>`;
}

export function toNumbersPart({ overview, toNumber, toActions, asksName }: OverviewView): Html {
  const { numbers, at } = overview;
  const shown = numbers.slice(0, MAX_ROWS);
  const isAnswerable = shown.some((number) => toActions?.(number, at));
  const rows = shown.map((number) => toNumberRow(number, at, toNumber, toActions));
  const rest = numbers.length - shown.length;
  const isUnread = overview.unread.includes("events");
  const none = html`<li class="quiet">${isUnread ? UNREAD : NONE_YET}</li>`;
  return toSection(
    "Numbers",
    [
      ...(rows.length > 0 ? rows : [none]),
      rest > 0 ? html`<li class="quiet">And ${rest} more.</li>` : html``,
    ],
    asksName && isAnswerable ? NAME_FIELD : undefined,
  );
}

const UNREAD = "The stored events can't be read at the moment.";
const NONE_YET = "None yet: a number appears with its first event.";

/** One field for all buttons: CloudWatch sends all fields of the widget with each of them. */
const NAME_FIELD = html`<p class="you"><label for="name">Your name, for an answer</label>
<input type="text" id="name" name="name" maxlength="60" autocomplete="name"></p>
`;

export function toChecksPart(view: Pick<OverviewView, "overview" | "showsAllChecks">): Html {
  const { failed, unchecked, checks } = view.overview;
  const rows = failed.slice(0, MAX_ROWS).map(toCheckRow);
  if (!view.showsAllChecks) {
    const shown = unchecked.length > 0 ? [...rows, toUncheckedRow(unchecked)] : rows;
    return toSection(
      "Checks",
      shown.length > 0 ? shown : [html`<li class="quiet">No check failed.</li>`],
    );
  }
  const rowsOf = (state: CheckResult["state"]) =>
    checks.filter((check) => check.state === state).map(toCheckRow);
  return toSection("Checks", [...rows, ...rowsOf("ok"), toFolded(rowsOf("unknown"))]);
}

/** By their names only: why is for those who may read the log. */
function toUncheckedRow(unchecked: readonly CheckResult[]): Html {
  const names = unchecked.slice(0, MAX_ROWS).map(({ name }) => toPlainLine(name));
  return html`<li><p><span class="badge tone-busy">could not run</span> <bdi>${names.join(", ")}</bdi></p></li>`;
}

/** Unknown checks are collapsed. */
function toFolded(rows: readonly Html[]): Html {
  if (rows.length === 0) return html``;
  return html`<li><details><summary>${count(rows.length, "check")} without a result</summary>
<ul class="folded">${rows}</ul></details></li>`;
}

export function toSubscribersPart(overview: Overview): Html {
  return toSection("Subscribers", toSubscriberRows(overview));
}

const CHECK_TONES = { ok: "calm", failed: "alarm", unknown: "note" } as const;

function toCheckRow({ name, state, message, fix }: CheckResult): Html {
  const toDo = html`<p class="quiet">To do: <code><bdi>${fix}</bdi></code></p>`;
  return html`<li>
<p><span class="badge tone-${CHECK_TONES[state]}">${state}</span> <strong><bdi>${toPlainLine(name)}</bdi></strong></p>
<p class="quiet"><bdi>${message}</bdi></p>
${fix && toDo}</li>
`;
}
