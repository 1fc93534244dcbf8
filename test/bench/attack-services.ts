import type { Item } from "../../lambda/event/event-item.ts";
import { type Answer, execute, type Rows, toRowKey } from "../explore/memory-table.ts";
import { now } from "./clock.ts";
import { SECRET_TEXT } from "./deliveries.ts";
import {
  type ServiceAnswer,
  type ServiceRequest,
  startServices,
  toPublishAnswer,
} from "./tls-services.ts";
import type { Usage } from "./usage.ts";
import { toBytes, toRefusedUnits, toWriteUnits } from "./write-units.ts";

/**
 * AWS's stand-ins for a mass attack, in a process of their own: the table is the explorer's, which a
 * contract holds to a real engine's behaviour, so that places run out, claims are given back and
 * ticks find what is left. Counts what AWS would bill.
 */
const DELAY_MS = Number(process.argv[2] ?? 0);
const PIECE_BYTES = 64 * 1024;

let rows: Rows = new Map();
let usage = toZeroUsage();
let publishedAt: number[] = [];

function toZeroUsage() {
  const requests: Record<string, number> = {};
  return { requests, writeUnits: 0, readUnits: 0, publishUnits: 0, storedAt: 0 };
}

function answer(request: ServiceRequest): ServiceAnswer {
  const name = request.target?.split(".").at(-1) ?? "Publish";
  usage.requests[name] = (usage.requests[name] ?? 0) + 1;
  if (name === "Publish") return publish(request.body);
  if (name === "GetSecretValue") {
    return toJsonAnswer({ ARN: "arn", Name: "bench", SecretString: SECRET_TEXT, VersionId: "1" });
  }
  return ask(name, JSON.parse(request.body));
}

function publish(body: string): ServiceAnswer {
  const message = new URLSearchParams(body).get("Message") ?? "";
  usage.publishUnits += Math.ceil(Buffer.byteLength(message) / PIECE_BYTES);
  return { status: 200, text: toPublishAnswer(crypto.randomUUID()) };
}

function ask(name: string, input: { Item?: Item; Key?: Item }): ServiceAnswer {
  const key = toRowKey(input.Item ?? input.Key ?? {});
  const before = rows.get(key);
  const effect = execute(rows, `${name}Command`, input);
  const isRefused = "error" in effect.answer;
  const after = effect.rows.get(key);
  rows = effect.rows;
  if (name === "Query" || name === "GetItem")
    usage.readUnits += toReadUnits(toOutput(effect.answer));
  else
    usage.writeUnits += isRefused || !after ? toRefusedUnits(before) : toWriteUnits(before, after);
  if ("output" in effect.answer) return toJsonAnswer(effect.answer.output);
  const { name: type, message } = effect.answer.error;
  return { ...toJsonAnswer({ __type: `com.amazonaws.dynamodb#${type}`, message }), status: 400 };
}

interface Output {
  readonly Items?: readonly Item[];
  readonly Item?: Item;
}

function toOutput(answer: Answer): Output {
  return "output" in answer ? answer.output : {};
}

/** A consistent read of an item, or half of it for a page of an index; in pieces of 4 KB. */
function toReadUnits({ Items, Item: item }: Output): number {
  const bytes = (Items ?? [item ?? {}]).reduce((sum, one) => sum + toBytes(one), 0);
  return Math.max(1, Math.ceil(bytes / 4096)) * (Items ? 0.5 : 1);
}

function toJsonAnswer(output: object): ServiceAnswer {
  return { status: 200, text: JSON.stringify(output) };
}

function leaves({ target }: ServiceRequest): void {
  if (target === undefined) publishedAt.push(now());
  if (target?.endsWith(".PutItem")) usage.storedAt = now();
}

process.on("message", () => {
  const items = [...rows.values()].filter((item) => item.alert);
  const pending = items.filter((item) => item.alert?.S === "pending").length;
  process.send?.({ ...usage, publishedAt, events: items.length, pending } satisfies Usage);
  usage = toZeroUsage();
  publishedAt = [];
});
process.on("disconnect", () => process.exit());
process.send?.(await startServices({ answer, leaves }, DELAY_MS));
