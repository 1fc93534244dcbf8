import { describe, expect, test } from "vitest";
import { ALARMS } from "../../../infra/stack/alarm-list.ts";
import { METRIC, METRICS } from "../../../lambda/shared/names.ts";
import { EVERY_SUBSCRIBER, type Resource, synthesise } from "../../support/synthesise.ts";

const { ofType, theOnly } = synthesise(EVERY_SUBSCRIBER);
const alarms = ofType("AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);

function findAlarm(heading: string): Resource["Properties"] {
  const alarm = alarms.find(({ AlarmName }) => AlarmName === `Webhook - ${heading}`);
  if (!alarm) throw new Error(`There is no alarm ${heading}`);
  return alarm;
}

/** Every metric that an alarm looks at, as namespace and name. */
function metricsOf(alarm: Resource["Properties"]): string[] {
  if (!alarm.Metrics) return [`${alarm.Namespace} ${alarm.MetricName}`];
  return alarm.Metrics.flatMap(({ MetricStat }: Resource["Properties"]) =>
    MetricStat ? [`${MetricStat.Metric.Namespace} ${MetricStat.Metric.MetricName}`] : [],
  );
}

describe("every alarm", () => {
  test.each(ALARMS.map(({ heading }) => heading))("%s tells the operations topic", (heading) => {
    const topic = { Ref: expect.stringMatching(/^OperationsTopic/) };
    expect(findAlarm(heading)).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
  });

  test.each(ALARMS)("$heading says in one sentence what it means and where to read on", (spec) => {
    const { AlarmDescription } = findAlarm(spec.heading);
    expect(AlarmDescription).toBe(`${spec.meaning} Runbook: infra/RUNBOOK.md, "${spec.heading}".`);
    expect(spec.meaning).toMatch(/^[A-Z][^.]+\.$/);
    expect(AlarmDescription.length).toBeLessThan(1024);
  });

  test("is in the list, once", () => {
    const names = new Set(alarms.map(({ AlarmName }) => AlarmName));
    expect(names.size).toBe(ALARMS.length);
    expect(alarms).toHaveLength(ALARMS.length);
  });

  test("has a way with missing data that was chosen", () => {
    const byWay = (way: string) =>
      alarms
        .filter(({ TreatMissingData }) => TreatMissingData === way)
        .map(({ AlarmName }) => AlarmName);
    expect(byWay("breaching")).toEqual(["Webhook - Relay not running"]);
    expect(byWay("ignore")).toEqual(["Webhook - Alert pending too long"]);
    expect(byWay("notBreaching")).toHaveLength(ALARMS.length - 2);
  });
});

describe("an alarm goes on", () => {
  test.each([
    ["Function errors", "AWS/Lambda Errors", 1],
    ["Function throttled", "AWS/Lambda Throttles", 1],
    ["API answers 5xx", "AWS/ApiGateway 5xx", 1],
    ["Secret unavailable", "WhatsAppSecurityWebhook SecretUnavailable", 1],
    ["Many wrong signatures", "WhatsAppSecurityWebhook SignatureMismatch", 100],
    ["Signed body not understood", "WhatsAppSecurityWebhook PayloadRejected", 1],
    ["Change quarantined", "WhatsAppSecurityWebhook ChangeQuarantined", 1],
    ["Values missing", "WhatsAppSecurityWebhook ValuesMissing", 1],
    ["Alert pending too long", "WhatsAppSecurityWebhook OutboxAge", 300],
    ["Dead letters waiting", "AWS/SQS ApproximateNumberOfMessagesVisible", 1],
  ])("%s: when %s reaches %i", (heading, metric, threshold) => {
    const alarm = findAlarm(heading);
    expect(metricsOf(alarm)).toEqual([metric]);
    expect(alarm).toMatchObject({
      Threshold: threshold,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      EvaluationPeriods: 1,
    });
  });

  test("Relay not running: after five minutes without a run", () => {
    expect(findAlarm("Relay not running")).toMatchObject({
      MetricName: "RelayRun",
      Period: 60,
      EvaluationPeriods: 5,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
    });
  });

  test("All deliveries refused: when signatures are wrong and none is right", () => {
    expect(metricsOf(findAlarm("All deliveries refused"))).toEqual([
      "WhatsAppSecurityWebhook SignatureMismatch",
      "WhatsAppSecurityWebhook DeliveryAccepted",
    ]);
  });

  test("Alert without listener: when SNS took an alert and had nobody to give it to", () => {
    expect(metricsOf(findAlarm("Alert without listener")).sort()).toEqual([
      "AWS/SNS NumberOfMessagesPublished",
      "AWS/SNS NumberOfNotificationsDelivered",
      "AWS/SNS NumberOfNotificationsFailed",
    ]);
  });

  test.each(["Table throttled", "Table failing"])("%s: by any of the operations", (heading) => {
    const operations = findAlarm(heading)
      .Metrics.flatMap(({ MetricStat }: Resource["Properties"]) => MetricStat?.Metric.Dimensions)
      .filter((dimension: Resource["Properties"]) => dimension?.Name === "Operation");
    expect(operations.map(({ Value }: { Value: string }) => Value)).toEqual([
      "PutItem",
      "UpdateItem",
      "Query",
    ]);
  });

  test("over metrics with the one dimension that the application gives them", () => {
    const own = alarms.filter(({ Namespace }) => Namespace === METRICS.namespace);
    expect(own.length).toBeGreaterThan(5);
    for (const { Dimensions } of own) {
      expect(Dimensions).toEqual([
        { Name: "FunctionName", Value: { Ref: expect.stringMatching(/^Function/) } },
      ]);
    }
  });
});

describe("the dashboard", () => {
  const body = theOnly("AWS::CloudWatch::Dashboard")
    .Properties.DashboardBody["Fn::Join"][1].map((part: unknown) =>
      typeof part === "string" ? part : "token",
    )
    .join("");
  const { widgets } = JSON.parse(body);

  test("answers the seven questions of an operator, below the alarms", () => {
    expect(widgets.map(({ properties }: Resource["Properties"]) => properties.title)).toEqual([
      "Alarms",
      "Is it alive?",
      "What is pending?",
      "What came in?",
      "What was alerted?",
      "Who answered?",
      "What was refused?",
      "How fast? (ms)",
    ]);
  });

  test("shows or guards with an alarm every metric that the application counts", () => {
    const seen = `${body} ${JSON.stringify(alarms)}`;
    // The sum of those that are shown by event, and what the end of a rotation asks for.
    const elsewhere: string[] = [METRIC.stored, METRIC.matchedSecretIndex];
    const unseen = Object.values(METRIC).filter((name) => !seen.includes(`"${name}"`));
    expect(unseen.sort()).toEqual(elsewhere.sort());
  });
});
