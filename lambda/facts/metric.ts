import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { METRICS } from "../shared/metric-names.ts";
import type { WatchedAws } from "./system.ts";

export interface Datapoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sum: number;
  readonly samples: number;
  readonly max: number;
}

/** One of the webhook's metrics by the minute, or by the hour beyond a day. */
export async function readMetric(
  { cloudwatch, functionName }: Pick<WatchedAws, "cloudwatch" | "functionName">,
  MetricName: string,
  from: number,
  until: number,
): Promise<Datapoint[]> {
  const isLong = until - from > 86_400_000;
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: METRICS.namespace,
      MetricName,
      Dimensions: [{ Name: METRICS.dimension, Value: functionName }],
      StartTime: new Date(from),
      EndTime: new Date(until),
      Period: isLong ? 3_600 : 60,
      Statistics: ["Sum", "SampleCount", "Maximum"],
    }),
  );
  return Datapoints.map(({ Timestamp, Sum = 0, SampleCount = 0, Maximum = 0 }) => ({
    at: Timestamp?.getTime() ?? 0,
    sum: Sum,
    samples: SampleCount,
    max: Maximum,
  }));
}

const DAY_MS = 86_400_000;

/** The sum of one of SNS's metrics of a topic over the last day. */
export async function countInLastDay(
  { cloudwatch }: Pick<WatchedAws, "cloudwatch">,
  topicArn: string,
  MetricName: string,
  now: number,
): Promise<number> {
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/SNS",
      MetricName,
      Dimensions: [{ Name: "TopicName", Value: topicArn.split(":").at(-1) }],
      StartTime: new Date(now - DAY_MS),
      EndTime: new Date(now),
      Period: DAY_MS / 1000,
      Statistics: ["Sum"],
    }),
  );
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
}
