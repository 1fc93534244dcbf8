import {
  CustomWidget,
  GraphWidget,
  GraphWidgetView,
  type IMetric,
  type IWidget,
  type Metric,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import type { METRIC } from "../../../lambda/shared/metric-names.ts";
import { appMetric, type MonitoredResources } from "./metrics.ts";

export function percentiles(what: string, metric: (statistic: string) => Metric): IMetric[] {
  return [50, 99].map((percent) => {
    return metric(Stats.percentile(percent)).with({ label: `${what} p${percent}` });
  });
}

type Labels = Partial<Record<(typeof METRIC)[keyof typeof METRIC], string>>;

export function bars(
  title: string,
  resources: MonitoredResources,
  labels: Labels,
  right: IMetric[] = [],
): IWidget {
  const left = Object.entries(labels).map(([name, label]) =>
    appMetric(resources, name as keyof Labels).with({ label }),
  );
  return new GraphWidget({ title, left, right, stacked: true, view: GraphWidgetView.BAR, ...SIZE });
}

const SIZE = { width: 8, height: 7 };

export function graph(title: string, left: IMetric[], right: IMetric[] = []): IWidget {
  return new GraphWidget({
    title,
    left,
    right,
    leftYAxis: { min: 0 },
    rightYAxis: { min: 0 },
    ...SIZE,
  });
}

/** Answers of a function of the stack, which shows and takes answers to alerts. */
export function whichNumbers({ watchdog }: MonitoredResources): IWidget {
  return new CustomWidget({
    title: "Which numbers are safe, and who gets alerts?",
    functionArn: watchdog.functionArn,
    updateOnTimeRangeChange: false,
    updateOnResize: false,
    width: 24,
    height: 10,
  });
}
