import { Stack } from "aws-cdk-lib";
import { Alarm, ComparisonOperator } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { ALARMS, type AlarmSpec } from "./alarm-list.ts";
import type { MonitoredResources } from "./metrics.ts";
import { toHeadingUrl } from "./runbook.ts";

/** Every alarm of the list; the operations topic gets its beginning and, mostly, its end. */
export function createAlarms(
  scope: Construct,
  resources: MonitoredResources,
  operationsTopic: Topic,
  settings: Settings,
): Alarm[] {
  const action = new SnsAction(operationsTopic);
  return ALARMS.map((spec) => {
    const alarm = createAlarm(scope, resources, spec, settings);
    alarm.addAlarmAction(action);
    if (spec.announcesEnd ?? true) alarm.addOkAction(action);
    return alarm;
  });
}

function createAlarm(
  scope: Construct,
  resources: MonitoredResources,
  spec: AlarmSpec,
  { runbookUrl }: Settings,
): Alarm {
  const { heading, urgency, meaning, metric, reaches, fallsBelow, periods = 1, missingData } = spec;
  return new Alarm(scope, `Alarm ${heading}`, {
    alarmName: `${Stack.of(scope).stackName} - ${heading}`,
    alarmDescription: `${urgency}: ${meaning} Runbook: ${toHeadingUrl(runbookUrl, heading)}`,
    metric: metric(resources),
    threshold: reaches ?? fallsBelow ?? 1,
    comparisonOperator:
      fallsBelow === undefined
        ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: periods,
    treatMissingData: missingData,
  });
}
