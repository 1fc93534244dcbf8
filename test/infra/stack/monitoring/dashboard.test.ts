import { describe, expect, test } from "vitest";
import { METRIC } from "../../../../lambda/shared/metric-names.ts";
import { EVERY_SUBSCRIBER, type Resource, synthesise } from "../../../support/synthesise.ts";

type Json = Resource["Properties"];

const { propertiesOf, ofType } = synthesise(EVERY_SUBSCRIBER);
const dashboard = propertiesOf("Dashboard");
const body: { start: string; widgets: Json[] } = JSON.parse(dashboard.DashboardBody);

/** Where it is, its title, and each metric: `left Sum/300 AWS/Lambda Errors FunctionName <Function> "Function errors"` */
function toText({ x, y, width, height, properties }: Json): string {
  const { title, view = "", stacked = false, metrics = [] } = properties;
  const lines = metrics.map((metric: Json[]) => {
    const { stat = "Average", period = 300, yAxis = "left", label } = metric.at(-1);
    return `${yAxis} ${stat}/${period} ${metric.slice(0, -1).join(" ")} "${label}"`;
  });
  const head = `${x},${y} ${width}x${height} ${title} ${view}${stacked ? ", stacked" : ""}`;
  return [head, ...lines].join("\n");
}

describe("the dashboard", () => {
  test("shows a day and answers the eight questions of an operator, below the alarms", () => {
    expect([dashboard.DashboardName, body.start]).toEqual(["Webhook", "-P1D"]);
    expect(`\n${body.widgets.map(toText).join("\n\n")}\n`).toMatchSnapshot();
  });

  test("counts from zero on every axis", () => {
    for (const { properties } of body.widgets.slice(2)) {
      if (properties.view === "bar") continue;
      expect(properties.yAxis, properties.title).toEqual({ left: { min: 0 }, right: { min: 0 } });
    }
  });

  test("begins with every alarm, and with the numbers as the watchdog's function shows them", () => {
    const [alarms, { type, properties }] = body.widgets as [Json, Json];
    expect(alarms.properties.alarms).toHaveLength(ofType("AWS::CloudWatch::Alarm").length);
    expect([type, properties.endpoint]).toEqual(["custom", "<Watchdog.Arn>"]);
  });

  test("shows or guards with an alarm every metric that the application counts", () => {
    const seen = `${JSON.stringify(body)} ${JSON.stringify(ofType("AWS::CloudWatch::Alarm"))}`;
    // The sum of those that are shown by event, and what the end of a rotation asks for.
    // And failed checks, which are mailed every day.
    const elsewhere: string[] = [METRIC.stored, METRIC.matchedSecretIndex, METRIC.checkFailed];
    const unseen = Object.values(METRIC).filter((name) => !seen.includes(`"${name}"`));
    expect(unseen.sort()).toEqual(elsewhere.sort());
  });
});
