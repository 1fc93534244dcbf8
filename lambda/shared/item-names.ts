/** Names of the event table that the application and the infrastructure agree on. Imports nothing. */

/** Attributes of a stored event by type: what the code calls them, and their names in the table. */
const TEXTS = {
  wabaId: "wabaId",
  eventKey: "eventKey",
  event: "event",
  displayPhoneNumber: "displayPhoneNumber",
  requester: "requester",
  sentAt: "sentAt",
  receivedAt: "receivedAt",
  value: "value",
  valueOmitted: "valueOmitted",
  alert: "alert",
  alertPublishedAt: "alertPublishedAt",
  alertMessageId: "alertMessageId",
  supersededBy: "supersededBy",
  incidentCode: "incidentCode",
  claimToken: "claimToken",
  outbox: "outbox",
} as const;
const NUMBERS = {
  time: "time",
  appSecretIndex: "appSecretIndex",
  alertAttempts: "alertAttempts",
  alertRepeats: "alertRepeats",
  announcedAnswers: "announcedAnswers",
  dueAt: "dueAt",
  expiresAt: "expiresAt",
} as const;
const FLAGS = { test: "test", plain: "plain" } as const;

/** The one list of a stored event's attributes: all that reads or writes one takes its name here. */
export const ATTRIBUTE = { ...TEXTS, ...NUMBERS, ...FLAGS, answers: "answers" } as const;
export type Attribute = keyof typeof ATTRIBUTE;
export type TextAttribute = keyof typeof TEXTS;
export type NumberAttribute = keyof typeof NUMBERS;
export type FlagAttribute = keyof typeof FLAGS;

/** Key attributes of the event table; `ttl` (Unix seconds) is its TTL attribute. */
export const TABLE = {
  partitionKey: ATTRIBUTE.wabaId,
  sortKey: ATTRIBUTE.eventKey,
  ttl: ATTRIBUTE.expiresAt,
} as const;

/** Indexes of the event table. Sort keys are numbers: Unix seconds, and milliseconds in the outbox. */
export const INDEXES = {
  byDisplayPhoneNumber: {
    name: "byDisplayPhoneNumber",
    partitionKey: ATTRIBUTE.displayPhoneNumber,
    sortKey: ATTRIBUTE.time,
  },
  byEvent: { name: "byEvent", partitionKey: ATTRIBUTE.event, sortKey: ATTRIBUTE.time },
  byRequester: { name: "byRequester", partitionKey: ATTRIBUTE.requester, sortKey: ATTRIBUTE.time },
  outbox: { name: "outbox", partitionKey: ATTRIBUTE.outbox, sortKey: ATTRIBUTE.dueAt },
} as const;

/**
 * The queues of the outbox, partition values of its index: an event is in the queue of what is to
 * be published about it next.
 */
export const OUTBOX = { alert: "alert", answer: "answer", repeat: "repeat" } as const;

/** What the outbox index carries besides its keys. */
export const OUTBOX_ATTRIBUTES = [
  ATTRIBUTE.alertAttempts,
  ATTRIBUTE.receivedAt,
  ATTRIBUTE.alert,
  ATTRIBUTE.alertRepeats,
  ATTRIBUTE.displayPhoneNumber,
  ATTRIBUTE.test,
] as const;
