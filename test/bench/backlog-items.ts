import { type Item, number, text, toItem } from "../../lambda/event/event-item.ts";
import type { Queue } from "../../lambda/event/outbox-queue.ts";
import { toSecurityEvent } from "../../lambda/event/security-event.ts";
import { resetRequest, securityChange } from "../support/builders.ts";

/** How many events wait in each queue of the outbox. */
export type Backlog = Readonly<Partial<Record<Queue, number>>>;

const STATES = { alert: "pending", answer: "acknowledged", repeat: "open" } as const;
const FIRST_NUMBERS = { alert: 15_550_000_000, answer: 15_560_000_000, repeat: 15_570_000_000 };

/** Ten minutes ago, so that the first repeat is due. */
const AGE_MS = 600_000;

/** Reset requests of as many numbers, all due at `now` (milliseconds). */
export function toBacklog(backlog: Backlog, now: number): Item[] {
  return Object.entries(backlog).flatMap(([queue, amount]) =>
    Array.from({ length: amount }, (_, index) => toWaiting(queue as Queue, index, now)),
  );
}

/** An event that waits in a queue: the number is one of as many. */
export function toWaiting(queue: Queue, index: number, now: number): Item {
  const receivedAt = now - AGE_MS;
  const value = resetRequest({ display_phone_number: String(FIRST_NUMBERS[queue] + index) });
  const time = Math.floor(receivedAt / 1000);
  const entry = { id: "102290129340398", time, changes: [], valuesMissing: false };
  const receipt = { receivedAt, appSecretIndex: 0 };
  const published = new Date(receivedAt).toISOString();
  return {
    ...toItem(toSecurityEvent(entry, securityChange(value), receipt)),
    alert: text(STATES[queue]),
    outbox: text(queue),
    dueAt: number(queue === "answer" ? 0 : now - 300_000 + (index % 1_000)),
    alertAttempts: number(queue === "alert" ? 1 : 0),
    incidentCode: text("Vh3kZ0q9T4mYb7c2XwLs8Q"),
    ...(queue !== "alert" && {
      alertRepeats: number(0),
      announcedAnswers: number(0),
      alertPublishedAt: text(published),
      alertMessageId: text("00000000-0000-4000-8000-000000000000"),
    }),
    ...(queue === "answer" && { answers: { L: [toAnswer(published)] } }),
  };
}

function toAnswer(at: string) {
  const fields = { name: "Ann", answer: "planned", at, from: "192.0.2.1", origin: "link" };
  return {
    M: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, text(value)])),
  };
}
