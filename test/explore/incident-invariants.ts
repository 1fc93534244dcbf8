import { endsAlert } from "../../lambda/event/answer.ts";
import { type Item, readText } from "../../lambda/event/event-item.ts";
import { toStoredAlert } from "../../lambda/event/stored-alert.ts";
import { findEnd, toOpenedAt, toStanding } from "../../lambda/numbers/unanswered.ts";
import { OUTBOX } from "../../lambda/shared/item-names.ts";
import { must } from "./invariant-violation.ts";
import { toNoticeRow } from "./notices.ts";
import type { Send } from "./requests.ts";
import { findEvent, type KnownEvent, type Scenario } from "./scenario.ts";
import type { Process, State } from "./state.ts";
import { toVisitedRow } from "./visits.ts";

const MINUTE = 60_000;
const LAPSE = 48 * 60 * MINUTE;

/** The answers that an item holds, in their order. */
export function toAnswers(item: Item | undefined): string[] {
  return (item?.answers?.L ?? []).map(({ M }) => `${M?.name?.S} ${M?.answer?.S}`);
}

/** After every write of an event that alerts: how its alert may go on from there. */
export function checkIncident(state: State, { letter }: KnownEvent, before: Item, item: Item) {
  const [was, is] = [before.alert?.S ?? "", item.alert?.S ?? ""];
  const [answersBefore, answers] = [toAnswers(before), toAnswers(item)];
  const isReopened = answers.length > answersBefore.length && isOpenedAgain(item);
  must(
    was === is || NEXT[was]?.includes(is) === true || (isReopened && is === "open"),
    `the alert of ${letter} was ${was}, now ${is}`,
  );
  must(!isReopened || is === "open", `${letter} was opened again, and is ${is}`);
  must(
    answersBefore.every((answer, index) => answer === answers[index]),
    `an answer about ${letter} was lost or changed`,
  );
  must(!isLastTwice(item), `an answer about ${letter} is stored twice`);
  checkPause(state, letter, before, item);
  checkEnd(state, letter, item);
}

/** Once it is announced that somebody is handling it, an open alert repeats within the hour. */
function checkPause({ clock }: State, letter: string, before: Item, item: Item): void {
  const isAnnounced = Number(item.announcedAnswers?.N) > Number(before.announcedAnswers?.N ?? 0);
  const isOpen = item.alert?.S === "open" && item.outbox?.S === OUTBOX.repeat;
  if (!isAnnounced || !isOpen || item.answers?.L?.at(-1)?.M?.answer?.S !== "handling") return;
  const isSoon = Number(item.dueAt?.N) <= clock + 60 * MINUTE;
  must(isSoon, `${letter} is left alone for more than an hour because somebody is handling it`);
}

/** Whether the last answer takes back those before it. */
function isOpenedAgain(item: Item): boolean {
  return item.answers?.L?.at(-1)?.M?.answer?.S === "reopen";
}

/** Whether the last answer is the same person's answer before it; "handling" counts again later. */
function isLastTwice(item: Item): boolean {
  const answers = (item.answers?.L ?? []).map(({ M }) => M);
  const last = answers.at(-1);
  const before = answers.slice(0, -1).findLast((each) => each?.name?.S === last?.name?.S);
  if (!last || !before || before.answer?.S !== last.answer?.S) return false;
  const age = Date.parse(last.at?.S ?? "") - Date.parse(before.at?.S ?? "");
  return last.answer?.S !== "handling" || age < 5 * MINUTE;
}

const NEXT: Readonly<Record<string, readonly string[]>> = {
  pending: ["published", "open", "acknowledged"],
  open: ["acknowledged", "superseded", "lapsed"],
  superseded: ["acknowledged"],
  lapsed: ["acknowledged"],
};

function checkEnd(state: State, letter: string, item: Item): void {
  const alert = item.alert?.S;
  if (alert === "open") must(isInOutbox(item), `${letter} is open and fell out of the outbox`);
  must(!hasUnannounced(item) || isInOutbox(item), `an answer about ${letter} is never announced`);
  if (alert === "acknowledged") checkAcknowledged(letter, item);
  if (alert === "superseded") checkSuperseded(state, letter, item);
  if (alert !== "lapsed") return;
  const lapsesAt = toOpenedAt(toStoredAlert(item)) + LAPSE;
  must(state.clock >= lapsesAt, `${letter} lapsed before its time`);
}

function checkAcknowledged(letter: string, item: Item): void {
  const isEnded = findEnd(toStoredAlert(item)) !== undefined;
  must(isEnded, `${letter} is acknowledged by nobody, or was opened again since`);
}

