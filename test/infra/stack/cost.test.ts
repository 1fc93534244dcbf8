import { describe, expect, test } from "vitest";
import { ALARMS } from "../../../infra/stack/monitoring/alarm-list.ts";
import { expectGenerated } from "../../docs/generated.ts";
import { EVERY_PART, type Resource, synthesise } from "../../support/synthesise.ts";
import { resolve } from "../../support/template-text.ts";
import { startWorld } from "../../support/world.ts";
import {
  CACHED_MINUTES,
  FREE_TYPES,
  MONTH,
  PRICES,
  REFUSAL,
  USAGE,
  WATCHDOG_HOURS,
} from "./prices.ts";

const { all, ofType, propertiesOf } = synthesise({ ...EVERY_PART, dashboard: false });
const idleMetrics = await findIdleMetrics();

/** The metrics that a tick reports when nothing is pending. */
async function findIdleMetrics(): Promise<string[]> {
  const world = await startWorld();
  await world.tick();
  const line = world.lastLine() as {
    _aws: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
  };
  await world.stop();
  return line._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
}

type Line = readonly [item: string, reckoning: string, usd: number];

/** How many metrics an alarm is billed for. */
function metricsOf({ Properties }: Resource): number {
  const { Metrics } = Properties;
  return Metrics ? Metrics.filter((metric: object) => "MetricStat" in metric).length : 1;
}

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** Runs a month of the rule's function. */
function toRuns({ Properties }: Resource) {
  const { ScheduleExpression, Targets } = resolve(Properties);
  const [, count = "", unit = ""] = RATE.exec(ScheduleExpression) ?? [];
  const isDaily = /^cron\(\S+ \d+ \* \* \? \*\)$/.test(ScheduleExpression);
  const minutes = isDaily ? 24 * 60 : Number(count) * (UNIT_MINUTES[unit] ?? Number.NaN);
  const name = Targets[0].Arn.replace(/^<(\w+)\.Arn>$/, "$1") as keyof typeof USAGE;
  const usage = USAGE[name];
  if (!usage || !(minutes > 0))
    throw new Error(`Nobody said what ${name} at ${ScheduleExpression} uses`);
  const memoryGigabytes = propertiesOf(name).MemorySize / 1024;
  return { runs: MONTH.minutes / minutes, memoryGigabytes, ...usage };
}

const RULES = ofType("AWS::Events::Rule").map(toRuns);

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const count = (value: number) => Math.round(value).toLocaleString("en-US");

const sumOf = (lines: readonly Line[]) => sum(lines.map(([, , usd]) => usd));
const toUsd = (usd: number) => (usd < 0.005 ? "< 0.01" : usd.toFixed(2));
const toRow = ([item, reckoning, usd]: Line) => `| ${item} | ${reckoning} | ${toUsd(usd)} |`;
const HEAD = ["| item | reckoning | USD |", "| --- | --- | ---: |"];

/** What an idle month costs with everything on but the dashboard, line by line. */
function toLines(): Line[] {
  const keys = ofType("AWS::KMS::Key").length;
  const secrets = ofType("AWS::SecretsManager::Secret").length;
  const reads = MONTH.minutes / CACHED_MINUTES;
  const alarms = ofType("AWS::CloudWatch::Alarm");
  const metrics = sum(alarms.map(metricsOf));
  const idle = `${idleMetrics.length} that an idle tick reports × 0.30 (${idleMetrics.join(", ")})`;
  const runs = sum(RULES.map((rule) => rule.runs));
  const gigabyteSeconds = sum(RULES.map((rule) => rule.runs * rule.seconds * rule.memoryGigabytes));
  const readUnits = sum(RULES.map((rule) => rule.runs * rule.readUnits));
  const logMegabytes = sum(RULES.map((rule) => (rule.runs * rule.logKilobytes) / 1000));
  return [
    ["customer managed key", `${keys} × 1.00`, keys * PRICES.keyMonth],
    [
      "secret",
      `${secrets} × 0.40 + ${count(reads)} reads × 0.05 / 10,000`,
      secrets * PRICES.secretMonth + reads * PRICES.secretRead,
    ],
    [
      "alarms",
      `${metrics} watched metrics of ${alarms.length} alarms × 0.10`,
      metrics * PRICES.alarmMetricMonth,
    ],
    [
      "custom metrics",
      `${idle} + WatchdogRun in ${WATCHDOG_HOURS} of ${MONTH.hours} hours`,
      (idleMetrics.length + WATCHDOG_HOURS / MONTH.hours) * PRICES.customMetricMonth,
    ],
    [
      "functions",
      `${count(runs)} runs × 0.20 / 1,000,000 + ${count(gigabyteSeconds)} GB-s × 0.0000133334`,
      runs * PRICES.invocation + gigabyteSeconds * PRICES.gigabyteSecond,
    ],
    ["table", `${count(readUnits)} read units × 0.125 / 1,000,000`, readUnits * PRICES.readUnit],
    [
      "key requests",
      `${count(2 * reads)} (table and secret) × 0.03 / 10,000`,
      2 * reads * PRICES.keyRequest,
    ],
    [
      "logs",
      `${count(logMegabytes)} MB × (0.50 + 12 months × 0.03) / 1,000`,
      (logMegabytes / 1000) * (PRICES.logGigabyte + 12 * PRICES.logGigabyteMonth),
    ],
  ];
}

