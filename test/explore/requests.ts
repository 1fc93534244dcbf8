import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { PublishCommandInput } from "@aws-sdk/client-sns";
import type { Item } from "../../lambda/outbox/event-item.ts";
import { toRowKey } from "./memory-table.ts";

export type SendKind =
  | "read secret"
  | "store"
  | "claim"
  | "release"
  | "mark"
  | "list outbox"
  | "publish";

/** One request of the application to a service. */
export interface Send {
  readonly kind: SendKind;
  /** The row that it is about; empty where it is about none. */
  readonly row: string;
  readonly input: object;
}

/** What a command of the SDK asks for. */
export function toSend(command: string, input: object): Send {
  switch (command) {
    case "PutItemCommand":
      return { kind: "store", row: toRowKey((input as { Item: Item }).Item), input };
    case "UpdateItemCommand":
      return { kind: toUpdateKind(input), row: toRowKey((input as { Key: Item }).Key), input };
    case "QueryCommand":
      return { kind: "list outbox", row: "", input };
    case "PublishCommand":
      return { kind: "publish", row: toAlertedRow(input as PublishCommandInput), input };
    default:
      throw new Error(`The explorer does not know ${command}`);
  }
}

function toUpdateKind({ UpdateExpression = "" }: Partial<UpdateItemCommandInput>): SendKind {
  if (UpdateExpression.includes("alertPublishedAt =")) return "mark";
  return UpdateExpression.includes("claimToken =") ? "claim" : "release";
}

/** The row that an alert says it is about. */
function toAlertedRow({ Message = "{}" }: PublishCommandInput): string {
  const document = JSON.parse(JSON.parse(Message).default);
  return `${document.wabaId}/${document.eventKey}`;
}
