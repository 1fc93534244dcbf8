import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Item } from "../../lambda/event/event-item.ts";
import { GOOD_ANSWERS, serveTls, toOperation } from "../support/tls-aws.ts";
import { type Backlog, toBacklog } from "./backlog-items.ts";
import { createTable } from "./table.ts";

/**
 * DynamoDB, SNS and Secrets Manager over TLS, in a process of their own, so that their CPU is not
 * taken for the function's. They keep, refuse and find what AWS would (a contract holds the table's
 * parts to a real engine), and count what they are asked for.
 */
export interface Settings {
  /** How long each answer takes. */
  readonly delayMs: number;
  /** Whether places for messages can run out. */
  readonly paced: boolean;
}

/** `take`: what was done since the last time, then forget it. */
export type Order = { readonly seed: Backlog } | "take";

/** A message that SNS accepted; microseconds of the machine's clock. */
export interface Published {
  readonly at: number;
  readonly kind: string;
  readonly events: number;
}

/** What was done; microseconds of the machine's clock. */
export interface Usage {
  /** By operation. */
  readonly requests: Readonly<Record<string, number>>;
  /** When the last event was stored. */
  readonly storedAt: number;
  readonly published: readonly Published[];
  /** Events in the table, and those whose alert is not published. */
  readonly events: number;
  readonly pending: number;
}

const { delayMs, paced }: Settings = JSON.parse(process.argv[2] ?? "{}");

const table = createTable();
let requests: Record<string, number> = {};
let storedAt = 0;
let published: Published[] = [];

const { port } = await serveTls(async (request, response) => {
  const body = await text(request);
  const operation = toOperation(request.headers, body);
  requests[operation] = (requests[operation] ?? 0) + 1;
  const good = GOOD_ANSWERS[operation];
  const [status, answer] = good ? [200, good] : askTable(operation, JSON.parse(body));
  if (delayMs > 0) await delay(delayMs);
  const at = Number(process.hrtime.bigint() / 1000n);
  if (operation === "PutItem") storedAt = at;
  if (operation === "Publish") published.push(toPublished(at, body));
  response.writeHead(status).end(answer);
});

function askTable(operation: string, input: { Key?: Item }): [status: number, answer: string] {
  if (!paced && input.Key?.wabaId?.S === "pace") return [200, "{}"];
  const result = table.execute(`${operation}Command`, input);
  if ("output" in result) return [200, JSON.stringify(result.output)];
  const { name, message } = result.error;
  return [400, JSON.stringify({ __type: `com.amazonaws.dynamodb#${name}`, message })];
}

function toPublished(at: number, body: string): Published {
  const message = new URLSearchParams(body).get("Message") ?? "{}";
  const { kind, events } = JSON.parse(JSON.parse(message).default);
  return { at, kind, events: events?.length ?? 1 };
}

function take(): Usage {
  const items = [...table.rows.values()].filter((item) => item.alert);
  const pending = items.filter((item) => item.alert?.S === "pending").length;
  return { requests, storedAt, published, events: items.length, pending };
}

process.on("message", (order: Order) => {
  if (order !== "take") table.seed(toBacklog(order.seed, Date.now()));
  process.send?.(take());
  requests = {};
  storedAt = 0;
  published = [];
});
process.on("disconnect", () => process.exit());
process.send?.(port);
