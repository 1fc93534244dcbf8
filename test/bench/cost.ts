import { PRICES } from "../infra/stack/prices.ts";
import type { Attack } from "./attack-figures.ts";
import type { ReportTable } from "./report.ts";

/** One kind of what deliveries use, and its price. */
export interface CostLine {
  readonly item: string;
  readonly count: number;
  readonly usd: number;
}

/** SNS asks KMS for a data key, which unlocks it, at most once in five minutes. */
const TOPIC_KEY_REQUESTS = 2;

/** What deliveries cost, kind by kind, in USD without any free tier; e-mails for each address. */
export function toCosts({ deliveries, memoryMb, workMs, usage }: Attack): readonly CostLine[] {
  const { requests, writeUnits, readUnits, publishUnits } = usage;
  const { PutItem = 0, UpdateItem = 0, Query = 0, GetItem = 0, Publish = 0 } = requests;
  const { GetSecretValue: secretReads = 0 } = requests;
  const keyRequests = TOPIC_KEY_REQUESTS + secretReads;
  const gigabyteSeconds = (workMs / 1000) * (memoryMb / 1024);
  const lambdaUsd = deliveries * PRICES.invocation + gigabyteSeconds * PRICES.gigabyteSecond;
  return [
    { item: "requests to API Gateway", count: deliveries, usd: deliveries * PRICES.apiRequest },
    { item: `milliseconds of Lambda, ${memoryMb} MB`, count: Math.round(workMs), usd: lambdaUsd },
    { item: "writes to DynamoDB", count: PutItem + UpdateItem, usd: writeUnits * PRICES.writeUnit },
    { item: "reads from DynamoDB", count: Query + GetItem, usd: readUnits * PRICES.readUnit },
    { item: "messages to SNS", count: Publish, usd: publishUnits * PRICES.publish },
    { item: "e-mails to each address", count: Publish, usd: Publish * PRICES.email },
    { item: "reads of the secret", count: secretReads, usd: secretReads * PRICES.secretRead },
    { item: "requests to KMS", count: keyRequests, usd: keyRequests * PRICES.keyRequest },
  ];
}

/** So many alerts, each in a message of its own: no digest, and no place to take for it. */
export function toUndigestedCosts({ usage }: Attack, alerts: number): readonly CostLine[] {
  const writeUnits = usage.writeUnits - 1;
  return [
    { item: "writes to DynamoDB", count: 2 * alerts, usd: alerts * writeUnits * PRICES.writeUnit },
    { item: "messages to SNS", count: alerts, usd: alerts * PRICES.publish },
    { item: "e-mails to each address", count: alerts, usd: alerts * PRICES.email },
  ];
}

export function toTotal(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

export function toCostTable(single: Attack, thousand: Attack): ReportTable {
  const columns = [toCosts(single), toCosts(thousand), toUndigestedCosts(single, thousand.events)];
  const rows = toCosts(single).map(({ item }) => [
    item,
    ...columns.map((lines) => cell(lines, item)),
  ]);
  const totals = columns.map((lines) => usd(toTotal(lines)));
  const head = ["count: USD", single.name, thousand.name, "the same without digests"];
  return {
    title: "What they use, and what it costs without any free tier:",
    rows: [head, ...rows, ["sum", ...totals]],
  };
}

function cell(lines: readonly CostLine[], item: string): string {
  const line = lines.find((one) => one.item === item);
  return line ? `${line.count.toLocaleString("en-US")}: ${usd(line.usd)}` : "";
}

function usd(value: number): string {
  return value.toFixed(7);
}
