import { synthesise } from "../support/synthesise.ts";
import { PRICES } from "./prices.ts";

export interface Line {
  readonly item: string;
  readonly reckoning: string;
  readonly usd: number;
}

/** A month of 30 days, one tick a minute. */
const TICKS = 43_200;
/** Secret and data keys are cached for five minutes. */
const READS = TICKS / 5;
const TICK_SECONDS = 0.02;
const LINE_KB = 0.6;

const thousands = (amount: number) => amount.toLocaleString("en-US");

/** An idle month of the stack as it is synthesised, without any free tier. */
export function reckonIdleMonth(idleMetrics: readonly string[]): Line[] {
  const { ofType } = synthesise({ alertEmails: "security@example.com" });
  const keys = ofType("AWS::KMS::Key").length;
  const secrets = ofType("AWS::SecretsManager::Secret").length;
  const alarms = ofType("AWS::CloudWatch::Alarm").map(({ Properties }) => watched(Properties));
  const metrics = alarms.reduce((sum, amount) => sum + amount, 0);
  const dashboards = ofType("AWS::CloudWatch::Dashboard").length;
  const memory = ofType("AWS::Lambda::Function").map(({ Properties }) => Properties.MemorySize);
  const gb = Math.max(...memory) / 1024;
  const p = PRICES;
  return [
    line("customer managed key", `${keys} × 1.00`, keys * p.keyMonth),
    line(
      "secret",
      `${secrets} × 0.40 + ${thousands(READS)} reads × 0.05 / 10,000`,
      secrets * p.secretMonth + READS * p.secretRequest,
    ),
    line(
      "alarms",
      `${metrics} watched metrics × 0.10, of ${alarms.length} alarms`,
      metrics * p.alarmMetricMonth,
    ),
    line(
      "custom metrics",
      `${idleMetrics.length} that an idle system reports × 0.30: ${idleMetrics.join(", ")}`,
      idleMetrics.length * p.customMetricMonth,
    ),
    line(
      "function",
      `${thousands(TICKS)} × (0.20 / 1,000,000 + ${TICK_SECONDS} s × ${gb} GB × 0.0000133334)`,
      TICKS * (p.lambdaRequest + TICK_SECONDS * gb * p.lambdaGbSecond),
    ),
    line(
      "outbox query",
      `${thousands(TICKS)} × 0.5 read units × 0.125 / 1,000,000`,
      TICKS * 0.5 * p.readUnit,
    ),
    line(
      "key requests",
      `${thousands(2 * READS)} (table and secret) × 0.03 / 10,000`,
      2 * READS * p.keyRequest,
    ),
    line(
      "logs",
      `${thousands(TICKS)} lines × ${LINE_KB} KB × 0.50 a GB`,
      ((TICKS * LINE_KB) / 1e6) * p.logGb,
    ),
    line("dashboard", `${dashboards} × 3.00`, dashboards * p.dashboardMonth),
  ];
}

function line(item: string, reckoning: string, usd: number): Line {
  return { item, reckoning, usd };
}

/** How many metrics an alarm is billed for: an expression counts each metric that it reads. */
// biome-ignore lint/suspicious/noExplicitAny: a template's properties have the shape of their type.
function watched({ Metrics }: any): number {
  return Metrics === undefined
    ? 1
    : Metrics.filter((metric: { MetricStat?: unknown }) => metric.MetricStat).length;
}

export function sum(lines: readonly Line[]): number {
  return lines.reduce((total, { usd }) => total + usd, 0);
}

export function toTable(lines: readonly Line[]): string {
  const without = lines.filter(({ item }) => item !== "dashboard");
  return [
    "| item | reckoning | USD |",
    "| --- | --- | ---: |",
    ...without.map(toRow),
    `| **sum without the dashboard** | no free tier | **${sum(without).toFixed(2)}** |`,
    ...lines.filter((one) => !without.includes(one)).map(toRow),
    `| **sum** | | **${sum(lines).toFixed(2)}** |`,
  ].join("\n");
}

function toRow({ item, reckoning, usd }: Line): string {
  return `| ${item} | ${reckoning} | ${usd < 0.005 ? "< 0.01" : usd.toFixed(2)} |`;
}
