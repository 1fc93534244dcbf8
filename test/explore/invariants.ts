import type { Item } from "../../lambda/outbox/event-item.ts";
import { findEvent, type KnownEvent, toEvents } from "./scenario.ts";
import { countOf, type State } from "./state.ts";

/** An invariant of the application is violated. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

function must(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new InvariantViolation(sentence);
}

/** Attributes that change in an event's life; all others are the event as it was first written. */
const CHANGING = new Set([
  "alert",
  "outbox",
  "claimToken",
  "dueAt",
  "alertAttempts",
  "alertPublishedAt",
  "alertMessageId",
  "expiresAt",
]);

function toFirstWrite(item: Item): string {
  const kept = Object.entries(item).filter(([name]) => !CHANGING.has(name));
  return JSON.stringify(kept.sort());
}

/** After every write: whatever was stored stays as it was, and pending alerts can be found. */
export function checkRow(state: State, row: string, before: Item | undefined): void {
  const event = findEvent(row);
  const item = state.rows.get(row);
  must(event?.storable === true && item !== undefined, `${row} was stored and never sent`);
  const { letter } = event;
  if (before) {
    must(toFirstWrite(before) === toFirstWrite(item), `the first write of ${letter} was changed`);
    const reopened = before.alert?.S !== "pending" && item.alert?.S === "pending";
    must(!reopened, `the finished alert of ${letter} became pending again`);
  }
  if (item.alert?.S === "pending") checkPending(item, event);
  else checkSettled(state, item, event);
}

function checkPending(item: Item, { letter, alerts }: KnownEvent): void {
  must(alerts, `${letter} does not alert, yet its alert is pending`);
  must(item.expiresAt === undefined, `${letter} is pending and may expire`);
}

function checkSettled(state: State, item: Item, { letter, alerts, row }: KnownEvent): void {
  must(item.alert?.S === (alerts ? "published" : "none"), `${letter} has alert ${item.alert?.S}`);
  const isOut = ["outbox", "claimToken", "dueAt"].every((name) => !item[name]);
  must(isOut, `${letter} is settled and still in the outbox`);
  must(
    !alerts || countOf(state.alerts, row) > 0,
    `${letter} is marked as published, but SNS never accepted its alert`,
  );
}

/** After every alert that SNS accepts. */
export function checkAlert(state: State, row: string): void {
  const event = findEvent(row);
  must(event !== undefined, `an alert is about ${row}, which was never sent`);
  must(event.alerts, `${event.letter} was alerted and must not be`);
  must(state.rows.has(row), `${event.letter} was alerted and is not stored`);
  const allowed = 1 + countOf(state.ambiguous, row);
  const count = countOf(state.alerts, row);
  must(
    count <= allowed,
    `${event.letter} was alerted ${count} times, with ${allowed - 1} faults that explain a repeat`,
  );
}

/** Before every 200. */
export function checkDurable(state: State, letters: string): void {
  for (const { letter, row, storable } of toEvents(letters)) {
    must(!storable || state.rows.has(row), `a delivery was answered 200 and ${letter} not stored`);
  }
}

/** When an invocation has ended: Lambda freezes what still runs. */
export function checkAwaited(name: string, unanswered: number, thrown: string | undefined): void {
  must(unanswered === 0, `${name} ended with ${unanswered} requests under way`);
  must(thrown === undefined || name.includes("tick"), `${name} threw ${thrown}`);
}

/** After a recovery without faults. */
export function checkRecovered(state: State, deliveries: readonly string[]): void {
  const sent = new Set(deliveries.flatMap(toEvents));
  for (const { letter, row, storable, alerts, publishable } of sent) {
    if (!storable) continue;
    const item = state.rows.get(row);
    must(item !== undefined, `${letter} was delivered and is lost`);
    if (!alerts || !publishable) continue;
    must(countOf(state.alerts, row) > 0, `${letter} is stored and its alert is lost`);
    must(item.alert?.S === "published", `${letter} was alerted and stays pending for ever`);
  }
}

/** After a redelivery without faults: Meta would repeat it for seven days, then drop it. */
export function checkRedelivery(
  state: State,
  name: string,
  letters: string,
  delivery: number,
): void {
  if (state.confirmed[delivery]) return;
  const missing = toEvents(letters).filter(({ row, storable }) => {
    return storable && !state.rows.has(row);
  });
  const consequence = missing.map(({ letter }) => `; ${letter} is never stored`).join("");
  throw new InvariantViolation(`${name} is not answered 200 although nothing fails${consequence}`);
}
