import type { PublishCommandInput } from "@aws-sdk/client-sns";
import { type Item, readNumber } from "../../lambda/event/event-item.ts";

/** One thing that a message tells: `ROW alert`, `ROW repeat 1`, `ROW answer Ann TIME`. */
export type Telling = string;

interface ToldEvent {
  readonly wabaId: string;
  readonly eventKey: string;
  readonly repeat?: number;
  readonly events?: readonly ToldEvent[];
  readonly answer?: { readonly name: string; readonly at: string };
}

/** All that a message tells; a digest tells several events. */
export function toTellings({ Message = "{}", MessageAttributes }: PublishCommandInput): Telling[] {
  const document: ToldEvent = JSON.parse(JSON.parse(Message).default);
  const isAnswer = MessageAttributes?.kind?.StringValue === "acknowledged";
  return (document.events ?? [document]).map((event) => {
    if (isAnswer) return `${toRow(event)} answer ${event.answer?.name} ${event.answer?.at}`;
    return `${toRow(event)} ${event.repeat ? `repeat ${event.repeat}` : "alert"}`;
  });
}

function toRow({ wabaId, eventKey }: ToldEvent): string {
  return `${wabaId}/${eventKey}`;
}

export function toToldRow(telling: Telling): string {
  return telling.slice(0, telling.indexOf(" "));
}

/** Whether the item says that this was told, or that it need not be told any more. */
export function isRecorded(telling: Telling, item: Item | undefined): boolean {
  const [, what, which, at] = telling.split(" ");
  switch (what) {
    case "repeat":
      return item?.alert?.S !== "open" || readNumber(item, "alertRepeats") >= Number(which);
    case "answer": {
      const answers = item?.answers?.L ?? [];
      const index = answers.findIndex(({ M }) => M?.name?.S === which && M?.at?.S === at);
      return index < (readNumber(item ?? {}, "announcedAnswers") || 0);
    }
    default:
      return item?.alert?.S !== "pending";
  }
}
