import { toHeadline } from "../checks/headlines.ts";
import type { NumberOverview, Overview } from "../checks/overview.ts";
import { toEventWords } from "../event/event-words.ts";
import { toNumber } from "../event/words.ts";
import { isRemovableByLink, maskEndpoint, type Subscriber } from "../facts/subscribers.ts";
import { toOpenStatus } from "../numbers/alert-status.ts";
import { toColumns, toPlain, toPlainLine, wrap } from "../shared/plain-text.ts";
import { toAgo, toDay, toDuration, toMinute } from "../shared/time-text.ts";
import { toAskedLines, toCheckLines } from "./report-checks.ts";

/** The weekly report as a security manager reads it: the bad news first, at most 72 columns. */
export function toReport(overview: Overview, label: string): string {
  return [
    ...wrap(toHeadline(overview)),
    "",
    ...toColumns(
      [
        ["System", toPlainLine(label)],
        ["Report of", toMinute(overview.at)],
      ],
      [12, 56],
      "",
    ),
    ...section("FAILED CHECKS", toCheckLines(overview.failed)),
    ...section("COULD NOT RUN", toCheckLines(overview.unchecked)),
    ...section("ALERTS WITHOUT AN ANSWER", toOpen(overview)),
    ...section("NUMBERS", toNumbers(overview)),
    ...section("SUBSCRIBERS", toSubscribers(overview)),
    ...section("THE LAST SEVEN DAYS", toWeek(overview)),
    ...section("LAST ACTIVITY", toLast(overview)),
    ...section("TO IMPROVE", toCheckLines(overview.checks.filter(isToImprove))),
    ...section("ASKED AT META", toAskedLines(overview)),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

function isToImprove({ state, fix }: Overview["checks"][number]): boolean {
  return state === "ok" && fix !== undefined;
}

function toOpen({ incidents, at }: Overview): string[] {
  return incidents.slice(0, MAX_NUMBERS).flatMap((incident) => {
    const number = toPlainLine(incident.displayPhoneNumber) || "a number that Meta did not name";
    const { text } = toOpenStatus(incident, at);
    return wrap(`${number}, ${toEventWords(incident).short}: ${toPlain(text, 200)}`, "  ");
  });
}

/** Enough to know where to look; history -- --state lists all. */
const MAX_NUMBERS = 250;

const HEAD = ["Number", "Label", "State", "Since"];
const WIDTHS = [16, 24, 15, 10];

function toNumbers({ numbers, unread }: Overview): string[] {
  if (unread.includes("events")) return ["  The stored events can't be read."];
  if (numbers.length === 0) return ["  No numbers yet: no event has arrived."];
  const shown = numbers.slice(0, MAX_NUMBERS);
  const lines = toColumns([HEAD, ...shown.map(toRow)], WIDTHS);
  const more = numbers.length - shown.length;
  return [
    ...lines.flatMap((line, index) => [line, ...toNotes(shown[index - 1])]),
    ...(more > 0 ? [`  and ${more} more, none of them in a worse state`] : []),
  ];
}

function toRow({ displayPhoneNumber, label = "", state, since }: NumberOverview) {
  return [toPlainLine(displayPhoneNumber), toPlainLine(label), state, toDay(since ?? Number.NaN)];
}

/** No notes for the head of the table, nor where events or Meta say that the number is protected. */
function toNotes(number: NumberOverview | undefined): string[] {
  if (!number) return [];
  const { state, says = "Meta", claim } = number;
  if (state === "protected" && says === "Meta" && !claim) return [];
  return wrap(toPlain(number.sentence, 200), "    ");
}

function toSubscribers({ alertSubscribers, operationsSubscribers, unread }: Overview): string[] {
  const hasOperations = operationsSubscribers || unread.includes("operations subscribers");
  const rows = [
    ...toSubscriberRows("alerts", alertSubscribers),
    ...(hasOperations ? toSubscriberRows("operations", operationsSubscribers) : []),
  ];
  return toColumns(rows, [10, 5, 27, 24]);
}

function toSubscriberRows(topic: string, subscribers: readonly Subscriber[] | undefined) {
  if (!subscribers) return [[topic, "", "could not be read"]];
  if (subscribers.length === 0) return [[topic, "", "nobody"]];
  const inOrder = subscribers.toSorted((a, b) => rankBySeverity(b) - rankBySeverity(a));
  return inOrder
    .slice(0, MAX_NUMBERS)
    .map((each) => [topic, each.protocol, toEndpoint(each), toConfirmation(each)]);
}

function rankBySeverity(subscriber: Subscriber): number {
  if (!subscriber.confirmed) return 2;
  return isRemovableByLink(subscriber) ? 1 : 0;
}

/** Masked: a mailbox that gets the report may be in the wrong hands. */
function toEndpoint({ protocol, endpoint }: Subscriber): string {
  return toPlainLine(maskEndpoint(protocol, endpoint));
}

function toConfirmation(subscriber: Subscriber): string {
  if (!subscriber.confirmed) return "NOT CONFIRMED";
  if (isRemovableByLink(subscriber)) return "by a click: removable";
  return subscriber.protocol.startsWith("email") ? "confirmed, stays" : "confirmed";
}

/** The last seven days in figures, from what is stored. */
function toWeek({ week, unread }: Overview): string[] {
  if (unread.includes("events")) return [];
  const { requests, planned, lapsed, medianMs, longestMs } = week;
  const rows = [
    ["Reset requests", `${requests}, of which planned: ${planned}`],
    [
      "Answered in",
      medianMs === undefined || longestMs === undefined
        ? "no alert was ended by an answer"
        : `${toDuration(medianMs)} (median), ${toDuration(longestMs)} (longest)`,
    ],
    ["Lapsed alerts", String(lapsed)],
  ];
  return toColumns(rows, [16, 52]);
}

function toLast({ lastEvent, lastTest, at }: Overview): string[] {
  const event = lastEvent
    ? `${toEventWords(lastEvent).short}, ${toPlainLine(toNumber(lastEvent))}, ${toAgo(lastEvent.receivedAt, at)}`
    : "none yet";
  const test = lastTest === undefined ? "none yet" : toAgo(lastTest, at);
  return [...wrap(`Last event  ${event}`, "  "), `  Last test   ${test}`];
}
