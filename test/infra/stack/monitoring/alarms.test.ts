import { describe, expect, test } from "vitest";
import { ALARMS } from "../../../../infra/stack/monitoring/alarm-list.ts";
import { EVERY_SUBSCRIBER, type Resource, synthesise } from "../../../support/synthesise.ts";
import { resolve } from "../../../support/template-text.ts";

const RUNBOOK = "https://example.com/runbook";
const { ofType } = synthesise({ ...EVERY_SUBSCRIBER, runbookUrl: RUNBOOK });
const alarms = ofType("AWS::CloudWatch::Alarm").map(({ Properties }) => resolve(Properties));

type Json = Resource["Properties"];

const SIGNS: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: ">=",
  LessThanThreshold: "<",
};

/** All that decides when an alarm is on, in lines. Throws if it has a property that no line shows. */
function toLines(alarm: Json): string[] {
  const { AlarmName: _, AlarmDescription: __, Metrics, ...others } = alarm;
  const { ComparisonOperator, EvaluationPeriods, Threshold, TreatMissingData, ...metric } = others;
  if (Metrics) expect(metric).toEqual({});
  return [
    ...(Metrics ? Metrics.map(toMathLine) : [toMetricLine(metric)]),
    `${SIGNS[ComparisonOperator]} ${Threshold}, ${EvaluationPeriods} period, missing data ${TreatMissingData}`,
  ];
}

function toMathLine({ Id, Expression, Label: _, MetricStat, ReturnData, ...others }: Json): string {
  const { Metric, Stat, Period, ...unknown } = MetricStat ?? {};
  const isCounted = Expression !== undefined;
  expect({ ReturnData, ...others, ...unknown }).toEqual({ ReturnData: isCounted });
  return Expression ?? `${Id}: ${toMetricLine({ ...Metric, Statistic: Stat, Period })}`;
}

function toMetricLine({ Namespace, MetricName, Dimensions, Statistic, Period, ...others }: Json) {
  expect(others, "the metric has no other property").toEqual({});
  const dimensions = Dimensions.map(({ Name, Value }: Json) => `${Name} ${Value}`);
  return `${Statistic} of ${Namespace} ${MetricName} of ${dimensions} in ${Period} s`;
}

const FUNCTION = "FunctionName <Function>";
const TOPIC = "TopicName <AlertTopic.TopicName>";
const ONE = ">= 1, 1 period, missing data notBreaching";
const own = (name: string, seconds = 300, statistic = "Sum") =>
  `${statistic} of WhatsAppSecurityWebhook ${name} of ${FUNCTION} in ${seconds} s`;
const sns = (name: string) => `Sum of AWS/SNS ${name} of ${TOPIC} in 900 s`;

/** Every alarm whole: what it watches, when it goes on, and what no data means. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "Reset request unanswered": [
    own("UnansweredMinutes", 300, "Maximum"),
    ">= 15, 1 period, missing data notBreaching",
  ],
  "Alert pending too long": [
    own("OutboxAge", 300, "Maximum"),
    ">= 300, 1 period, missing data notBreaching",
  ],
  "Alert has no subscribers": [
    "IF(FILL(delivered, 0) + FILL(failed, 0) + FILL(filtered, 0) == 0, published, 0)",
    `published: ${sns("NumberOfMessagesPublished")}`,
    `delivered: ${sns("NumberOfNotificationsDelivered")}`,
    `failed: ${sns("NumberOfNotificationsFailed")}`,
    `filtered: ${sns("NumberOfNotificationsFilteredOut")}`,
    ONE,
  ],
  "Alert not delivered": [
    "failed + lost",
    `failed: ${sns("NumberOfNotificationsFailed")}`,
    `lost: ${sns("NumberOfNotificationsFailedToRedriveToDlq")}`,
    ONE,
  ],
  "Alert dropped by a filter": [
    "none + invalid",
    `none: ${sns("NumberOfNotificationsFilteredOut-NoMessageAttributes")}`,
    `invalid: ${sns("NumberOfNotificationsFilteredOut-InvalidAttributes")}`,
    ONE,
  ],
  "Relay not running": [own("RelayRun", 60), "< 1, 5 period, missing data breaching"],
  "API answers 5xx": ["Sum of AWS/ApiGateway 5xx of ApiId <Api> in 300 s", ONE],
  "All deliveries refused": [
    own("SignatureMismatch", 900),
    ">= 2, 1 period, missing data notBreaching",
  ],
  "Unknown change from Meta": [
    "body + form + event",
    `body: ${own("PayloadRejected")}`,
    `form: ${own("ChangeQuarantined")}`,
    `event: ${own("UnknownEventStored")}`,
    ONE,
  ],
  "Requests turned away": [
    "Sum of AWS/ApiGateway 4xx of ApiId <Api> in 300 s",
    ">= 100, 1 period, missing data notBreaching",
  ],
  "Dead-letter queue not empty": [
    "Maximum of AWS/SQS ApproximateNumberOfMessagesVisible of QueueName <DeadLetters.QueueName> in 300 s",
    ONE,
  ],
  "Watchdog not running": [
    "SUM([ticks, runs]) - ticks",
    `ticks: ${own("RelayRun", 21_600)}`,
    "runs: Sum of WhatsAppSecurityWebhook WatchdogRun of FunctionName <Watchdog> in 21600 s",
    "< 1, 5 period, missing data notBreaching",
  ],
};

function findAlarm(heading: string): Json {
  const alarm = alarms.find(({ AlarmName }) => AlarmName === `Webhook - ${heading}`);
  if (!alarm) throw new Error(`There is no alarm ${heading}`);
  return alarm;
}

describe("the alarms", () => {
  test("are these, in the runbook's order: what must be done now before what can wait", () => {
    expect(ALARMS.map(({ heading }) => heading)).toEqual(Object.keys(EXPECTED));
    expect(alarms).toHaveLength(ALARMS.length);
    const urgencies = ALARMS.map(({ urgency }) => urgency);
    expect(urgencies).toEqual([...urgencies].sort());
  });

  test.each(Object.keys(EXPECTED))("%s goes on exactly then, and is mailed", (heading) => {
    const { AlarmActions, OKActions, ...alarm } = findAlarm(heading);
    expect(toLines(alarm)).toEqual(EXPECTED[heading]);
    expect(AlarmActions).toEqual(["<OperationsTopic>"]);
    // Where an alert may just have lapsed, its end is not mailed.
    const isEndMailed = heading !== "Reset request unanswered";
    expect(OKActions).toEqual(isEndMailed ? ["<OperationsTopic>"] : undefined);
  });

  test.each(ALARMS)("$heading says in one sentence what it means, and where to read on", (spec) => {
    const { AlarmDescription } = findAlarm(spec.heading);
    const anchor = spec.heading.toLowerCase().replaceAll(" ", "-");
    expect(AlarmDescription).toBe(`${spec.urgency}: ${spec.meaning} Runbook: ${RUNBOOK}#${anchor}`);
    expect(spec.meaning).toMatch(/^[A-Z][^.]+\.$/);
    expect(AlarmDescription.length).toBeLessThan(1024);
  });
});
