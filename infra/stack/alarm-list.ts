import { Duration } from "aws-cdk-lib";
import { type IMetric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { METRIC } from "../../lambda/shared/names.ts";
import {
  appMetric,
  type MonitoredResources,
  mismatchesOnly,
  tableFaults,
  throttledRequests,
  undeliveredAlerts,
  unheardAlerts,
} from "./metrics.ts";

export interface AlarmSpec {
  /** Name of the alarm, and of its heading in infra/RUNBOOK.md. */
  readonly heading: string;
  /** One sentence: what it means that this alarm is on. */
  readonly meaning: string;
  readonly metric: (resources: MonitoredResources) => IMetric;
  /** The alarm is on when the metric reaches this, or falls below it. */
  readonly reaches?: number;
  readonly fallsBelow?: number;
  /** Periods in a row, one unless given. */
  readonly periods?: number;
  readonly missingData: TreatMissingData;
}

const { BREACHING, NOT_BREACHING, IGNORE } = TreatMissingData;
const minutes = Duration.minutes;

/** Counts are only reported when there is something to count: silence is good news. */
const ONE_IS_TOO_MANY = { reaches: 1, missingData: NOT_BREACHING };

/** The relay reports once a minute whatever happens: silence is what its alarm is for. */
const SILENCE_IS_BAD = { missingData: BREACHING };

/** Silence of the relay says nothing about what it watches, and has an alarm of its own. */
const SILENCE_SAYS_NOTHING = { missingData: IGNORE };

/** One alarm a promise. The runbook has a heading for each, in this order. */
export const ALARMS: readonly AlarmSpec[] = [
  {
    heading: "Function errors",
    meaning: "The function crashed, ran out of time or could not read the outbox.",
    metric: ({ fn }) => fn.metricErrors({ period: minutes(5) }),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Function throttled",
    meaning: "Lambda turned requests or ticks away because the account's concurrency is used up.",
    metric: ({ fn }) => fn.metricThrottles({ period: minutes(5) }),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "API answers 5xx",
    meaning: "Deliveries were not stored and answered so that Meta repeats them for seven days.",
    metric: ({ api }) => api.metricServerError({ period: minutes(5), statistic: Stats.SUM }),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Secret unavailable",
    meaning: "The secret could not be read, or has no app secret, so that deliveries are refused.",
    metric: (resources) => appMetric(resources, METRIC.secretUnavailable),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "All deliveries refused",
    meaning: "Signatures match no app secret and no delivery was accepted, as after a new secret.",
    metric: mismatchesOnly,
    // Meta repeats a refused delivery at once; a stranger's single try is no alarm.
    ...ONE_IS_TOO_MANY,
    reaches: 2,
  },
  {
    heading: "Many wrong signatures",
    meaning: "Somebody sends many requests whose signature matches no app secret.",
    metric: (resources) => appMetric(resources, METRIC.signatureMismatch),
    ...ONE_IS_TOO_MANY,
    reaches: 100,
  },
  {
    heading: "Signed body not understood",
    meaning: "Meta signed a body that is not JSON or not of the documented shape.",
    metric: (resources) => appMetric(resources, METRIC.payloadRejected),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Change quarantined",
    meaning: "A security change from Meta could not be stored and was set aside.",
    metric: (resources) => appMetric(resources, METRIC.quarantined),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Values missing",
    meaning:
      "Meta sends which fields changed but not their values, so that nobody knows which event it was.",
    metric: (resources) => appMetric(resources, METRIC.valuesMissing),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Unknown event",
    meaning: "Meta sent a security event by a name that this system does not know.",
    metric: (resources) => appMetric(resources, METRIC.unknownEvent),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Alert pending too long",
    meaning: "A stored reset request has waited for its alert for more than five minutes.",
    metric: (resources) =>
      appMetric(resources, METRIC.outboxAge, { statistic: Stats.MAXIMUM, minutes: 1 }),
    reaches: 300,
    ...SILENCE_SAYS_NOTHING,
  },
  {
    heading: "Relay not running",
    meaning: "The relay has not read the outbox for five minutes, so that no alert is caught up.",
    metric: (resources) => appMetric(resources, METRIC.relayRun, { minutes: 1 }),
    fallsBelow: 1,
    periods: 5,
    ...SILENCE_IS_BAD,
  },
  {
    heading: "Alert not delivered",
    meaning: "SNS could not give an alert to one of its subscribers.",
    metric: undeliveredAlerts,
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Alert without listener",
    meaning: "An alert was published and nobody is subscribed to hear it.",
    metric: unheardAlerts,
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Dead letters waiting",
    meaning: "Messages that reached nobody, or ticks that failed, wait to be looked at.",
    metric: ({ deadLetters }) =>
      deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: minutes(5),
      }),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Table throttled",
    meaning: "DynamoDB turned requests away because they came too fast for the table.",
    metric: throttledRequests,
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Table failing",
    meaning: "DynamoDB answered requests with faults of its own.",
    metric: tableFaults,
    ...ONE_IS_TOO_MANY,
  },
];
