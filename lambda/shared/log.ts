import { type METRIC, METRICS } from "./metric-names.ts";

export type MetricName = (typeof METRIC)[keyof typeof METRIC];

/** Counts, or samples in the unit that METRICS names; both add up in CloudWatch. */
export type Metrics = Partial<Record<MetricName, number | readonly number[]>>;

export interface LogEntry {
  readonly level: "INFO" | "WARN" | "ERROR";
  /** A constant sentence; what varies goes into fields. */
  readonly message: string;
  /** Never content of a delivery: neither bodies, signatures, secrets nor numbers. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly metrics?: Metrics;
}

export interface Log {
  write(entry: LogEntry): void;
}

export interface LogDeps {
  readonly writeLine: (line: string) => void;
  readonly functionName: string;
  readonly now: () => number;
}

/**
 * One JSON line an entry, its metrics in CloudWatch's embedded format on the same line. Powertools'
 * logger and metrics do the same for more cold start than the rest of this application's own code.
 * Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createLog({ writeLine, functionName, now }: LogDeps): Log {
  return {
    write({ level, message, fields, metrics = {} }) {
      const timestamp = now();
      const line = {
        level,
        timestamp: new Date(timestamp).toISOString(),
        message,
        ...fields,
        ...toEmbeddedMetrics(metrics, functionName, timestamp),
      };
      writeLine(JSON.stringify(line));
    },
  };
}

function toEmbeddedMetrics(metrics: Metrics, functionName: string, timestamp: number) {
  const names = Object.keys(metrics);
  if (names.length === 0) return {};
  const directive = {
    Namespace: METRICS.namespace,
    Dimensions: [[METRICS.dimension]],
    Metrics: names.map((Name) => ({ Name, Unit: METRICS.units[Name] ?? "Count" })),
  };
  return {
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] },
    [METRICS.dimension]: functionName,
    ...metrics,
  };
}
