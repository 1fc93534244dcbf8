import { Duration, Stack } from "aws-cdk-lib";
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  GraphWidgetView,
  type IMetric,
  type IWidget,
  type Metric,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { METRIC } from "../../lambda/shared/names.ts";
import { alertTopicMetric, appMetric, type System } from "./metrics.ts";

/** Six questions, top left the most urgent one: each widget's title is the question it answers. */
export function createDashboard(scope: Construct, system: System, alarms: Alarm[]): Dashboard {
  return new Dashboard(scope, "Dashboard", {
    dashboardName: Stack.of(scope).stackName,
    defaultInterval: Duration.days(1),
    widgets: [
      [new AlarmStatusWidget({ title: "Alarms", alarms, width: 24, height: 4 })],
      [isItAlive(system), whatIsPending(system), whatCameIn(system)],
      [whatWasAlerted(system), howFast(system), whatWasRefused(system)],
    ],
  });
}

function isItAlive(system: System): IWidget {
  const { fn, api } = system;
  return graph(
    "Is it alive?",
    [
      appMetric(system, METRIC.relayRun).with({ label: "Relay runs" }),
      appMetric(system, METRIC.accepted).with({ label: "Deliveries accepted" }),
    ],
    [
      fn.metricErrors({ label: "Function errors" }),
      fn.metricThrottles({ label: "Function throttled" }),
      api.metricServerError({ label: "Answers 5xx", statistic: Stats.SUM }),
      appMetric(system, METRIC.storeFailed).with({ label: "Writes failed" }),
      appMetric(system, METRIC.relayFailed).with({ label: "Relay's claims and marks failed" }),
    ],
  );
}

function whatIsPending(system: System): IWidget {
  const { deadLetters } = system;
  const max = { statistic: Stats.MAXIMUM };
  return graph(
    "What is pending?",
    [
      appMetric(system, METRIC.outboxSize, max).with({ label: "Alerts in the outbox" }),
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...max, label: "Dead letters" }),
    ],
    [appMetric(system, METRIC.outboxAge, max).with({ label: "Oldest alert, seconds" })],
  );
}

function whatCameIn(system: System): IWidget {
  return bars("What came in?", system, {
    [METRIC.storedResetRequest]: "Reset requested",
    [METRIC.storedRequestSuccess]: "Two-step verification off",
    [METRIC.storedPinChanged]: "PIN changed",
    [METRIC.unknownEvent]: "Unknown event",
    [METRIC.testStored]: "of these, tests",
    [METRIC.duplicate]: "Repeats",
    [METRIC.ignoredField]: "Other fields",
  });
}

function whatWasAlerted(system: System): IWidget {
  return graph("What was alerted?", [
    appMetric(system, METRIC.alertPublished).with({ label: "Alerts published" }),
    appMetric(system, METRIC.alertPublishFailed).with({ label: "Publishing failed" }),
    alertTopicMetric(system, "NumberOfNotificationsDelivered").with({ label: "Delivered by SNS" }),
    alertTopicMetric(system, "NumberOfNotificationsFailed").with({ label: "Not delivered" }),
  ]);
}

function howFast(system: System): IWidget {
  const { fn, api } = system;
  return graph("How fast? (ms)", [
    ...percentiles("Answer", (statistic) => api.metricLatency({ statistic })),
    ...percentiles("Function", (statistic) => fn.metricDuration({ statistic })),
    ...percentiles("Alert", (statistic) => appMetric(system, METRIC.alertLatency, { statistic })),
  ]);
}

function percentiles(what: string, metric: (statistic: string) => Metric): IMetric[] {
  return [50, 99].map((percent) => {
    return metric(Stats.percentile(percent)).with({ label: `${what} p${percent}` });
  });
}

function whatWasRefused(system: System): IWidget {
  const { api } = system;
  const all = api.metricClientError({
    label: "Every 4xx, throttled ones too",
    statistic: Stats.SUM,
  });
  const labels = {
    [METRIC.signatureMismatch]: "Wrong signature",
    [METRIC.signatureMalformed]: "No signature",
    [METRIC.handshakeRejected]: "Handshake",
    [METRIC.payloadRejected]: "Not understood",
    [METRIC.sizeRejected]: "Too large",
    [METRIC.quarantined]: "Quarantined",
    [METRIC.valuesMissing]: "Values missing",
    [METRIC.deliveryFailed]: "Not stored",
  };
  return bars("What was refused?", system, labels, [all]);
}

type Labels = Partial<Record<(typeof METRIC)[keyof typeof METRIC], string>>;

function bars(title: string, system: System, labels: Labels, right: IMetric[] = []): IWidget {
  const left = Object.entries(labels).map(([name, label]) =>
    appMetric(system, name as keyof Labels).with({ label }),
  );
  return new GraphWidget({ title, left, right, stacked: true, view: GraphWidgetView.BAR, ...SIZE });
}

const SIZE = { width: 8, height: 7 };

function graph(title: string, left: IMetric[], right: IMetric[] = []): IWidget {
  return new GraphWidget({
    title,
    left,
    right,
    leftYAxis: { min: 0 },
    rightYAxis: { min: 0 },
    ...SIZE,
  });
}
