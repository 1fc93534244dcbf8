import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { FILTERED_BY_MISTAKE, METRIC, METRICS } from "../../../lambda/shared/metric-names.ts";

/** The parts whose metrics are watched. */
export interface MonitoredResources {
  readonly fn: LambdaFunction;
  readonly api: HttpApi;
  readonly alertTopic: Topic;
  readonly deadLetters: Queue;
  readonly watchdog: LambdaFunction;
}

type MetricName = (typeof METRIC)[keyof typeof METRIC];

/** One of the application's own metrics, summed over five minutes unless said otherwise. */
export function appMetric(
  { fn }: Pick<MonitoredResources, "fn">,
  metricName: MetricName,
  { statistic = Stats.SUM, minutes = 5 } = {},
): Metric {
  return new Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { [METRICS.dimension]: fn.functionName },
    statistic,
    period: Duration.minutes(minutes),
  });
}

/**
 * Runs of the watchdog in six hours, but only of hours in which the relay ran, so that a new stack
 * does not alarm before its first run. A sum takes missing data for zero, where the run's metric alone would
 * have no value just when nothing ran.
 */
export function watchdogRuns({ fn, watchdog }: MonitoredResources): IMetric {
  const sixHours = { minutes: 360 };
  return new MathExpression({
    expression: "SUM([ticks, runs]) - ticks",
    usingMetrics: {
      ticks: appMetric({ fn }, METRIC.relayRun, sixHours),
      runs: appMetric({ fn: watchdog }, METRIC.watchdogRun, sixHours),
    },
    period: Duration.hours(6),
    label: "Runs of the watchdog",
  });
}

/** SNS reports every five minutes, and late: a window of fifteen minutes has the late ones too. */
const SNS_MINUTES = 15;

/** One of SNS' metrics of the alert topic. */
export function alertTopicMetric(
  { alertTopic }: MonitoredResources,
  metricName: string,
  minutes = SNS_MINUTES,
): Metric {
  const period = Duration.minutes(minutes);
  return alertTopic.metric(metricName, { statistic: Stats.SUM, period });
}

/**
 * Alerts that SNS took and then neither delivered, nor failed to deliver, nor kept from a subscriber
 * with a filter: nobody is subscribed. SNS reports no zeros, hence FILL: without it the comparison
 * has no value just when it is true.
 */
export function alertsWithoutSubscriber(resources: MonitoredResources): IMetric {
  return new MathExpression({
    expression: "IF(FILL(delivered, 0) + FILL(failed, 0) + FILL(filtered, 0) == 0, published, 0)",
    usingMetrics: {
      published: alertTopicMetric(resources, "NumberOfMessagesPublished"),
      delivered: alertTopicMetric(resources, "NumberOfNotificationsDelivered"),
      failed: alertTopicMetric(resources, "NumberOfNotificationsFailed"),
      filtered: alertTopicMetric(resources, "NumberOfNotificationsFilteredOut"),
    },
    period: Duration.minutes(SNS_MINUTES),
    label: "Alerts published while nobody was subscribed",
  });
}

/** The second is lost for good: SNS could not even put it into the dead-letter queue. */
export function undeliveredAlerts(resources: MonitoredResources): IMetric {
  return new MathExpression({
    expression: "failed + lost",
    usingMetrics: {
      failed: alertTopicMetric(resources, "NumberOfNotificationsFailed"),
      lost: alertTopicMetric(resources, "NumberOfNotificationsFailedToRedriveToDlq"),
    },
    period: Duration.minutes(SNS_MINUTES),
    label: "Alerts that a subscriber did not get",
  });
}

/** Messages that a filter policy drops only because it sees no attributes. */
export function droppedAlerts(resources: MonitoredResources): IMetric {
  const [none = "", invalid = ""] = FILTERED_BY_MISTAKE;
  return new MathExpression({
    expression: "none + invalid",
    usingMetrics: {
      none: alertTopicMetric(resources, none),
      invalid: alertTopicMetric(resources, invalid),
    },
    period: Duration.minutes(SNS_MINUTES),
    label: "Alerts that a filter dropped for missing or invalid attributes",
  });
}

/** Changes that may have alerted nobody: of another form, or of an event with an unknown name. */
export function unknownChanges(resources: MonitoredResources): IMetric {
  return new MathExpression({
    expression: "body + form + event",
    usingMetrics: {
      body: appMetric(resources, METRIC.payloadRejected),
      form: appMetric(resources, METRIC.quarantined),
      event: appMetric(resources, METRIC.unknownEvent),
    },
    period: Duration.minutes(5),
    label: "Changes that are not known",
  });
}
