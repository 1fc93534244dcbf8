import type { Item } from "../../lambda/event/event-item.ts";
import { type Backlog, toBacklog } from "./backlog-items.ts";
import { SECRET_TEXT } from "./deliveries.ts";
import { createTable } from "./table.ts";
import {
  type ServiceAnswer,
  type ServiceRequest,
  startServices,
  toPublishAnswer,
} from "./tls-services.ts";

/**
 * DynamoDB, SNS and Secrets Manager over TLS, one port each, in a process of their own, so that
 * their CPU is not taken for the function's. They keep, refuse and find what AWS would (a contract
 * holds the table's parts to a real engine), and count what they are asked for.
 */
export interface Settings {
  /** How long each answer takes. */
  readonly delayMs: number;
  /** Whether places for messages can run out. */
  readonly paced: boolean;
}

/** `take`: what was done since the last time, then forget it; `empty`: and all that is stored. */
export type Order = { readonly seed: Backlog } | "take" | "take and empty";

/** A message that SNS accepted; microseconds of the machine's clock. */
export interface Published {
  readonly at: number;
  readonly kind: string;
  readonly events: number;
}

/** What was done; microseconds of the machine's clock. */
export interface Usage {
  /** By operation; `places`: those to DynamoDB for a message's place. */
  readonly requests: Readonly<Record<string, number>>;
  readonly unsigned: number;
  /** When the last event was stored. */
  readonly storedAt: number;
  readonly published: readonly Published[];
  /** Events in the table, and those whose alert is not published. */
  readonly events: number;
  readonly pending: number;
}

const { delayMs, paced }: Settings = JSON.parse(process.argv[2] ?? "{}");

const table = createTable();
let usage = toZeroUsage();
let published: Published[] = [];

function toZeroUsage() {
  return { requests: {} as Record<string, number>, storedAt: 0, unsigned: 0 };
}

function answer(request: ServiceRequest): ServiceAnswer {
  const name = request.target?.split(".").at(-1) ?? "Publish";
  usage.requests[name] = (usage.requests[name] ?? 0) + 1;
  if (!request.isSigned) usage.unsigned += 1;
  if (name === "Publish") return { status: 200, text: toPublishAnswer(crypto.randomUUID()) };
  if (name === "GetSecretValue") {
    return toJsonAnswer({ ARN: "arn", Name: "bench", SecretString: SECRET_TEXT, VersionId: "1" });
  }
  return ask(name, JSON.parse(request.body));
}

function ask(name: string, input: { Key?: Item }): ServiceAnswer {
  if (input.Key?.wabaId?.S === "pace") {
    usage.requests.places = (usage.requests.places ?? 0) + 1;
    if (!paced) return toJsonAnswer({});
  }
  const result = table.execute(`${name}Command`, input);
  if ("output" in result) return toJsonAnswer(result.output);
  const { name: type, message } = result.error;
  return { ...toJsonAnswer({ __type: `com.amazonaws.dynamodb#${type}`, message }), status: 400 };
}

function toJsonAnswer(output: object): ServiceAnswer {
  return { status: 200, text: JSON.stringify(output) };
}

function now(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function leaves({ target, body }: ServiceRequest): void {
  if (target?.endsWith(".PutItem")) usage.storedAt = now();
  if (target !== undefined) return;
  const message = new URLSearchParams(body).get("Message") ?? "{}";
  const document = JSON.parse(JSON.parse(message).default);
  published.push({ at: now(), kind: document.kind, events: document.events?.length ?? 1 });
}

function take(): Usage {
  const items = [...table.rows.values()].filter((item) => item.alert);
  const pending = items.filter((item) => item.alert?.S === "pending").length;
  return { ...usage, published, events: items.length, pending };
}

process.on("message", (order: Order) => {
  if (typeof order === "object") table.seed(toBacklog(order.seed, Date.now()));
  process.send?.(take());
  usage = toZeroUsage();
  published = [];
  if (order === "take and empty") table.clear();
});
process.on("disconnect", () => process.exit());
process.send?.(await startServices({ answer, leaves }, delayMs));
