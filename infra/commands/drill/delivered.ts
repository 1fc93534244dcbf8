import { countInLastDay } from "../../../lambda/facts/metric.ts";
import { isAccessDenied } from "../../../lambda/shared/sentence.ts";
import type { Deployment } from "../../deployment/deployment.ts";

/** What SNS did with the alert topic's messages in the last day, by its own metrics. */
export interface Deliveries {
  readonly delivered: number;
  readonly failed: number;
  readonly filteredOut: number;
}

const METRICS: Readonly<Record<keyof Deliveries, string>> = {
  delivered: "NumberOfNotificationsDelivered",
  failed: "NumberOfNotificationsFailed",
  filteredOut: "NumberOfNotificationsFilteredOut",
};

/** Undefined on the local run; `denied` without the permission to look. */
export async function readDeliveries(
  { aws, alertTopicArn }: Deployment,
  now: number,
): Promise<Deliveries | "denied" | undefined> {
  if (!aws) return undefined;
  try {
    const counts = Object.entries(METRICS).map(async ([name, metric]) => {
      return [name, await countInLastDay(aws, alertTopicArn, metric, now)] as const;
    });
    return Object.fromEntries(await Promise.all(counts)) as unknown as Deliveries;
  } catch (error) {
    if (isAccessDenied(error)) return "denied";
    throw error;
  }
}

/** SNS counts about five minutes late, so this drill is not among them yet. */
export function toDeliveryLine(deliveries: Deliveries | "denied"): string {
  if (deliveries === "denied") {
    return "These AWS credentials may not read SNS's metrics: allow cloudwatch:GetMetricStatistics to see what was delivered and filtered out.";
  }
  const { delivered, failed, filteredOut } = deliveries;
  return `SNS's metrics of the last day: ${delivered} delivered, ${failed} failed, ${filteredOut} filtered out. This drill is counted in about five minutes.`;
}
