/** Public prices of us-east-1 in USD, read in November 2026 from each service's page of prices. */
export const PRICES = {
  keyMonth: 1,
  keyRequest: 0.03 / 10_000,
  secretMonth: 0.4,
  secretRequest: 0.05 / 10_000,
  alarmMetricMonth: 0.1,
  customMetricMonth: 0.3,
  dashboardMonth: 3,
  lambdaRequest: 0.2 / 1_000_000,
  /** arm64, the first tier. */
  lambdaGbSecond: 0.0000133334,
  readUnit: 0.125 / 1_000_000,
  logGb: 0.5,
} as const;

/** What a month costs beside the dashboard, at most. */
export const LIMIT = 4.6;
