import type { Item } from "../../lambda/event/event-item.ts";
import { type Answer, toRowKey } from "../explore/memory-table.ts";
import { type Backlog, toBacklog } from "./backlog-items.ts";
import { now } from "./clock.ts";
import { SECRET_TEXT } from "./deliveries.ts";
import { createTable } from "./table.ts";
import {
  type ServiceAnswer,
  type ServiceRequest,
  startServices,
  toPublishAnswer,
} from "./tls-services.ts";
import type { Published, Usage } from "./usage.ts";
import { toBytes, toRefusedUnits, toWriteUnits } from "./write-units.ts";

/**
 * DynamoDB, SNS and Secrets Manager over TLS, one port each, in a process of their own, so that
 * their CPU is not taken for the function's. They keep, refuse and find what AWS would (a contract
 * holds the table's parts to a real engine), and count what AWS would bill.
 */
export interface Settings {
  /** How long each answer takes. */
  readonly delayMs: number;
  /** Whether places for messages can run out. */
  readonly paced: boolean;
}

/** `take`: what was done since the last time, then forget it; `empty`: and all that is stored. */
export type Order = { readonly seed: Backlog } | "take" | "take and empty";

const { delayMs, paced }: Settings = JSON.parse(process.argv[2] ?? "{}");
const PIECE_BYTES = 64 * 1024;

const table = createTable();
let usage = toZeroUsage();
let published: Published[] = [];

function toZeroUsage() {
  const requests: Record<string, number> = {};
  return { requests, writeUnits: 0, readUnits: 0, publishUnits: 0, storedAt: 0, unsigned: 0 };
}

function answer(request: ServiceRequest): ServiceAnswer {
  const name = request.target?.split(".").at(-1) ?? "Publish";
  usage.requests[name] = (usage.requests[name] ?? 0) + 1;
  if (!request.isSigned) usage.unsigned += 1;
  if (name === "Publish") return publish();
  if (name === "GetSecretValue") {
    return toJsonAnswer({ ARN: "arn", Name: "bench", SecretString: SECRET_TEXT, VersionId: "1" });
  }
  return ask(name, JSON.parse(request.body));
}

function publish(): ServiceAnswer {
  return { status: 200, text: toPublishAnswer(crypto.randomUUID()) };
}

function ask(name: string, input: { Item?: Item; Key?: Item }): ServiceAnswer {
  const key = toRowKey(input.Item ?? input.Key ?? {});
  if (key.startsWith("pace/")) {
    usage.requests.places = (usage.requests.places ?? 0) + 1;
    if (!paced) return toJsonAnswer({});
  }
  const before = table.rows.get(key);
  const result = table.execute(`${name}Command`, input);
  const after = table.rows.get(key);
  if (name === "Query" || name === "GetItem") usage.readUnits += toReadUnits(toOutput(result));
  else {
    const isRefused = "error" in result || !after;
    usage.writeUnits += isRefused ? toRefusedUnits(before) : toWriteUnits(before, after);
  }
  if ("output" in result) return toJsonAnswer(result.output);
  const { name: type, message } = result.error;
  return { ...toJsonAnswer({ __type: `com.amazonaws.dynamodb#${type}`, message }), status: 400 };
}

interface Output {
  readonly Items?: readonly Item[];
  readonly Item?: Item;
}

function toOutput(result: Answer): Output {
  return "output" in result ? result.output : {};
}

/** A consistent read of an item, or half of it for a page of an index; in pieces of 4 KB. */
function toReadUnits({ Items, Item: item }: Output): number {
  const bytes = (Items ?? [item ?? {}]).reduce((sum, one) => sum + toBytes(one), 0);
  return Math.max(1, Math.ceil(bytes / 4096)) * (Items ? 0.5 : 1);
}

function toJsonAnswer(output: object): ServiceAnswer {
  return { status: 200, text: JSON.stringify(output) };
}

function leaves({ target, body }: ServiceRequest): void {
  if (target?.endsWith(".PutItem")) usage.storedAt = now();
  if (target !== undefined) return;
  const form = new URLSearchParams(body);
  const message = form.get("Message") ?? "{}";
  usage.publishUnits += Math.ceil(Buffer.byteLength(message) / PIECE_BYTES);
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
