/** Names of metrics that the application and the infrastructure must agree on. Imports nothing. */

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
  /** Single messages that found no place: the next tick publishes them. */
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
