import type { Item } from "../../lambda/event/event-item.ts";
import { toStoredAlert } from "../../lambda/event/stored-alert.ts";
import { findDue } from "../../lambda/outbox/due.ts";
import { ATTRIBUTE, OUTBOX } from "../../lambda/shared/item-names.ts";
import { checkAnnounced } from "./answer-invariants.ts";
import { checkIncident, hasUnannounced, isInOutbox } from "./incident-invariants.ts";
import { must } from "./invariant-violation.ts";
import { type Notice, toNoticeRow } from "./notices.ts";
import { once } from "./once.ts";
import { checkPins, isOfPins } from "./pins.ts";
import type { Send } from "./requests.ts";
import { findEvent, type KnownEvent, type Scenario, toEvents } from "./scenario.ts";
import { countOf, type MessageKind, type Process, type State } from "./state.ts";

/** Attributes that change in an event's life; all others are the event as it was first written. */
const CHANGING = new Set<string>([
  ATTRIBUTE.alert,
  ATTRIBUTE.outbox,
  ATTRIBUTE.claimToken,
  ATTRIBUTE.dueAt,
  ATTRIBUTE.alertAttempts,
  ATTRIBUTE.alertRepeats,
  ATTRIBUTE.answers,
  ATTRIBUTE.announcedAnswers,
  ATTRIBUTE.supersededBy,
  ATTRIBUTE.alertPublishedAt,
  ATTRIBUTE.alertMessageId,
  ATTRIBUTE.expiresAt,
]);

const toFirstWrite = once((item: Item) => {
  const kept = Object.entries(item).filter(([name]) => !CHANGING.has(name));
  return JSON.stringify(kept.sort());
});

/** After every write: whatever was stored stays as it was, and pending alerts can be found. */
export function checkRow(state: State, row: string, before: Item | undefined): void {
  if (row.startsWith("pace/")) return;
  if (isOfPins(row)) {
    checkPins(state);
    return;
  }
  const event = findEvent(row);
  const item = state.rows.get(row);
  must(event !== undefined && item !== undefined, `${row} was stored and never sent`);
  const { letter } = event;
  if (before) {
    const isRestored = before.plain !== undefined && item.plain === undefined;
    const isKept = isRestored || toFirstWrite(before) === toFirstWrite(item);
    must(isKept, `the first write of ${letter} was changed`);
    const reopened = before.alert?.S !== "pending" && item.alert?.S === "pending";
    must(!reopened, `the finished alert of ${letter} became pending again`);
    checkIncident(state, event, before, item);
  }
  checkQueue(item, event);
  if (item.alert?.S === "pending") checkPending(item, event);
  else checkSettled(state, item, event);
}

/** An item in the outbox is in the queue of what is due next about it. */
function checkQueue(item: Item, { letter }: KnownEvent): void {
  const queue = item.outbox?.S;
  if (queue === undefined) return;
  const due = findDue(toStoredAlert(item));
  // Its answers are announced by another event: the relay only ends it.
  const isRight = queue === due || (queue === OUTBOX.answer && due === "nothing");
  must(isRight, `${letter} waits for its ${due} in the ${queue} queue`);
}

function checkPending(item: Item, { letter, alerts }: KnownEvent): void {
  must(alerts, `${letter} does not alert, yet its alert is pending`);
  must(isInOutbox(item), `${letter} is pending and not in the outbox`);
  must(item.expiresAt === undefined, `${letter} is pending and may expire`);
}

function checkSettled(state: State, item: Item, { letter, alerts, row }: KnownEvent): void {
  const alert = item.alert?.S ?? "";
  must((alert !== "none") === alerts, `${letter} has alert ${alert}`);
  const isInOutbox = [ATTRIBUTE.outbox, ATTRIBUTE.claimToken, ATTRIBUTE.dueAt].some(
    (name) => item[name],
  );
  const isOver = ["none", "published", "superseded", "lapsed"].includes(alert);
  // An answer that comes after the end is announced too.
  must(
    !isOver || !isInOutbox || hasUnannounced(item),
    `${letter} is settled and still in the outbox`,
  );
  must(!isInOutbox || item.expiresAt === undefined, `${letter} is in the outbox and may expire`);
  must(
    !alerts || countOf(state.sent, `${row} alert`) > 0,
    `${letter} is marked as published, but SNS never accepted its alert`,
  );
}

