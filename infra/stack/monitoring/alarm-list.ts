import { Duration } from "aws-cdk-lib";
import { type IMetric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { METRIC } from "../../../lambda/shared/names.ts";
import {
  alertsWithoutSubscriber,
  appMetric,
  type MonitoredResources,
  undeliveredAlerts,
  watchdogRuns,
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

const { BREACHING, NOT_BREACHING } = TreatMissingData;
const minutes = Duration.minutes;

/** Counts are only reported when there is something to count: missing data means none. */
const ONE_IS_TOO_MANY = { reaches: 1, missingData: NOT_BREACHING };

/** Gauges of the relay that it reports only while there is something; see "Relay not running". */
const WHILE_REPORTED = { missingData: NOT_BREACHING };

/** The relay reports once a minute whatever happens: missing data is what its alarm is for. */
const MISSING_IS_BAD = { missingData: BREACHING };

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
    meaning:
      "Deliveries were not stored, and Meta repeats them for seven days; or an alert's page could not be shown or answered.",
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
    meaning:
      "Deliveries of Meta's form carry a signature that matches no app secret, as all of an app do after its secret was reset.",
    // Not muted by accepted deliveries: they may be another app's. Meta repeats a refused delivery
    // at once, hence two: a stranger's single try is no alarm.
    metric: (resources) => appMetric(resources, METRIC.signatureMismatch, { minutes: 15 }),
    ...ONE_IS_TOO_MANY,
    reaches: 2,
  },
  {
    heading: "Requests turned away",
    meaning:
      "Many requests were answered 4xx: somebody tries the address, or the throttle turns everybody away with 429, Meta too.",
    metric: ({ api }) => api.metricClientError({ period: minutes(5), statistic: Stats.SUM }),
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
    heading: "Unknown event",
    meaning:
      "Meta sent a security event by a name that this system does not know, or did not say which it was.",
    metric: (resources) => appMetric(resources, METRIC.unknownEvent),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Alert pending too long",
    meaning: "A stored event has waited for its alert for more than five minutes.",
    metric: (resources) => appMetric(resources, METRIC.outboxAge, { statistic: Stats.MAXIMUM }),
    reaches: 300,
    ...WHILE_REPORTED,
  },
  {
    heading: "Reset request unanswered",
    meaning: "Nobody has acknowledged an alert for a quarter of an hour.",
    metric: (resources) =>
      appMetric(resources, METRIC.unansweredMinutes, { statistic: Stats.MAXIMUM }),
    reaches: 15,
    ...WHILE_REPORTED,
  },
  {
    heading: "Relay not running",
    meaning: "The relay has not read the outbox for five minutes, so that no alert is caught up.",
    metric: (resources) => appMetric(resources, METRIC.relayRun, { minutes: 1 }),
    fallsBelow: 1,
    periods: 5,
    ...MISSING_IS_BAD,
  },
  {
    heading: "Alert not delivered",
    meaning: "SNS could not give an alert to one of its subscribers.",
    metric: undeliveredAlerts,
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Alert has no subscribers",
    meaning: "An alert was published while nobody was subscribed to the alert topic.",
    metric: alertsWithoutSubscriber,
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Dead-letter queue not empty",
    meaning: "Messages that SNS could not deliver to a subscriber wait to be looked at.",
    metric: ({ deadLetters }) =>
      deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: minutes(5),
      }),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Table failing",
    meaning:
      "DynamoDB failed or throttled claims or marks of alerts, also when they were tried again.",
    // What it could not store is answered 500, which has an alarm.
    metric: (resources) => appMetric(resources, METRIC.relayFailed),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Watchdog failed",
    meaning: "The daily watchdog could not finish its run, so that its mails may be missing.",
    metric: ({ watchdog }) => watchdog.metricErrors({ period: Duration.days(1) }),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Watchdog not running",
    meaning: "The daily watchdog has not come to an end for 30 hours.",
    metric: watchdogRuns,
    fallsBelow: 1,
    periods: 5,
    missingData: NOT_BREACHING,
  },
];
