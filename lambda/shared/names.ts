/** Names that the application and the infrastructure must agree on. This file imports nothing. */

/** Keys of the function's environment. */
export const ENV = {
  tableName: "TABLE_NAME",
  alertTopicArn: "ALERT_TOPIC_ARN",
  secretId: "SECRET_ID",
  alertEvents: "ALERT_EVENTS",
  retentionDays: "RETENTION_DAYS",
  /** Where the public can reach the function, without a path: `https://…`. */
  publicUrl: "PUBLIC_URL",
  runbookUrl: "RUNBOOK_URL",
  /** What messages call this deployment. */
  label: "DEPLOYMENT_LABEL",
  /** What commands in messages are given. */
  stackName: "STACK_NAME",
  /** JSON: digits of a number to what people call it. */
  numberLabels: "NUMBER_LABELS",
  /** `5,15,60,240` or `off`. */
  repeatAfterMinutes: "REPEAT_AFTER_MINUTES",
  /** `true`: no message is about several accounts. */
  separateAccounts: "SEPARATE_ACCOUNTS",
  /** `true`: the watchdog's function may set a PIN, with the token that it keeps. */
  protect: "PROTECT",
  /** Of the watchdog's function alone. */
  operationsTopicArn: "OPERATIONS_TOPIC_ARN",
  tokenSecretId: "TOKEN_SECRET_ID",
  stackId: "STACK_ID",
  webhookFunction: "WEBHOOK_FUNCTION",
  heartbeatUrl: "HEARTBEAT_URL",
  graphUrl: "GRAPH_URL",
} as const;

/** The two paths that API Gateway routes to the function: Meta's, and a person's who answers. */
export const WEBHOOK_PATH = "/webhook";
export const INCIDENT_PATH = "/incident";

/** The watchdog's memory in the event table: keys that no event has. */
export const WATCHDOG = {
  partition: "watchdog",
  memoryKey: "memory",
  accountPrefix: "account#",
} as const;

/**
 * Where PINs are kept and by whom they are set. The claims of runs are items of the event table
 * under this partition key, by number; no event's key looks so. The alias is the one name of the
 * watchdog's function by which a PIN can be asked for.
 */
export const PROTECT = {
  partition: "protect",
  alias: "protect",
  /** A run that was killed holds its claim for so long; no run takes longer. */
  claimSeconds: 120,
  parameterFolder: "/whatsapp-pins",
} as const;

/**
 * A claim must outlive the invocation that holds it: claimSeconds > timeoutSeconds. A tick of the
 * relay uses the whole time-out, a request only its own part of it.
 */
export const FUNCTION = {
  timeoutSeconds: 60,
  requestSeconds: 15,
  claimSeconds: 75,
  relayEveryMinutes: 1,
} as const;

/** Event names that Meta documents for the `security` field. */
export const KNOWN_EVENTS = ["PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"] as const;
export type KnownEvent = (typeof KNOWN_EVENTS)[number];
/** `PIN_REQUEST_SUCCESS`: the reset was completed. A changed PIN alerts once, without repeats. */
export const DEFAULT_ALERT_EVENTS: readonly string[] = [...KNOWN_EVENTS];

/** Minutes from receipt to each repeat of an unanswered alert; then every 240. */
export const DEFAULT_REPEAT_MINUTES: readonly number[] = [5, 15, 60, 240];

/** Minutes for which "I am handling it" pauses the repeats, from its announcement on. */
export const HANDLING_PAUSE_MINUTES = 60;

/** Hours after receipt at which an alert that nobody answers is no longer repeated. */
export const REPEAT_HOURS = 48;

/** Key attributes of the event table; `expiresAt` (Unix seconds) is its TTL attribute. */
export const TABLE = { partitionKey: "wabaId", sortKey: "eventKey", ttl: "expiresAt" } as const;

/** Indexes of the event table. Sort keys are numbers: Unix seconds, and milliseconds in the outbox. */
export const INDEXES = {
  byDisplayPhoneNumber: {
    name: "byDisplayPhoneNumber",
    partitionKey: "displayPhoneNumber",
    sortKey: "time",
  },
  byEvent: { name: "byEvent", partitionKey: "event", sortKey: "time" },
  byRequester: { name: "byRequester", partitionKey: "requester", sortKey: "time" },
  outbox: { name: "outbox", partitionKey: "outbox", sortKey: "dueAt" },
} as const;

/**
 * The queues of the outbox, partition values of its index: an event is in the queue of what is to
 * be published about it next.
 */
export const OUTBOX = { alert: "alert", answer: "answer", repeat: "repeat" } as const;

