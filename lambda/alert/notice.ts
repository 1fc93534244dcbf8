import type { Answer } from "../event/answer.ts";
import type { SecurityEvent } from "../event/security-event.ts";

/** What there is to tell about security events, before it has words. */
export type Notice = AlertNotice | RepeatNotice | DigestNotice | AcknowledgedNotice;

export interface AlertNotice {
  readonly kind: "alert";
  readonly event: SecurityEvent;
  /** Where a person answers. */
  readonly link?: string;
}

export interface RepeatNotice {
  readonly kind: "repeat";
  readonly event: SecurityEvent;
  readonly link?: string;
  /** 1 for the first repeat. */
  readonly repeat: number;
  /** What happened to the number from this alert on, oldest first. */
  readonly since: readonly SecurityEvent[];
}

export interface DigestItem {
  readonly event: SecurityEvent;
  readonly link?: string;
  /** 0 where the event is told for the first time. */
  readonly repeat: number;
}

export interface DigestNotice {
  readonly kind: "digest";
  readonly items: readonly DigestItem[];
}

export interface AcknowledgedNotice {
  readonly kind: "acknowledged";
  readonly event: SecurityEvent;
  readonly answer: Answer;
  readonly link?: string;
}

/** What the texts say beside the notice itself. */
export interface MessageContext {
  /** What people call this deployment. */
  readonly label: string;
  /** The runbook's page without an anchor; empty where nobody has set one. */
  readonly runbookUrl: string;
  /** The digits of a number to what people call it. */
  readonly numberLabels: Readonly<Record<string, string>>;
  /** `state`: subjects begin with `ALARM: ` or `OK: `, for pagers that read them. */
  readonly subjectForm: "plain" | "state";
  /** Milliseconds since the epoch. */
  readonly now: number;
}