/** Whether the event has answers that are still to be announced. */
export function hasUnannounced(item: Item): boolean {
  return toAnswers(item).length > Number(item.announcedAnswers?.N ?? 0);
}

export function isInOutbox(item: Item): boolean {
  return item.outbox !== undefined && item.dueAt !== undefined;
}

/** A completed reset counts more than a requested one. */
function toSeverity({ event }: Item): number {
  return event?.S === "PIN_REQUEST_SUCCESS" ? 1 : 0;
}

/** Something worse or newer must be repeated in its place, or have been answered. */
function checkSuperseded({ rows }: State, letter: string, item: Item): void {
  const by = rows.get(`${item.wabaId?.S}/${readText(item, "supersededBy")}`);
  must(by !== undefined, `${letter} is superseded by nothing`);
  const worse = toSeverity(by) - toSeverity(item);
  must(worse >= 0, `${letter} is superseded by something less severe`);
  const isOlder = Number(by.time?.N) < Number(item.time?.N);
  must(worse > 0 || !isOlder, `${letter} is superseded by something older`);
  const isSent = !["none", "pending", "published"].includes(by.alert?.S ?? "");
  must(isSent, `${letter} is superseded by an alert that was never sent`);
  const sentAt = item.alertPublishedAt?.S ?? "";
  const isAnsweredSince = (by.answers?.L ?? []).some(({ M }) => (M?.at?.S ?? "") > sentAt);
  must(
    by.alert?.S !== "acknowledged" || isAnsweredSince,
    `${letter} is superseded by an answer from before it was sent`,
  );
  must(
    by.displayPhoneNumber?.S === item.displayPhoneNumber?.S,
    `${letter} is superseded by an event of another number`,
  );
}

/** After every write where repeats are off: everything is as if there were none. */
export function checkOff({ rows }: State, row: string): void {
  const alert = rows.get(row)?.alert?.S ?? "none";
  const letter = findEvent(row)?.letter;
  const isKnown = ["none", "pending", "published"].includes(alert);
  must(isKnown, `${letter} is ${alert} although repeats are off`);
}

/** Before a message goes out that repeats something. */
export function checkTurn(
  state: State,
  process: Process,
  { kind, notices }: Send,
  scenario: Scenario,
): void {
  if (kind !== "publish") return;
  for (const notice of notices) {
    const [, what, which] = notice.split(" ");
    if (what !== "repeat") continue;
    const row = toNoticeRow(notice);
    const letter = findEvent(row)?.letter;
    const isAnswered = scenario.visits.some((visit, index) => {
      const isEnd = endsAlert(visit.answer ?? "planned");
      return isEnd && state.answered[index] === true && toVisitedRow(visit) === row;
    });
    const isEnded = isAnswered && isEndedNow(state, row);
    must(
      !isPaused(state, row) || process.mayRepeat.includes(row),
      `${letter} was repeated while somebody was handling it`,
    );
    must(
      !isEnded || process.mayRepeat.includes(row),
      `${letter} was repeated after somebody had answered`,
    );
    checkTime(state, notice, Number(which), scenario);
  }
}

/** An alert that was opened again waits again. */
function isEndedNow({ rows }: State, row: string): boolean {
  return findEnd(toStoredAlert(rows.get(row) ?? {})) !== undefined;
}

/** "I am handling it" was answered less than an hour ago. */
function isPaused({ clock, rows }: State, row: string): boolean {
  const { answers } = toStoredAlert(rows.get(row) ?? {});
  return toStanding(answers).some(({ answer, at }) => {
    return answer === "handling" && clock < Date.parse(at) + 60 * MINUTE;
  });
}

function checkTime(state: State, notice: string, repeat: number, scenario: Scenario): void {
  const row = toNoticeRow(notice);
  const { letter } = findEvent(row) ?? {};
  const minutes = scenario.repeatAfterMinutes;
  must(minutes.length > 0, `${letter} was repeated although repeats are off`);
  const last = minutes.at(-1) ?? 0;
  const item = state.rows.get(row) ?? {};
  const isReopened = toAnswers(item).length > toStanding(toStoredAlert(item).answers).length;
  // Opened again, an alert has its schedule from the beginning; its repeats are counted on.
  const after = isReopened ? minutes[0] : minutes[repeat - 1];
  const minutesOpen = after ?? last * (repeat - minutes.length + 1);
  const openedAt = toOpenedAt(toStoredAlert(item));
  must(state.clock >= openedAt + minutesOpen * MINUTE, `${letter} was repeated before its time`);
  // The last one goes out when the alert lapses.
  must(minutesOpen * MINUTE <= LAPSE, `${letter} was repeated after its time`);
}
