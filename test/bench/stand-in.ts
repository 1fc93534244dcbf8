import { now } from "./clock.ts";
import { SECRET_TEXT } from "./deliveries.ts";
import {
  type ServiceAnswer,
  type ServiceRequest,
  startServices,
  toPublishAnswer,
} from "./tls-services.ts";

/**
 * DynamoDB, SNS and Secrets Manager as far as a webhook needs them, over TLS, one port each. Runs in
 * a process of its own, so that its CPU is not taken for the function's, and counts the work that
 * was asked of it: a subject that skips or repeats a step is found out.
 */
export interface Counts {
  /** Reads of the secret. */
  reads: number;
  /** Keys of conditional puts, publications, and marks of those keys that name a publication. */
  puts: number;
  publishes: number;
  marks: number;
  /** Places for messages that were taken. */
  places: number;
  /** When each publication was accepted: microseconds of the machine's clock. */
  acceptedAt: number[];
  /** Requests that were none of these, unsigned, or without the session token. */
  strange: string[];
}

/** How long each answer takes, milliseconds. */
const DELAY_MS = Number(process.argv[2] ?? 0);

const keys = new Set<string>();
const messageIds = new Set<string>();
let counts = toZeroCounts();

function toZeroCounts(): Counts {
  return { reads: 0, puts: 0, publishes: 0, marks: 0, places: 0, acceptedAt: [], strange: [] };
}

function putItem(body: string): string {
  const { Item, ConditionExpression } = JSON.parse(body);
  const key = `${Item.wabaId.S} ${Item.eventKey.S}`;
  const isGood = ConditionExpression.includes("attribute_not_exists") && Item.alert.S === "pending";
  if (!isGood || keys.has(key)) counts.strange.push(`put ${key}`);
  keys.add(key);
  counts.puts++;
  return "{}";
}

function updateItem(body: string): string {
  const { Key, ExpressionAttributeValues: values } = JSON.parse(body);
  if (Key.wabaId.S === "pace") {
    counts.places++;
    return "{}";
  }
  const isKnown = keys.delete(`${Key.wabaId.S} ${Key.eventKey.S}`);
  const isPublished = messageIds.has(values[":messageId"]?.S);
  if (isKnown && isPublished) counts.marks++;
  else counts.strange.push(`mark ${body}`);
  return "{}";
}

function publish(body: string): string {
  const form = new URLSearchParams(body);
  const isGood = form.get("Action") === "Publish" && form.get("Message")?.includes("3881");
  if (!isGood) counts.strange.push(`publish ${body}`);
  counts.publishes++;
  const id = `00000000-0000-4000-8000-${String(counts.publishes).padStart(12, "0")}`;
  messageIds.add(id);
  return toPublishAnswer(id);
}

function getSecretValue(): string {
  counts.reads++;
  return JSON.stringify({ ARN: "arn", Name: "bench", SecretString: SECRET_TEXT, VersionId: "1" });
}

/** The function may look at the outbox while it starts. */
function query(): string {
  return JSON.stringify({ Count: 0, Items: [], ScannedCount: 0 });
}

const OPERATIONS: Readonly<Record<string, (body: string) => string>> = {
  "DynamoDB_20120810.PutItem": putItem,
  "DynamoDB_20120810.UpdateItem": updateItem,
  "DynamoDB_20120810.Query": query,
  "secretsmanager.GetSecretValue": getSecretValue,
};

function answer({ target, body, isSigned }: ServiceRequest): ServiceAnswer {
  if (!isSigned) counts.strange.push("unsigned");
  const operation = target ? OPERATIONS[target] : publish;
  const text = operation?.(body);
  if (text === undefined) counts.strange.push(String(target));
  return { status: text === undefined ? 400 : 200, text: text ?? "" };
}

function leaves({ target }: ServiceRequest): void {
  if (target === undefined) counts.acceptedAt.push(now());
}

process.on("message", () => {
  process.send?.(counts);
  counts = toZeroCounts();
  keys.clear();
  messageIds.clear();
});
process.on("disconnect", () => process.exit());
process.send?.(await startServices({ answer, leaves }, DELAY_MS));