/** What the outbox index carries besides its keys. */
export const OUTBOX_ATTRIBUTES = [
  "alertAttempts",
  "receivedAt",
  "alert",
  "alertRepeats",
  "displayPhoneNumber",
  "test",
] as const;

/**
 * The topic gets at most five single messages in any 20 seconds and five digests in any 5, together
 * at most ten in any second. The times of the last ones are items of the event table under this
 * partition key, `single` and `digest`; no event's key looks so.
 */
export const PACE = {
  partition: "pace",
  places: 5,
  /** Of a digest's places, those that requests may take; the others are the tick's alone. */
  requestPlaces: 3,
  seconds: { single: 20, digest: 5 },
  /** A time that is further ahead comes from a wrong clock, and counts for nothing. */
  skewSeconds: 10,
} as const;

/** Names of the metrics. */
export const METRIC = {
  /** Deliveries answered 200. */
  accepted: "DeliveryAccepted",
  stored: "EventStored",
  storedResetRequest: "ResetRequestStored",
  storedRequestSuccess: "RequestSuccessStored",
  storedPinChanged: "PinChangedStored",
  unknownEvent: "UnknownEventStored",
  testStored: "TestEventStored",
  duplicate: "EventDuplicate",
  quarantined: "ChangeQuarantined",
  ignoredField: "FieldIgnored",
  /** Entries that carry `changed_fields` instead of values (`include_values` is off at Meta). */
  valuesMissing: "ValuesMissing",
  /** Missing or malformed signature header: no secret was read. */
  signatureMalformed: "SignatureMalformed",
  /** Well-formed signature that matches no configured app secret, of a body shaped like Meta's. */
  signatureMismatch: "SignatureMismatch",
  /** The same of any other body: a stranger's. */
  foreignMismatch: "ForeignSignatureMismatch",
  payloadRejected: "PayloadRejected",
  sizeRejected: "SizeRejected",
  handshakeRejected: "HandshakeRejected",
  storeFailed: "EventStoreFailed",
  /** Deliveries answered 5xx because DynamoDB failed or time ran out. */
  deliveryFailed: "DeliveryFailed",
  secretUnavailable: "SecretUnavailable",
  /** Position in `appSecrets` of the secret that verified the delivery, 0 first. */
  matchedSecretIndex: "MatchedSecretIndex",
  alertPublished: "AlertPublished",
  alertPublishFailed: "AlertPublishFailed",
  digestPublished: "DigestPublished",
  /** Single messages that found no place in this minute: the next tick's digest tells them. */
  alertPaced: "AlertPaced",
  repeatPublished: "RepeatPublished",
  incidentOpened: "IncidentOpened",
  incidentAcknowledged: "IncidentAcknowledged",
  /** Visits of an alert's page, and answers, that DynamoDB failed. */
  incidentFailed: "IncidentFailed",
  /** Minutes from an alert's publication to the first answer. */
  acknowledgementMinutes: "AcknowledgementMinutes",
  /** Alerts that nobody has answered, and the age of the oldest; only while there is one. */
  openIncidents: "OpenIncidents",
  unansweredMinutes: "UnansweredMinutes",
  /** Milliseconds from receiving a change to its alert's acceptance by SNS. */
  alertLatency: "AlertLatency",
  relayRun: "RelayRun",
  /** Claims, releases and marks that DynamoDB failed; the next tick tries again. */
  relayFailed: "RelayFailed",
  /** Alerts pending when the relay looked, and the seconds that the oldest has waited; if any. */
  outboxSize: "OutboxSize",
  outboxAge: "OutboxAge",
  /** The watchdog's own, under its function's name: runs that came to their end, failed checks. */
  watchdogRun: "WatchdogRun",
  checkFailed: "CheckFailed",
} as const;

/**
 * Metrics of SNS for a topic: what filter policies kept from subscribers because the message had no
 * attributes, or none that they can read.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
 */
export const FILTERED_BY_MISTAKE = [
  "NumberOfNotificationsFilteredOut-NoMessageAttributes",
  "NumberOfNotificationsFilteredOut-InvalidAttributes",
] as const;

/** The form of the metrics: CloudWatch embedded format, one dimension. */
export const METRICS = {
  namespace: "WhatsAppSecurityWebhook",
  dimension: "FunctionName",
  /** Units other than Count. */
  units: {
    AlertLatency: "Milliseconds",
    OutboxAge: "Seconds",
    MatchedSecretIndex: "None",
    AcknowledgementMinutes: "None",
    UnansweredMinutes: "None",
  } as Readonly<Record<string, string>>,
} as const;
