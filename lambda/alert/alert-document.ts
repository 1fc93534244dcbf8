import * as v from "valibot";

/**
 * The alert as machines receive it (https, SQS, Lambda). Fields are only ever added to version 1.
 * The application imports the type alone; the schema serves those who receive it.
 */
export const AlertDocumentSchema = v.object({
  version: v.literal(1),
  summary: v.pipe(v.string(), v.description("What happened, in one line")),
  event: v.optional(v.pipe(v.string(), v.description("Meta's event name, PIN_RESET_REQUEST …"))),
  test: v.pipe(v.boolean(), v.description("Whether Meta's Test button or a drill sent it")),
  wabaId: v.pipe(v.string(), v.description("WhatsApp Business account id; 0 for tests")),
  displayPhoneNumber: v.optional(v.string()),
  requester: v.optional(v.pipe(v.string(), v.description("Meta's id of the user who asked"))),
  time: v.pipe(v.number(), v.description("When Meta sent the notification, Unix seconds")),
  sentAt: v.optional(v.pipe(v.string(), v.isoTimestamp(), v.description("time in ISO 8601"))),
  receivedAt: v.pipe(v.string(), v.isoTimestamp()),
  eventKey: v.pipe(v.string(), v.description("With wabaId, the event's key in the table")),
});

export type AlertDocument = v.InferOutput<typeof AlertDocumentSchema>;
