import { endsAlert } from "../event/answer.ts";
import type { Queue } from "../event/outbox-queue.ts";
import type { AlertState, StoredAlert } from "../event/stored-alert.ts";
import { OUTBOX } from "../shared/item-names.ts";

/** What is to be published next about an event: one of the outbox's queues, or nothing. */
export type Due = Queue | "nothing";

/** The one place where this is decided: first alerts, then answers, then repeats. */
export function findDue({
  alert,
  answers,
  announcedAnswers,
}: Pick<StoredAlert, "alert" | "answers" | "announcedAnswers">): Due {
  if (alert === "pending") return OUTBOX.alert;
  if (answers.length > announcedAnswers) return OUTBOX.answer;
  return alert === "open" ? OUTBOX.repeat : "nothing";
}

/** What an event waits for once something about it is published. */
export interface Next {
  readonly alert: AlertState;
  readonly repeats: number;
  readonly announcedAnswers: number;
  readonly due: Due;
  /** Milliseconds since the epoch; 0 is "at once". */
  readonly dueAt: number;
}

/** `published`: the event as it is after the publication; `repeatAt`: when it repeats, if it does. */
export function toNext(published: StoredAlert, repeatAt: number): Next {
  const { repeats, announcedAnswers } = published;
  const alert = isEnded(published) ? "acknowledged" : published.alert;
  const due = findDue({ ...published, alert });
  return { alert, repeats, announcedAnswers, due, dueAt: due === OUTBOX.repeat ? repeatAt : 0 };
}

/** Whether an answer has ended the alert, and no later one has opened it again. */
function isEnded({ answers }: StoredAlert): boolean {
  const last = answers.findLast(({ answer }) => endsAlert(answer) || answer === "reopen");
  return last !== undefined && endsAlert(last.answer);
}
