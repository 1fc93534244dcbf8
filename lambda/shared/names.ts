/** Names that the application and the infrastructure must agree on. This file imports nothing. */

/** Settings with a value that the webhook's function needs, by their key of its environment. */
export const SETTING_ENV = {
  alertEvents: "ALERT_EVENTS",
  retentionDays: "RETENTION_DAYS",
  /** `5,15,60,240` or `off`. */
  repeatAfterMinutes: "REPEAT_AFTER_MINUTES",
} as const;

/** Keys of the functions' environments. */
export const ENV = {
  ...SETTING_ENV,
  tableName: "TABLE_NAME",
  alertTopicArn: "ALERT_TOPIC_ARN",
  secretId: "SECRET_ID",
  /** Where the public can reach the function, without a path: `https://…`. */
  publicUrl: "PUBLIC_URL",
  runbookUrl: "RUNBOOK_URL",
  /** What messages call this deployment. */
  label: "DEPLOYMENT_LABEL",
  /** What commands in messages are given. */
  stackName: "STACK_NAME",
  /** JSON: digits of a number to what people call it. */
  numberLabels: "NUMBER_LABELS",
  /** Of the watchdog's function alone. */
  operationsTopicArn: "OPERATIONS_TOPIC_ARN",
  tokenSecretId: "TOKEN_SECRET_ID",
  stackId: "STACK_ID",
  webhookFunction: "WEBHOOK_FUNCTION",
  heartbeatUrl: "HEARTBEAT_URL",
  graphUrl: "GRAPH_URL",
} as const;

/** Settings that are on or off, by their key of both functions' environment: `true`, or absent. */
export const SWITCHES = {
  /** No message is about several accounts: for subscriptions that are filtered by account. */
  separateAccounts: "SEPARATE_ACCOUNTS",
  /** The watchdog's function may set a PIN, so that nobody needs a token for it. */
  protect: "PROTECT",
  /** It may for the holder of an alert's link too. */
  protectByLink: "PROTECT_BY_LINK",
} as const;
export type Switches = { readonly [Name in keyof typeof SWITCHES]: boolean };

/** The digits of a phone number, as settings and commands take it. */
export const PHONE_DIGITS = /^\d{5,15}$/;

/** The two paths that API Gateway routes to the function: Meta's, and a person's who answers. */
export const WEBHOOK_PATH = "/webhook";
export const INCIDENT_PATH = "/incident";

/**
 * Variables of API Gateway's stage, which come with each request. `protectByLink`: the address that
 * starts the watchdog's function, only with that setting. The function's environment cannot name the
 * watchdog, whose own environment names the function.
 */
export const STAGE_VARIABLE = { protectByLink: "protectByLink" } as const;

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
  /** The one by which the webhook's function passes on what a link's holder asks for. */
  linkAlias: "protect-by-link",
  /** A run that was killed holds its claim for so long; no run takes longer. */
  claimSeconds: 120,
  /** By link a number gets a new PIN at most once in so long. */
  linkSeconds: 600,
  /** What was asked for by link begins within so long, or not at all. */
  linkStartSeconds: 120,
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
  /** Of both functions. Chosen from what a size costs and how fast it is: "Memory" in test/README.md. */
  memoryMb: 1024,
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
