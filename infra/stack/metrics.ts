import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { METRIC, METRICS } from "../../lambda/shared/names.ts";

/** The parts whose metrics are watched. */
export interface MonitoredResources {
  readonly fn: LambdaFunction;
  readonly api: HttpApi;
  readonly table: Table;
  readonly alertTopic: Topic;
  readonly deadLetters: Queue;
}

type MetricName = (typeof METRIC)[keyof typeof METRIC];

/** One of the application's own metrics, summed over five minutes unless told otherwise. */
export function appMetric(
  { fn }: MonitoredResources,
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

/** One of SNS' metrics of the alert topic; SNS reports them every five minutes. */
export function alertTopicMetric(
  { alertTopic }: MonitoredResources,
  metricName: string,
  minutes = 5,
): Metric {
  const period = Duration.minutes(minutes);
  return alertTopic.metric(metricName, { statistic: Stats.SUM, period });
}

/** Signatures were wrong and not one was right: what a rotated app secret looks like. */
export function mismatchesOnly(resources: MonitoredResources): IMetric {
  const { signatureMismatch, accepted } = METRIC;
  return new MathExpression({
    expression: "IF(FILL(accepted, 0) == 0, FILL(mismatches, 0), 0)",
    usingMetrics: {
      mismatches: appMetric(resources, signatureMismatch),
      accepted: appMetric(resources, accepted),
    },
    period: Duration.minutes(15),
    label: "Wrong signatures while no delivery was accepted",
  });
}

/** Alerts that SNS took and then neither delivered nor failed to deliver: nobody is subscribed. */
export function unheardAlerts(resources: MonitoredResources): IMetric {
  return new MathExpression({
    expression: "IF(FILL(delivered, 0) + FILL(failed, 0) == 0, FILL(published, 0), 0)",
    usingMetrics: {
      published: alertTopicMetric(resources, "NumberOfMessagesPublished"),
      delivered: alertTopicMetric(resources, "NumberOfNotificationsDelivered"),
      failed: alertTopicMetric(resources, "NumberOfNotificationsFailed"),
    },
    period: Duration.minutes(15),
    label: "Alerts that nobody was there to hear",
  });
}

export function undeliveredAlerts(resources: MonitoredResources): IMetric {
  const invalid = "NumberOfNotificationsFilteredOut-InvalidAttributes";
  return new MathExpression({
    expression: "FILL(failed, 0) + FILL(invalid, 0)",
    usingMetrics: {
      failed: alertTopicMetric(resources, "NumberOfNotificationsFailed"),
      invalid: alertTopicMetric(resources, invalid),
    },
    label: "Alerts that a subscriber did not get",
  });
}

/**
 * Requests of the function that DynamoDB throttled, be it at the table or at one of its indexes:
 * a write that any of them holds up counts as one throttled request.
 */
export function throttledRequests(resources: MonitoredResources): IMetric {
  return sumOverOperations(resources, "ThrottledRequests", "Throttled requests");
}

/** Requests of the function that DynamoDB answered with a fault of its own. */
export function tableFaults(resources: MonitoredResources): IMetric {
  return sumOverOperations(resources, "SystemErrors", "Faults of DynamoDB");
}

const OPERATIONS = { puts: "PutItem", updates: "UpdateItem", queries: "Query" };

/** Alarms on DynamoDB's own metrics keep their state when data is missing; filled, they end. */
function sumOverOperations(
  { table }: MonitoredResources,
  metricName: string,
  label: string,
): IMetric {
  const usingMetrics = Object.fromEntries(
    Object.entries(OPERATIONS).map(([id, Operation]) => [
      id,
      new Metric({
        namespace: "AWS/DynamoDB",
        metricName,
        dimensionsMap: { TableName: table.tableName, Operation },
        statistic: Stats.SUM,
      }),
    ]),
  );
  const expression = "FILL(puts, 0) + FILL(updates, 0) + FILL(queries, 0)";
  return new MathExpression({ expression, usingMetrics, label });
}
