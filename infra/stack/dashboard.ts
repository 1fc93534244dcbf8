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
import { METRICS } from "../../lambda/shared/names.ts";
import { alertTopicMetric, appMetric, type System } from "./metrics.ts";

const { names } = METRICS;

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
      appMetric(system, names.relayRun).with({ label: "Relay runs" }),
      appMetric(system, names.accepted).with({ label: "Deliveries accepted" }),
    ],
    [
      fn.metricErrors({ label: "Function errors" }),
      fn.metricThrottles({ label: "Function throttled" }),
      api.metricServerError({ label: "Answers 5xx", statistic: Stats.SUM }),
      appMetric(system, names.storeFailed).with({ label: "Writes failed" }),
      appMetric(system, names.relayFailed).with({ label: "Relay's claims and marks failed" }),
    ],
  );
}

function whatIsPending(system: System): IWidget {
  const { deadLetters } = system;
  const max = { statistic: Stats.MAXIMUM };
  return graph(
    "What is pending?",
    [
      appMetric(system, names.outboxSize, max).with({ label: "Alerts in the outbox" }),
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...max, label: "Dead letters" }),
    ],
    [appMetric(system, names.outboxAge, max).with({ label: "Oldest alert, seconds" })],
  );
}

function whatCameIn(system: System): IWidget {
  return bars("What came in?", system, {
    [names.storedResetRequest]: "Reset requested",
    [names.storedRequestSuccess]: "Two-step verification off",
    [names.storedPinChanged]: "PIN changed",
    [names.unknownEvent]: "Unknown event",
    [names.testStored]: "of these, tests",
    [names.duplicate]: "Repeats",
    [names.ignoredField]: "Other fields",
  });
}

function whatWasAlerted(system: System): IWidget {
  return graph("What was alerted?", [
    appMetric(system, names.alertPublished).with({ label: "Alerts published" }),
    appMetric(system, names.alertPublishFailed).with({ label: "Publishing failed" }),
    alertTopicMetric(system, "NumberOfNotificationsDelivered").with({ label: "Delivered by SNS" }),
    alertTopicMetric(system, "NumberOfNotificationsFailed").with({ label: "Not delivered" }),
  ]);
}

function howFast(system: System): IWidget {
  const { fn, api } = system;
  return graph("How fast? (ms)", [
    ...percentiles("Answer", (statistic) => api.metricLatency({ statistic })),
    ...percentiles("Function", (statistic) => fn.metricDuration({ statistic })),
    ...percentiles("Alert", (statistic) => appMetric(system, names.alertLatency, { statistic })),
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
    [names.signatureMismatch]: "Wrong signature",
    [names.signatureMalformed]: "No signature",
    [names.handshakeRejected]: "Handshake",
    [names.payloadRejected]: "Not understood",
    [names.sizeRejected]: "Too large",
    [names.quarantined]: "Quarantined",
    [names.valuesMissing]: "Values missing",
    [names.deliveryFailed]: "Not stored",
  };
  return bars("What was refused?", system, labels, [all]);
}

type Labels = Partial<Record<(typeof names)[keyof typeof names], string>>;

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