/** After every message that SNS accepts, for each thing that it says. */
export function checkNotice(state: State, notice: Notice): void {
  const row = toNoticeRow(notice);
  const event = findEvent(row);
  must(event !== undefined, `an alert is about ${row}, which was never sent`);
  must(event.alerts, `${event.letter} was alerted and must not be`);
  must(state.rows.has(row), `${event.letter} was alerted and is not stored`);
  const faults = countOf(state.ambiguous, notice) + countOf(state.ambiguous, row);
  const count = countOf(state.sent, notice);
  must(
    count <= 1 + faults,
    `${event.letter} was alerted ${count} times, with ${faults} faults that explain a repeat`,
  );
}

export const PLACES = 5;

/** After every message that SNS accepts: each fault may explain one beyond the pace. */
export function checkMessage(state: State, kind: MessageKind, { faults }: Scenario): void {
  const count = state.published[kind].length;
  const explained = faults - state.faultsLeft;
  must(
    !(count > PLACES + explained),
    `SNS got ${count} ${kind} messages in the window of their places, with ${explained} faults`,
  );
}

/** Before a claim is given back: what SNS may have taken must not go out again at once. */
export function checkRelease({ name, uncertain }: Process, { kind, row }: Send): void {
  const letter = findEvent(row)?.letter;
  must(
    !(kind === "release" && uncertain.includes(row)),
    `${name} released the claim on ${letter} although SNS may have taken its alert`,
  );
}

/** Before every 200. */
export function checkDurable(state: State, letters: string): void {
  for (const { letter, row } of toEvents(letters)) {
    must(state.rows.has(row), `a delivery was answered 200 and ${letter} not stored`);
  }
}

/** When an invocation has ended: Lambda freezes what still runs. */
export function checkAwaited(name: string, unanswered: number, thrown: string | undefined): void {
  must(unanswered === 0, `${name} ended with ${unanswered} requests under way`);
  must(thrown === undefined || name.includes("tick"), `${name} threw ${thrown}`);
}

/** After a recovery without faults, which began at the state before. */
export function checkRecovered(
  state: State,
  deliveries: readonly string[],
  scenario: Scenario,
  before: State,
): void {
  const sent = new Set([...deliveries, scenario.sentBefore].flatMap(toEvents));
  for (const { letter, row, storable, alerts, publishable } of sent) {
    if (storable === "never") continue;
    const item = state.rows.get(row);
    must(item !== undefined, `${letter} was delivered and is lost`);
    if (!alerts || !publishable) continue;
    must(countOf(state.sent, `${row} alert`) > 0, `${letter} is stored and its alert is lost`);
    must(item.outbox === undefined, `${letter} was alerted and stays in the outbox for ever`);
    must(item.expiresAt !== undefined, `${letter} is over and never expires`);
  }
  checkAnnounced(state, scenario, before);
}

/**
 * After a redelivery without faults: Meta would repeat it for seven days, then drop it. What can't
 * be stored at all must stay with Meta as long, and hold up nothing else.
 */
export function checkRedelivery(state: State, name: string, letters: string, delivery: number) {
  const events = toEvents(letters);
  const missing = events.filter(({ row, storable }) => {
    return storable !== "never" && !state.rows.has(row);
  });
  const consequence = missing.map(({ letter }) => `; ${letter} is never stored`).join("");
  const isAnswered = state.confirmed[delivery] === true;
  const canBeStored = events.every(({ storable }) => storable !== "never");
  must(
    (isAnswered || !canBeStored) && missing.length === 0,
    `${name} is not answered 200 although nothing fails${consequence}`,
  );
}
