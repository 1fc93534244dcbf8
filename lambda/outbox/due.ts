import type { StoredAlert } from "../event/stored-alert.ts";
import { OUTBOX } from "../shared/names.ts";

/** What is to be published next about an event; the first three are also the outbox's queues. */
export type Due = "alert" | "answer" | "repeat" | "nothing";

/** The one place where this is decided: first alerts, then answers, then repeats. */
export function findDue({ alert, answers, announcedAnswers }: StoredAlert): Due {
  if (alert === "pending") return OUTBOX.alert;
  if (answers.length > announcedAnswers) return OUTBOX.answer;
  return alert === "open" ? OUTBOX.repeat : "nothing";
}
