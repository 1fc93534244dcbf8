import { Duration } from "aws-cdk-lib";
import { type IMetric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { METRIC } from "../../../lambda/shared/metric-names.ts";
import {
  alertsWithoutSubscriber,
  appMetric,
  droppedAlerts,
  type MonitoredResources,
  undeliveredAlerts,
  unknownChanges,
  watchdogRuns,
} from "./metrics.ts";

export interface AlarmSpec {
  /** Name of the alarm, and of its heading in infra/RUNBOOK.md. */
  readonly heading: string;
  readonly urgency: "Act now" | "Next morning";
  /** One sentence: what it means that this alarm is on. */
  readonly meaning: string;
  readonly metric: (resources: MonitoredResources) => IMetric;
  /** The alarm is on when the metric reaches this, or falls below it. */
  readonly reaches?: number;
  readonly fallsBelow?: number;
  /** Periods in a row, one unless given. */
  readonly periods?: number;
  readonly missingData: TreatMissingData;
  /** Whether its end is mailed, too; yes unless given. */
  readonly announcesEnd?: boolean;
}

const { BREACHING, NOT_BREACHING } = TreatMissingData;
const minutes = Duration.minutes;

/** Counts are only reported when there is something to count: missing data means none. */
const ONE_IS_TOO_MANY = { reaches: 1, missingData: NOT_BREACHING };
/** Gauges of the relay that it reports only while there is something; see "Relay not running". */
const WHILE_REPORTED = { missingData: NOT_BREACHING };
/** The relay reports once a minute whatever happens: missing data is what its alarm is for. */
const MISSING_IS_BAD = { missingData: BREACHING };

/** One for each failure that breaks a promise, in the runbook's order: first what to do now. */
export const ALARMS: readonly AlarmSpec[] = [
  {
    heading: "Reset request unanswered",
    urgency: "Act now",
    meaning: "Nobody has acknowledged an alert for a quarter of an hour.",
    metric: (resources) =>
      appMetric(resources, METRIC.unansweredMinutes, { statistic: Stats.MAXIMUM }),
    reaches: 15,
    // It also ends when an alert lapses without an answer; answers are announced anyway.
    announcesEnd: false,
    ...WHILE_REPORTED,
  },
  {
    heading: "Alert pending too long",
    urgency: "Act now",
    meaning: "A stored event has waited for its alert for more than five minutes.",
    metric: (resources) => appMetric(resources, METRIC.outboxAge, { statistic: Stats.MAXIMUM }),
    reaches: 300,
    ...WHILE_REPORTED,
  },
  {
    heading: "Alert has no subscribers",
    urgency: "Act now",
    meaning: "An alert was published while nobody was subscribed to the alert topic.",
    metric: alertsWithoutSubscriber,
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Alert not delivered",
    urgency: "Act now",
    meaning: "SNS could not give an alert to one of its subscribers.",
    metric: undeliveredAlerts,
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Alert dropped by a filter",
    urgency: "Act now",
    meaning:
      "SNS kept an alert from a subscriber because its filter policy found no attributes, or none that it can read.",
    metric: droppedAlerts,
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Relay not running",
    urgency: "Act now",
    meaning: "The relay has not read the outbox for five minutes, so that no alert is caught up.",
    metric: (resources) => appMetric(resources, METRIC.relayRun, { minutes: 1 }),
    fallsBelow: 1,
    periods: 5,
    ...MISSING_IS_BAD,
  },
  {
    heading: "API answers 5xx",
    urgency: "Act now",
    meaning:
      "Deliveries were not stored, and Meta repeats them for seven days; or an alert's page could not be shown or answered.",
    metric: ({ api }) => api.metricServerError({ period: minutes(5), statistic: Stats.SUM }),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "All deliveries refused",
    urgency: "Act now",
    meaning:
      "Deliveries of Meta's form carry a signature that matches no app secret, as all of an app do after its secret was reset.",
    // Not muted by accepted deliveries: they may be another app's. Meta repeats a refused delivery
    // at once, hence two: a stranger's single try is no alarm.
    metric: (resources) => appMetric(resources, METRIC.signatureMismatch, { minutes: 15 }),
    ...ONE_IS_TOO_MANY,
    reaches: 2,
  },
  {
    heading: "Unknown change from Meta",
    urgency: "Act now",
    meaning:
      "Meta sent a security change that this system does not know or could not read in full, so that nobody may have been alerted.",
    metric: unknownChanges,
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Requests turned away",
    urgency: "Next morning",
    meaning:
      "Many requests were answered 4xx: somebody tries the address, or the throttle turns requests away with 429, perhaps Meta's too.",
    metric: ({ api }) => api.metricClientError({ period: minutes(5), statistic: Stats.SUM }),
    ...ONE_IS_TOO_MANY,
    reaches: 100,
  },
  {
    heading: "Dead-letter queue not empty",
    urgency: "Next morning",
    meaning: "Messages that SNS could not deliver to a subscriber wait to be looked at.",
    metric: ({ deadLetters }) =>
      deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: minutes(5),
      }),
    ...ONE_IS_TOO_MANY,
  },
  {
    heading: "Watchdog not running",
    urgency: "Next morning",
    // A run that failed and was repeated by Lambda with success is a run.
    meaning: "No daily run of the watchdog has come to its end for 30 hours.",
    metric: watchdogRuns,
    fallsBelow: 1,
    periods: 5,
    missingData: NOT_BREACHING,
  },
];