const LINES = toLines();
const TOTAL = sumOf(LINES);
const TABLE = [
  ...HEAD,
  ...LINES.map(toRow),
  `| **sum** | without any free tier and without the dashboard | **${toUsd(TOTAL)}** |`,
  `| dashboard | 1 × 3.00, unless \`dashboard=false\` | ${toUsd(PRICES.dashboardMonth)} |`,
  `| **sum** | with the dashboard | **${toUsd(TOTAL + PRICES.dashboardMonth)}** |`,
].join("\n");

/** What a month of nothing but strangers costs, at the most that each route lets through. */
function toFloodLines(): Line[] {
  const { RouteSettings } = ofType("AWS::ApiGatewayV2::Stage")[0]?.Properties ?? {};
  const routes = Object.entries<{ ThrottlingRateLimit: number }>(RouteSettings);
  const toPerSecond = (pattern: RegExp) => {
    const some = routes.filter(([route]) => pattern.test(route));
    return sum(some.map(([, { ThrottlingRateLimit }]) => ThrottlingRateLimit));
  };
  const perSecond = toPerSecond(/./);
  const requests = perSecond * MONTH.minutes * 60;
  const pages = toPerSecond(/ \/incident$/) * MONTH.minutes * 60;
  const seconds = (requests - pages) * REFUSAL.seconds + pages * REFUSAL.pageSeconds;
  const gigabyteSeconds = (seconds * propertiesOf("Function").MemorySize) / 1024;
  const readUnits = pages * REFUSAL.pageReadUnits;
  const logGigabytes = (requests * REFUSAL.accessLogKilobytes) / 1_000_000;
  const lines = MONTH.minutes * REFUSAL.reasons * REFUSAL.linesPerMinute + requests / REFUSAL.fold;
  const ownGigabytes = (lines * REFUSAL.lineKilobytes) / 1_000_000;
  const toMillions = (value: number) => `${count(value / 1_000_000)} million`;
  const logGigabyte = PRICES.logGigabyte + 12 * PRICES.logGigabyteMonth;
  return [
    [
      "API Gateway",
      `${perSecond} a second, ${toMillions(requests)} requests × 1.00`,
      requests * PRICES.apiRequest,
    ],
    [
      "function",
      `${toMillions(requests)} runs × 0.20 + ${count(gigabyteSeconds)} GB-s × 0.0000133334`,
      requests * PRICES.invocation + gigabyteSeconds * PRICES.gigabyteSecond,
    ],
    [
      "table",
      `${toMillions(readUnits)} read units × 0.125: one for each request of the page`,
      readUnits * PRICES.readUnit,
    ],
    [
      "function's log",
      `${count(ownGigabytes)} GB × (0.50 + 12 months × 0.03)`,
      ownGigabytes * logGigabyte,
    ],
    [
      "access log",
      `${count(logGigabytes)} GB × (0.50 + 12 months × 0.03), unless \`accessLog=false\``,
      logGigabytes * logGigabyte,
    ],
  ];
}

const FLOOD = toFloodLines();
const FLOOD_TABLE = [
  ...HEAD,
  ...FLOOD.map(toRow),
  `| **sum** | a month, all four routes at their limit all the time | **${toUsd(sumOf(FLOOD))}** |`,
].join("\n");

const ALARM_TABLE = [
  "| alarm | metrics | USD a month |",
  "| --- | ---: | ---: |",
  ...ALARMS.map(({ heading }) => {
    const alarm = ofType("AWS::CloudWatch::Alarm").find(
      ({ Properties }) => Properties.AlarmName === `Webhook - ${heading}`,
    );
    const metrics = alarm ? metricsOf(alarm) : Number.NaN;
    return `| ${heading} | ${metrics} | ${toUsd(metrics * PRICES.alarmMetricMonth)} |`;
  }),
].join("\n");

describe("an idle month with everything on but the dashboard", () => {
  test("costs at most 4.50 USD without any free tier", () => {
    expect(TOTAL).toBeLessThanOrEqual(4.5);
    expect(TOTAL).toBeGreaterThan(3);
  });

  test("has one metric of its own that reports all the time: an idle tick's", () => {
    expect(idleMetrics).toEqual(["RelayRun"]);
  });

  test("has a price for each of the stack's resources", () => {
    const priced = ["CloudWatch::Alarm", "Events::Rule", "KMS::Key", "Lambda::Function"];
    const known = [...priced, "SecretsManager::Secret", ...FREE_TYPES];
    const types = new Set(Object.values(all).map(({ Type }) => Type.replace("AWS::", "")));
    const unknown = [...types].filter((type) => !known.includes(type));
    expect(unknown, "types of resources whose cost nobody reckoned").toEqual([]);
  });
});

test.each([
  ["idle month", TABLE],
  ["flood", FLOOD_TABLE],
  ["cost of alarms", ALARM_TABLE],
])("the manual has the table of the %s", (name, table) => {
  expectGenerated("infra/REVIEW.md", name, table);
});
