import { describe, expect, test } from "vitest";
import { ALARMS } from "../../../infra/stack/monitoring/alarm-list.ts";
import { expectGenerated } from "../../docs/generated.ts";
import { EVERY_PART, type Resource, synthesise } from "../../support/synthesise.ts";
import { toText } from "../../support/template-text.ts";
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

const { all, ofType } = synthesise({ ...EVERY_PART, dashboard: false });
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

interface Line {
  readonly item: string;
  readonly reckoning: string;
  readonly usd: number;
}

/** How many metrics an alarm is billed for. */
function metricsOf({ Properties }: Resource): number {
  const { Metrics } = Properties;
  return Metrics ? Metrics.filter((metric: object) => "MetricStat" in metric).length : 1;
}

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** Runs a month of the rule's function. */
function toRuns({ Properties: { ScheduleExpression, Targets } }: Resource) {
  const [, count = "", unit = ""] = RATE.exec(ScheduleExpression) ?? [];
  const isDaily = /^cron\(\S+ \d+ \* \* \? \*\)$/.test(ScheduleExpression);
  const minutes = isDaily ? 24 * 60 : Number(count) * (UNIT_MINUTES[unit] ?? Number.NaN);
  const [, name = ""] = /^<(\w+?)\.Arn>$/.exec(toText(Targets[0].Arn)) ?? [];
  const usage = USAGE[name as keyof typeof USAGE];
  if (!usage || !(minutes > 0))
    throw new Error(`Nobody said what ${name} at ${ScheduleExpression} uses`);
  const fn = Object.entries(all).find(([id]) => id.replace(/[0-9A-F]{8}$/, "") === name)?.[1];
  return {
    runs: MONTH.minutes / minutes,
    memoryGigabytes: fn?.Properties.MemorySize / 1024,
    ...usage,
  };
}

const RULES = ofType("AWS::Events::Rule").map(toRuns);

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const count = (value: number) => Math.round(value).toLocaleString("en-US");

/** What an idle month costs with everything on but the dashboard, line by line. */
function toLines(): Line[] {
  const keys = ofType("AWS::KMS::Key").length;
  const secrets = ofType("AWS::SecretsManager::Secret").length;
  const reads = MONTH.minutes / CACHED_MINUTES;
  const alarms = ofType("AWS::CloudWatch::Alarm");
  const metrics = sum(alarms.map(metricsOf));
  const runs = sum(RULES.map((rule) => rule.runs));
  const gigabyteSeconds = sum(RULES.map((rule) => rule.runs * rule.seconds * rule.memoryGigabytes));
  const readUnits = sum(RULES.map((rule) => rule.runs * rule.readUnits));
  const logMegabytes = sum(RULES.map((rule) => (rule.runs * rule.logKilobytes) / 1000));
  return [
    {
      item: "customer managed key",
      reckoning: `${keys} × 1.00`,
      usd: keys * PRICES.keyMonth,
    },
    {
      item: "secret",
      reckoning: `${secrets} × 0.40 + ${count(reads)} reads × 0.05 / 10,000`,
      usd: secrets * PRICES.secretMonth + reads * PRICES.secretRead,
    },
    {
      item: "alarms",
      reckoning: `${metrics} watched metrics of ${alarms.length} alarms × 0.10`,
      usd: metrics * PRICES.alarmMetricMonth,
    },
    {
      item: "custom metrics",
      reckoning: `${idleMetrics.length} that an idle tick reports × 0.30 (${idleMetrics.join(", ")}) + WatchdogRun in ${WATCHDOG_HOURS} of ${MONTH.hours} hours`,
      usd: (idleMetrics.length + WATCHDOG_HOURS / MONTH.hours) * PRICES.customMetricMonth,
    },
    {
      item: "functions",
      reckoning: `${count(runs)} runs × 0.20 / 1,000,000 + ${count(gigabyteSeconds)} GB-s × 0.0000133334`,
      usd: runs * PRICES.invocation + gigabyteSeconds * PRICES.gigabyteSecond,
    },
    {
      item: "table",
      reckoning: `${count(readUnits)} read units × 0.125 / 1,000,000`,
      usd: readUnits * PRICES.readUnit,
    },
    {
      item: "key requests",
      reckoning: `${count(2 * reads)} (table and secret) × 0.03 / 10,000`,
      usd: 2 * reads * PRICES.keyRequest,
    },
    {
      item: "logs",
      reckoning: `${count(logMegabytes)} MB × (0.50 + 12 months × 0.03) / 1,000`,
      usd: (logMegabytes / 1000) * (PRICES.logGigabyte + 12 * PRICES.logGigabyteMonth),
    },
  ];
}

