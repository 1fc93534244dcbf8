/** Names that the application and the infrastructure must agree on. This file imports nothing. */

/** Keys of the function's environment. */
export const ENV = {
  tableName: "TABLE_NAME",
  alertTopicArn: "ALERT_TOPIC_ARN",
  secretId: "SECRET_ID",
  alertEvents: "ALERT_EVENTS",
  retentionDays: "RETENTION_DAYS",
} as const;

/** The one path that API Gateway routes to the function. */
export const WEBHOOK_PATH = "/webhook";

/** Limits that the function's settings and the claim protocol share, see `claimSeconds`. */
export const FUNCTION = { timeoutSeconds: 15, claimSeconds: 60, relayEveryMinutes: 1 } as const;

/** Event names that Meta documents for the `security` field. */
export const KNOWN_EVENTS = ["PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"] as const;
export const DEFAULT_ALERT_EVENTS: readonly string[] = ["PIN_RESET_REQUEST"];

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
  outbox: { name: "outbox", partitionKey: "outbox", sortKey: "claimExpiresAt" },
} as const;

/** What the outbox index carries besides its keys, and the one value of its partition key. */
export const OUTBOX = {
  value: "pending",
  nonKeyAttributes: ["alertAttempts", "receivedAt"],
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
  /** Well-formed signature that matches no configured app secret. */
  signatureMismatch: "SignatureMismatch",
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
  /** Milliseconds from receiving a change to its alert's acceptance by SNS. */
  alertLatency: "AlertLatency",
  relayRun: "RelayRun",
  /** Claims, releases and marks that DynamoDB failed; the next tick tries again. */
  relayFailed: "RelayFailed",
  /** Alerts pending when the relay looked, and the seconds that the oldest has waited. */
  outboxSize: "OutboxSize",
  outboxAge: "OutboxAge",
} as const;

/** The form of the metrics: CloudWatch embedded format, one dimension. */
export const METRICS = {
  namespace: "WhatsAppSecurityWebhook",
  dimension: "FunctionName",
  /** Units other than Count. */
  units: {
    AlertLatency: "Milliseconds",
    OutboxAge: "Seconds",
    MatchedSecretIndex: "None",
  } as Readonly<Record<string, string>>,
} as const;
