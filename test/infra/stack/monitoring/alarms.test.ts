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

function findAlarm(heading: string): Json {
  const alarm = alarms.find(({ AlarmName }) => AlarmName === `Webhook - ${heading}`);
  if (!alarm) throw new Error(`There is no alarm ${heading}`);
  return alarm;
}

describe("the alarms", () => {
  test("are these, in the runbook's order: what must be done now before what can wait", () => {
    expect(ALARMS.map(({ heading }) => heading)).toMatchSnapshot();
    expect(alarms).toHaveLength(ALARMS.length);
    const urgencies = ALARMS.map(({ urgency }) => urgency);
    expect(urgencies).toEqual([...urgencies].sort());
  });

  test.each(ALARMS)("$heading goes on exactly then, and is mailed", ({ heading }) => {
    const { AlarmActions, OKActions, ...alarm } = findAlarm(heading);
    // What it watches, when it goes on, and what no data means.
    expect(toLines(alarm)).toMatchSnapshot();
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