const LINES = toLines();
const TOTAL = sum(LINES.map(({ usd }) => usd));

const toUsd = (usd: number) => (usd < 0.005 ? "< 0.01" : usd.toFixed(2));

const TABLE = [
  "| item | reckoning | USD |",
  "| --- | --- | ---: |",
  ...LINES.map(({ item, reckoning, usd }) => `| ${item} | ${reckoning} | ${toUsd(usd)} |`),
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
  const memory = ofType("AWS::Lambda::Function")[0]?.Properties.MemorySize / 1024;
  const gigabyteSeconds = seconds * memory;
  const readUnits = pages * REFUSAL.pageReadUnits;
  const logGigabytes = (requests * REFUSAL.accessLogKilobytes) / 1_000_000;
  const lines = MONTH.minutes * REFUSAL.reasons * REFUSAL.linesPerMinute + requests / REFUSAL.fold;
  const ownGigabytes = (lines * REFUSAL.lineKilobytes) / 1_000_000;
  const toMillions = (value: number) => `${count(value / 1_000_000)} million`;
  const logGigabyte = PRICES.logGigabyte + 12 * PRICES.logGigabyteMonth;
  return [
    {
      item: "API Gateway",
      reckoning: `${perSecond} a second, ${toMillions(requests)} requests × 1.00`,
      usd: requests * PRICES.apiRequest,
    },
    {
      item: "function",
      reckoning: `${toMillions(requests)} runs × 0.20 + ${count(gigabyteSeconds)} GB-s × 0.0000133334`,
      usd: requests * PRICES.invocation + gigabyteSeconds * PRICES.gigabyteSecond,
    },
    {
      item: "table",
      reckoning: `${toMillions(readUnits)} read units × 0.125: one for each request of the page`,
      usd: readUnits * PRICES.readUnit,
    },
    {
      item: "function's log",
      reckoning: `${count(ownGigabytes)} GB × (0.50 + 12 months × 0.03)`,
      usd: ownGigabytes * logGigabyte,
    },
    {
      item: "access log",
      reckoning: `${count(logGigabytes)} GB × (0.50 + 12 months × 0.03), unless \`accessLog=false\``,
      usd: logGigabytes * logGigabyte,
    },
  ];
}

const FLOOD_LINES = toFloodLines();
const FLOOD_TABLE = [
  "| item | reckoning | USD |",
  "| --- | --- | ---: |",
  ...FLOOD_LINES.map(({ item, reckoning, usd }) => `| ${item} | ${reckoning} | ${toUsd(usd)} |`),
  `| **sum** | a month, all four routes at their limit all the time | **${toUsd(sum(FLOOD_LINES.map(({ usd }) => usd)))}** |`,
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
    console.log(`\n${TABLE}\n`);
    expect(TOTAL).toBeLessThanOrEqual(4.5);
    expect(TOTAL).toBeGreaterThan(3);
  });

  test("has one metric of its own that reports all the time: an idle tick's", () => {
    expect(idleMetrics).toEqual(["RelayRun"]);
  });

  test("has a price for each of the stack's resources", () => {
    const PRICED = [
      "AWS::CloudWatch::Alarm",
      "AWS::Events::Rule",
      "AWS::KMS::Key",
      "AWS::Lambda::Function",
      "AWS::SecretsManager::Secret",
    ];
    const types = new Set(Object.values(all).map(({ Type }) => Type));
    const unknown = [...types].filter((type) => ![...FREE_TYPES, ...PRICED].includes(type));
    expect(unknown, "types of resources whose cost nobody reckoned").toEqual([]);
  });
});

describe("the manual", () => {
  test("has this table", () => {
    expectGenerated("infra/REVIEW.md", "idle month", TABLE);
  });

  test("says what a flood costs", () => {
    expectGenerated("infra/REVIEW.md", "flood", FLOOD_TABLE);
  });

  test("says what each alarm costs", () => {
    expectGenerated("infra/REVIEW.md", "cost of alarms", ALARM_TABLE);
  });
});
