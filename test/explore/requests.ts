import type { QueryCommandInput, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { PublishCommandInput } from "@aws-sdk/client-sns";
import type { Item } from "../../lambda/event/event-item.ts";
import { ATTRIBUTE, type Attribute } from "../../lambda/shared/item-names.ts";
import { NUMBER_INDEX, OUTBOX_INDEX } from "./memory-index.ts";
import { toRowKey } from "./memory-table.ts";
import { type Notice, toNoticeRow, toNotices } from "./notices.ts";
import { isOfPins } from "./pins.ts";
import type { MessageKind } from "./state.ts";

export type SendKind =
  | "read secret"
  | "read"
  | "store"
  | "take place"
  | "claim"
  | "prolong"
  | "restore"
  | "release"
  | "mark"
  | "answer"
  | "close"
  | "list outbox"
  | "list number"
  | "set PIN"
  | "publish";

/** Requests that change nothing, so that one whose answer is lost is one that failed. */
const READS: readonly SendKind[] = ["read secret", "read", "list outbox", "list number"];

/** One request of the application to a service. */
export interface Send {
  readonly kind: SendKind;
  /** The row that it is about, the first of several; empty where it is about none. */
  readonly row: string;
  readonly input: object;
  /** What a message says; empty for other requests. */
  readonly notices: readonly Notice[];
  /** Which kind of place a message needs: only digests of alerts are bound to theirs. */
  readonly pace: MessageKind | "any";
}

export function isRead({ kind }: Send): boolean {
  return READS.includes(kind);
}

/** What a command of the SDK asks for. */
export function toSend(command: string, input: object): Send {
  switch (command) {
    case "PutItemCommand":
      return { ...NOTHING, kind: "store", row: toRowKey((input as { Item: Item }).Item), input };
    case "UpdateItemCommand":
      return toUpdate(input as UpdateItemCommandInput);
    case "GetItemCommand":
      return { ...NOTHING, kind: "read", row: toRowKey((input as { Key: Item }).Key), input };
    case "QueryCommand":
      return { ...NOTHING, kind: toQueryKind(input as QueryCommandInput), input };
    case "PublishCommand":
      return toPublish(input as PublishCommandInput);
    default:
      throw new Error(`The explorer does not know ${command}`);
  }
}

export const NOTHING = { row: "", input: {}, notices: [], pace: "single" } as const;

function toUpdate(input: UpdateItemCommandInput): Send {
  const row = toRowKey(input.Key ?? {});
  return { ...NOTHING, kind: toUpdateKind(row, input.UpdateExpression ?? ""), row, input };
}

function toUpdateKind(row: string, expression: string): SendKind {
  if (row.startsWith("pace/")) return "take place";
  if (isOfPins(row)) return "set PIN";
  const sets = (name: Attribute) => expression.includes(` ${ATTRIBUTE[name]} =`);
  if (expression.endsWith(`REMOVE ${ATTRIBUTE.plain}`)) return "restore";
  if (sets("answers")) return "answer";
  if (sets("alertPublishedAt") || sets("alertRepeats") || sets("announcedAnswers")) return "mark";
  if (sets("alert")) return "close";
  if (sets("claimToken")) return "claim";
  return expression.includes("ADD") ? "release" : "prolong";
}

function toQueryKind({ IndexName }: QueryCommandInput): SendKind {
  if (IndexName === OUTBOX_INDEX.name) return "list outbox";
  if (IndexName === NUMBER_INDEX.name) return "list number";
  throw new Error(`The explorer does not know queries of ${IndexName ?? "the table"}`);
}

function toPublish(input: PublishCommandInput): Send {
  const notices = toNotices(input);
  const row = toNoticeRow(notices[0] ?? "");
  return { kind: "publish", row, input, notices, pace: toPace(input) };
}

function toPace({ MessageAttributes: { kind } = {} }: PublishCommandInput): Send["pace"] {
  const isDigest = kind?.StringValue === "digest";
  return isDigest ? "digest" : "any";
}
