import type { PublishCommandInput } from "@aws-sdk/client-sns";
import { type Item, readNumber } from "../../lambda/event/event-item.ts";

/** One thing that a message says: `ROW alert`, `ROW repeat 1`, `ROW answer Ann TIME`. */
export type Notice = string;

interface NoticeEvent {
  readonly wabaId: string;
  readonly eventKey: string;
  readonly repeat?: number;
  readonly events?: readonly NoticeEvent[];
  readonly answer?: { readonly name: string; readonly at: string };
}

/** All that a message says; a digest is about several events. */
export function toNotices({ Message = "{}", MessageAttributes }: PublishCommandInput): Notice[] {
  const document: NoticeEvent = JSON.parse(JSON.parse(Message).default);
  const isAnswer = MessageAttributes?.kind?.StringValue === "acknowledged";
  return (document.events ?? [document]).map((event) => {
    if (isAnswer) return `${toRow(event)} answer ${event.answer?.name} ${event.answer?.at}`;
    return `${toRow(event)} ${event.repeat ? `repeat ${event.repeat}` : "alert"}`;
  });
}

function toRow({ wabaId, eventKey }: NoticeEvent): string {
  return `${wabaId}/${eventKey}`;
}

export function toNoticeRow(notice: Notice): string {
  return notice.slice(0, notice.indexOf(" "));
}

/** Whether the item says that this was sent, or need not be sent any more. */
export function isRecorded(notice: Notice, item: Item | undefined): boolean {
  const [, what, which, at] = notice.split(" ");
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
