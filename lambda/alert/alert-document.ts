import * as v from "valibot";
import { ANSWER_KINDS, ANSWER_ORIGINS } from "../event/answer.ts";

const EVENT = {
  event: v.optional(v.pipe(v.string(), v.description("Meta's event name, PIN_RESET_REQUEST …"))),
  test: v.pipe(v.boolean(), v.description("Whether Meta's Test button or a drill sent it")),
  wabaId: v.pipe(v.string(), v.description("WhatsApp Business account id; 0 for tests")),
  displayPhoneNumber: v.optional(v.string()),
  numberLabel: v.optional(
    v.pipe(v.string(), v.description("What the setting numbers calls the number")),
  ),
  requester: v.optional(v.pipe(v.string(), v.description("Meta's id of the user who asked"))),
  time: v.pipe(v.number(), v.description("When Meta sent the notification, Unix seconds")),
  sentAt: v.optional(v.pipe(v.string(), v.isoTimestamp(), v.description("time in ISO 8601"))),
  receivedAt: v.pipe(v.string(), v.isoTimestamp()),
  eventKey: v.pipe(v.string(), v.description("With wabaId, the event's key in the table")),
} as const;

const RepeatSchema = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.description("0: the first message; 1: the first repeat …"),
);

const AnswerSchema = v.object({
  name: v.pipe(v.string(), v.description("As the person typed it; nobody has checked it")),
  answer: v.pipe(
    v.picklist(ANSWER_KINDS),
    v.description("reopen: an answer was not true, and the alert is open again"),
  ),
  at: v.pipe(v.string(), v.isoTimestamp()),
  from: v.pipe(v.string(), v.description("Source address, or terminal")),
  origin: v.pipe(
    v.picklist(ANSWER_ORIGINS),
    v.description("link: anybody who has it; the others: with AWS credentials"),
  ),
});

/**
 * The alert as machines receive it (SQS, Lambda). Fields are only ever added to version 1. A message
 * about several events has all of them in `events`, and the first on top, for readers of one.
 * The application imports the types alone; the schemas serve those who receive it.
 */
export const AlertDocumentSchema = v.object({
  version: v.literal(1),
  kind: v.picklist(["alert", "repeat", "digest", "acknowledged"]),
  summary: v.pipe(v.string(), v.description("What happened, in one line")),
  label: v.pipe(v.string(), v.description("What people call the deployment")),
  ...EVENT,
  repeat: v.optional(RepeatSchema),
  since: v.optional(
    v.pipe(
      v.array(v.object(EVENT)),
      v.description(
        "Of a repeat: what happened to the number in this incident, oldest first; the first and the latest 49",
      ),
    ),
  ),
  events: v.optional(
    v.pipe(
      v.array(v.object({ ...EVENT, repeat: RepeatSchema, answer: v.optional(AnswerSchema) })),
      v.description(
        "Of a digest: all its events, the worst first, tests last. Of kind acknowledged, if it announces several answers: every answer with its event, the newest first",
      ),
    ),
  ),
  answer: v.optional(
    v.pipe(AnswerSchema, v.description("Of kind acknowledged; of several the newest")),
  ),
});

/** The weekly report, and what checks failed. */
export const HeartbeatDocumentSchema = v.object({
  version: v.literal(1),
  kind: v.picklist(["heartbeat", "check"]),
  summary: v.string(),
  label: v.string(),
  ok: v.pipe(v.boolean(), v.description("Whether every check is green")),
  sentAt: v.pipe(v.string(), v.isoTimestamp()),
  report: v.optional(
    v.pipe(v.record(v.string(), v.unknown()), v.description("Left out where it is too long")),
  ),
});

/** What SQS and Lambda receive. */
export const MessageDocumentSchema = v.variant("kind", [
  AlertDocumentSchema,
  HeartbeatDocumentSchema,
]);

export type AlertDocument = v.InferOutput<typeof AlertDocumentSchema>;
export type HeartbeatDocument = v.InferOutput<typeof HeartbeatDocumentSchema>;
