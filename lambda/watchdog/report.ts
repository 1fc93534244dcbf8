import type { NumberOverview, Overview } from "../checks/overview.ts";
import { toHeadline } from "../checks/overview.ts";

import { isRemovableByLink, type Subscriber } from "../facts/subscribers.ts";
import { toColumns, toPlainLine, wrapMail } from "../shared/plain-text.ts";
import { maskEndpoint } from "../shared/text.ts";
import { toAgo, toDay, toDuration, toMinute } from "../shared/time-text.ts";

/** The weekly report as a security manager reads it: the bad news first, at most 72 columns. */
export function toReport(overview: Overview, label: string): string {
  return [
    ...wrapMail(toHeadline(overview)),
    "",
    ...toColumns(
      [
        ["System", toPlainLine(label)],
        ["Report of", toMinute(overview.at)],
      ],
      [12, 56],
      "",
    ),
    ...section("FAILED CHECKS", toFailed(overview)),
    ...section("ALERTS WITHOUT AN ANSWER", toOpen(overview)),
    ...section("NUMBERS", toNumbers(overview)),
    ...section("SUBSCRIBERS", toSubscribers(overview)),
    ...section("LAST SIGNS", toLast(overview)),
    ...section("ASKED AT META", toMeta(overview)),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

function toFailed({ failed }: Overview): string[] {
  return failed
    .slice(0, MAX_FAILED)
    .flatMap(({ name, message, fix }) => [
      ...wrapMail(`${name}: ${message}`, "  "),
      ...(fix ? wrapMail(`To do: ${fix}`, "    ") : []),
    ]);
}

const MAX_FAILED = 40;

function toOpen({ incidents, at }: Overview): string[] {
  const rows = incidents
    .slice(0, MAX_NUMBERS)
    .map(({ displayPhoneNumber, event, since, lapsed }) => [
      toPlainLine(displayPhoneNumber),
      toEventWords(event),
      `for ${toDuration(at - since)}${lapsed ? ", no longer repeated" : ""}`,
    ]);
  return toColumns(rows, [18, 14, 32]);
}

/** Enough to know where to look; history -- --state lists all. */
const MAX_NUMBERS = 250;

const HEAD = ["Number", "Label", "State", "Since", "Last event"];
const WIDTHS = [16, 12, 15, 10, 11];

function toNumbers({ numbers, unread }: Overview): string[] {
  if (unread.includes("events")) return ["  The stored events can't be read."];
  if (numbers.length === 0) return ["  None is known yet: Meta has told of no event."];
  const shown = numbers.slice(0, MAX_NUMBERS);
  const lines = toColumns([HEAD, ...shown.map(toRow)], WIDTHS);
  const more = numbers.length - shown.length;
  return [
    ...lines.flatMap((line, index) => [line, ...toNotes(shown[index - 1])]),
    ...(more > 0 ? [`  and ${more} more, none of them in a worse state`] : []),
  ];
}

function toRow({ displayPhoneNumber, label = "", state, since, lastEvent }: NumberOverview) {
  const last = lastEvent ? toEventWords(lastEvent.event) : "none";
  return [
    toPlainLine(displayPhoneNumber),
    toPlainLine(label),
    state,
    toDay(since ?? Number.NaN),
    last,
  ];
}

/** The head has no number, and no notes. */
function toNotes(number: NumberOverview | undefined): string[] {
  if (!number) return [];
  const { says, state, incident } = number;
  return [
    ...(says ? wrapMail(`${state}, says ${toPlainLine(says)}`, "    ") : []),
    ...(incident ? ["    its alert waits for an answer"] : []),
  ];
}

function toEventWords(event: string): string {
  return EVENT_WORDS.get(event) ?? toPlainLine(event);
}

const EVENT_WORDS = new Map([
  ["PIN_RESET_REQUEST", "reset asked"],
  ["PIN_REQUEST_SUCCESS", "turned off"],
  ["PIN_CHANGED", "PIN changed"],
]);

function toSubscribers({ alertSubscribers, operationsSubscribers }: Overview): string[] {
  const rows = [
    ...toSubscriberRows("alerts", alertSubscribers),
    ...toSubscriberRows("operations", operationsSubscribers),
  ];
  return toColumns(rows, [10, 5, 27, 24]);
}

function toSubscriberRows(topic: string, subscribers: readonly Subscriber[] | undefined) {
  if (!subscribers) return [[topic, "", "none that could be read"]];
  if (subscribers.length === 0) return [[topic, "", "nobody"]];
  const inOrder = subscribers.toSorted((a, b) => toBadness(b) - toBadness(a));
  return inOrder
    .slice(0, MAX_NUMBERS)
    .map((each) => [topic, each.protocol, toEndpoint(each), toConfirmation(each)]);
}

function toBadness(subscriber: Subscriber): number {
  if (!subscriber.confirmed) return 2;
  return isRemovableByLink(subscriber) ? 1 : 0;
}

/** Masked: a report may be read by others, and the whole list is `npm run status`. */
function toEndpoint({ protocol, endpoint }: Subscriber): string {
  return maskEndpoint(protocol, endpoint);
}

function toConfirmation(subscriber: Subscriber): string {
  if (!subscriber.confirmed) return "NOT CONFIRMED";
  if (isRemovableByLink(subscriber)) return "by a click: removable";
  return subscriber.protocol.startsWith("email") ? "confirmed, stays" : "confirmed";
}

function toLast({ lastEvent, lastTest, at }: Overview): string[] {
  const event = lastEvent
    ? `${toEventWords(lastEvent.event ?? "")}, ${toPlainLine(lastEvent.displayPhoneNumber ?? "")}, ${toAgo(lastEvent.receivedAt, at)}`
    : "none yet";
  const test = lastTest === undefined ? "none yet" : toAgo(lastTest, at);
  return toColumns(
    [
      ["Last event", event],
      ["Last test", test],
    ],
    [12, 56],
  );
}

/** Each thing that Meta was asked, with what came of it. */
function toMeta({ checks }: Overview): string[] {
  const asked = checks.filter(({ id }) => /^(meta|account|apps|numbers-)/.test(id));
  return asked.slice(0, MAX_FAILED).flatMap(({ name, state, message }) => {
    const mark = state === "unknown" ? "not known" : state;
    const [first = "", ...rest] = wrapMail(`${name}: ${message}`, " ".repeat(13));
    return [`  ${mark.padEnd(9)}  ${first.trimStart()}`, ...rest];
  });
}
