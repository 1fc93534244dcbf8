import { Duration, Stack } from "aws-cdk-lib";
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  type IWidget,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { METRIC } from "../../../lambda/shared/metric-names.ts";
import { bars, graph, percentiles, whichNumbers } from "./graphs.ts";
import { alertTopicMetric, appMetric, type MonitoredResources } from "./metrics.ts";

/** Eight questions, top left the most urgent one: each widget's title is the question. */
export function createDashboard(
  scope: Construct,
  resources: MonitoredResources,
  alarms: Alarm[],
): Dashboard {
  return new Dashboard(scope, "Dashboard", {
    dashboardName: Stack.of(scope).stackName,
    defaultInterval: Duration.days(1),
    widgets: [
      [new AlarmStatusWidget({ title: "Alarms", alarms, width: 24, height: 4 })],
      [whichNumbers(resources)],
      [isItAlive(resources), whatIsPending(resources), whatCameIn(resources)],
      [whatWasAlerted(resources), whoAnswered(resources), whatWasRefused(resources)],
      [howFast(resources)],
    ],
  });
}

function isItAlive(resources: MonitoredResources): IWidget {
  const { fn, api } = resources;
  return graph(
    "Is it alive?",
    [
      appMetric(resources, METRIC.relayRun).with({ label: "Relay runs" }),
      appMetric(resources, METRIC.accepted).with({ label: "Deliveries accepted" }),
    ],
    [
      fn.metricErrors({ label: "Function errors" }),
      fn.metricThrottles({ label: "Function throttled" }),
      api.metricServerError({ label: "Answers 5xx", statistic: Stats.SUM }),
      appMetric(resources, METRIC.secretUnavailable).with({ label: "Secret unavailable" }),
      appMetric(resources, METRIC.storeFailed).with({ label: "Writes failed" }),
      appMetric(resources, METRIC.relayFailed).with({ label: "Relay's claims and marks failed" }),
      appMetric(resources, METRIC.incidentFailed).with({ label: "Incident page failed" }),
    ],
  );
}

function whatIsPending(resources: MonitoredResources): IWidget {
  const max = { statistic: Stats.MAXIMUM };
  return graph(
    "What is pending?",
    [
      appMetric(resources, METRIC.outboxSize, max).with({ label: "Alerts in the outbox" }),
      resources.deadLetters.metricApproximateNumberOfMessagesVisible({
        ...max,
        label: "Dead letters",
      }),
    ],
    [appMetric(resources, METRIC.outboxAge, max).with({ label: "Oldest alert, seconds" })],
  );
}

function whatCameIn(resources: MonitoredResources): IWidget {
  return bars("What came in?", resources, {
    [METRIC.storedResetRequest]: "Reset requested",
    [METRIC.storedRequestSuccess]: "Two-step verification off",
    [METRIC.storedPinChanged]: "PIN changed",
    [METRIC.unknownEvent]: "Unknown event",
    [METRIC.testStored]: "of these, tests",
    [METRIC.duplicate]: "Repeats",
    [METRIC.ignoredField]: "Other fields",
  });
}

function whatWasAlerted(resources: MonitoredResources): IWidget {
  return graph("What was alerted?", [
    appMetric(resources, METRIC.alertPublished).with({ label: "Alerts published" }),
    appMetric(resources, METRIC.repeatPublished).with({ label: "Repeats published" }),
    appMetric(resources, METRIC.digestPublished).with({ label: "Digests published" }),
    appMetric(resources, METRIC.alertPaced).with({ label: "Left to a digest" }),
    appMetric(resources, METRIC.alertPublishFailed).with({ label: "Publishing failed" }),
    alertTopicMetric(resources, "NumberOfNotificationsDelivered").with({
      label: "Delivered by SNS",
    }),
    alertTopicMetric(resources, "NumberOfNotificationsFailed").with({ label: "Not delivered" }),
  ]);
}

function whoAnswered(resources: MonitoredResources): IWidget {
  const max = { statistic: Stats.MAXIMUM };
  return graph(
    "Who answered?",
    [
      appMetric(resources, METRIC.incidentOpened).with({ label: "Alerts that want an answer" }),
      appMetric(resources, METRIC.incidentAcknowledged).with({ label: "Answered" }),
      appMetric(resources, METRIC.openIncidents, max).with({ label: "Unanswered" }),
    ],
    [
      appMetric(resources, METRIC.unansweredMinutes, max).with({ label: "Oldest, minutes" }),
      appMetric(resources, METRIC.acknowledgementMinutes, max).with({
        label: "Minutes until the answer",
      }),
    ],
  );
}

function howFast(resources: MonitoredResources): IWidget {
  const { fn, api } = resources;
  return graph("How fast? (ms)", [
    ...percentiles("Answer", (statistic) => api.metricLatency({ statistic })),
    ...percentiles("Function", (statistic) => fn.metricDuration({ statistic })),
    ...percentiles("Alert", (statistic) =>
      appMetric(resources, METRIC.alertLatency, { statistic }),
    ),
  ]);
}

function whatWasRefused(resources: MonitoredResources): IWidget {
  const { api } = resources;
  const all = api.metricClientError({
    label: "Every 4xx, throttled ones too",
    statistic: Stats.SUM,
  });
  const labels = {
    [METRIC.signatureMismatch]: "Wrong signature",
    [METRIC.foreignMismatch]: "Wrong signature, not Meta's form",
    [METRIC.signatureMalformed]: "No signature",
    [METRIC.handshakeRejected]: "Handshake",
    [METRIC.payloadRejected]: "Not understood",
    [METRIC.sizeRejected]: "Too large",
    [METRIC.quarantined]: "Stored in part or in plain form",
    [METRIC.valuesMissing]: "Values missing",
    [METRIC.deliveryFailed]: "Not stored",
  };
  return bars("What was refused?", resources, labels, [all]);
}
