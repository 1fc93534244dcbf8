/**
 * AWS's public prices in us-east-1, in USD, as of November 2026, without any free tier: from the
 * pricing pages of each service (aws.amazon.com/SERVICE/pricing).
 */
export const PRICES = {
  keyMonth: 1,
  keyRequest: 0.03 / 10_000,
  secretMonth: 0.4,
  secretRead: 0.05 / 10_000,
  /** For each metric that an alarm looks at, at a resolution of a minute. */
  alarmMetricMonth: 0.1,
  /** Billed for the hours in which it reports. */
  customMetricMonth: 0.3,
  dashboardMonth: 3,
  invocation: 0.2 / 1_000_000,
  gigabyteSecond: 0.0000133334,
  readUnit: 0.125 / 1_000_000,
  writeUnit: 0.625 / 1_000_000,
  /** For each 64 KB. */
  publish: 0.5 / 1_000_000,
  email: 2 / 100_000,
  apiRequest: 1 / 1_000_000,
  logGigabyte: 0.5,
  logGigabyteMonth: 0.03,
} as const;

/** A month as AWS reckons examples: of 30 days. */
export const MONTH = { days: 30, hours: 30 * 24, minutes: 30 * 24 * 60 } as const;

/** What one invocation of a rule's function needs when nothing has come in; measured or generous. */
export const USAGE = {
  /** A tick: six queries of empty queues, one after the other (as `npm run bench` measures it). */
  Function: { seconds: 0.06, readUnits: 3, logKilobytes: 0.6 },
  /** A daily run: some forty requests, most of them to Meta. */
  Watchdog: { seconds: 20, readUnits: 20, logKilobytes: 4 },
} as const;

/**
 * A request that is refused: measured or generous. A log line of API Gateway has 0.3 KB. Whatever
 * its link, a request for the page reads one item of at most 4 KB from the table itself. Of each of
 * the reasons that a stranger can cause thirty lines a minute are written, then one for a hundred.
 */
export const REFUSAL = {
  seconds: 0.005,
  pageSeconds: 0.02,
  pageReadUnits: 1,
  accessLogKilobytes: 0.3,
  reasons: 8,
  linesPerMinute: 30,
  fold: 100,
  lineKilobytes: 0.4,
} as const;

/** The functions read their secret again when it is this old; DynamoDB keeps a key as long. */
export const CACHED_MINUTES = 5;

/** Hours of a month in which the watchdog counts its run. */
export const WATCHDOG_HOURS = MONTH.days;

/** Types of resources that cost nothing by themselves, or nothing while nothing comes in. */
export const FREE_TYPES: readonly string[] = [
  ...["Api", "ApiMapping", "DomainName", "Integration", "Route", "Stage"].map(
    (type) => `ApiGatewayV2::${type}`,
  ),
  "Chatbot::SlackChannelConfiguration",
  "DynamoDB::Table",
  "IAM::ManagedPolicy",
  "IAM::Role",
  "KMS::Alias",
  ...["Alias", "EventInvokeConfig", "Permission"].map((type) => `Lambda::${type}`),
  "Logs::LogGroup",
  "Logs::QueryDefinition",
  // A record that points to AWS's own names is not billed for its queries.
  "Route53::RecordSet",
  "SecretsManager::ResourcePolicy",
  ...["Subscription", "Topic", "TopicPolicy"].map((type) => `SNS::${type}`),
  "SQS::Queue",
  "SQS::QueuePolicy",
];
