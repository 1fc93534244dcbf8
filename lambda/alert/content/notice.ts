import type { Answer } from "../../event/answer.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import type { NumberState } from "../../numbers/number-state.ts";
import type { Switches } from "../../shared/names.ts";

/** What has to be published about one event, as the relay decides it. */
export type NoticeItem = AlertItem | RepeatItem | AnswerItem;

interface AboutEvent {
  readonly event: SecurityEvent;
  /** Where a person answers. */
  readonly link?: string;
}

/** The event's first message. */
export interface AlertItem extends AboutEvent {
  readonly due: "alert";
}

export interface RepeatItem extends AboutEvent {
  readonly due: "repeat";
  /** 1 for the first repeat. */
  readonly repeat: number;
  /** What happened to the number in this incident, oldest first, this event included. */
  readonly story: readonly SecurityEvent[];
  /** Who is handling it, where that was said last. */
  readonly handling?: Answer;
  /** When it was opened again, milliseconds since the epoch. */
  readonly reopenedAt?: number;
  /** Who asked for the last reset. */
  readonly requester?: string;
  /** The number's state now. */
  readonly number?: Pick<NumberState, "state" | "sentence">;
  /** No further repeat follows. */
  readonly isLast?: boolean;
}

/** Answers that are not announced yet. */
export interface AnswerItem extends AboutEvent {
  readonly due: "answer";
  /** At least one, in the order in which they came. */
  readonly answers: readonly Answer[];
  /** Whether nothing repeats the alert any more, so that "handling" pauses nothing. */
  readonly isOver?: boolean;
}

/** A message, ready to publish, and the items that it covers. */
export interface MessageAbout<Item> {
  readonly message: Message;
  readonly items: readonly Item[];
}

/** What the watchdog sends: the weekly report, and failed checks. */
export interface HeartbeatNotice {
  readonly kind: "heartbeat" | "check";
  /** Whether every check is green. */
  readonly ok: boolean;
  /** In one line: "Weekly report: all is well". */
  readonly summary: string;
  /** The e-mail's lines, formatted. */
  readonly lines: readonly string[];
  /** The same for programs: checks, numbers, subscribers. */
  readonly report: Readonly<Record<string, unknown>>;
}

/** What the texts depend on beside the items: settings, and the time. */
export interface MessageContext extends Partial<Switches> {
  /** What people call this deployment. */
  readonly label: string;
  /** For commands; absent on the local run. */
  readonly stackName?: string | undefined;
  readonly dataFlags?: string | undefined;
  /** The runbook's page without an anchor; empty where nobody has set one. */
  readonly runbookUrl: string;
  /** The digits of a number to what people call it. */
  readonly numberLabels: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What SNS's Publish takes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export interface Message {
  /** Printable ASCII, one line, at most 100 characters. */
  readonly subject: string;
  /** JSON text: the forms `email`, `sms` and `https`, and `default` for all other protocols. */
  readonly message: string;
  readonly attributes: MessageAttributes;
}

export interface MessageAttribute {
  readonly DataType: "String" | "Number" | "String.Array";
  readonly StringValue: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;
