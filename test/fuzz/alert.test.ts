import type { PublishCommandInput } from "@aws-sdk/client-sns";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { AlertDocumentSchema, HeartbeatDocumentSchema } from "../../lambda/alert/alert-document.ts";
import { type ChatDocument, ChatDocumentSchema } from "../../lambda/alert/chat-document.ts";
import type {
  HeartbeatNotice,
  MessageContext,
  NoticeItem,
} from "../../lambda/alert/content/notice.ts";
import { countBytes, toMessages } from "../../lambda/alert/message.ts";
import { countGsm7Septets } from "../support/gsm7.ts";
import { countMailRows, longLines } from "../support/mail-rows.ts";
import { compose } from "../support/notices.ts";
import { createSchemaCheck } from "../support/published-schema.ts";
import { ANY_ITEMS, anyContext, anyHeartbeat, anyItem, anyItems } from "./notices.ts";
import { RUNS, TIMEOUT } from "./runs.ts";

type Forms = Record<"default" | "email" | "https" | "sms", string>;

/** Characters that SQS, and with it every queue behind the topic, lets through. */
const VALID = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
const DATA_TYPES = /^(String|Number|String\.Array)$/;

/**
 * Rules: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
function checkInput({ Subject = "", Message = "", MessageAttributes = {} }: PublishCommandInput) {
  expect(Subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,99}$/);
  expect(Message).toMatch(VALID);
  const forms: Forms = JSON.parse(Message);
  expect(Object.keys(forms).sort()).toEqual(["default", "email", "https", "sms"]);
  for (const form of Object.values(forms)) expect(form).toMatch(VALID);
  for (const attribute of Object.values(MessageAttributes)) {
    expect(attribute.DataType).toMatch(DATA_TYPES);
    expect(attribute.StringValue).toMatch(/\S/);
    expect(attribute.StringValue).toMatch(VALID);
  }
  return forms;
}

function check(given: readonly NoticeItem[] | HeartbeatNotice, context: MessageContext): Forms {
  const message = compose(given, context);
  expect(countBytes(message)).toBeLessThanOrEqual(256 * 1024);
  return checkInput({
    Subject: message.subject,
    Message: message.message,
    MessageAttributes: message.attributes,
  } as PublishCommandInput);
}

/** A screen; more of a message about several events. */
function toMaxRows(items: readonly NoticeItem[]): number {
  return items.length > 1 ? 320 : 24;
}

test("a message with any texts in it keeps the rules of each channel", { timeout: TIMEOUT }, () => {
  const property = fc.property(anyItems, anyContext, (items, context) => {
    const { sms, email, https } = check(items, context);
    expect(countGsm7Septets(sms), "one SMS").toBeLessThanOrEqual(140);
    expect(sms, "begins with what it is").toMatch(/^(\[TEST\] )?WhatsApp \S/);
    expect(email).not.toMatch(/[\r\u2028\u2029\u202e]/);
    expect(longLines(email)).toEqual([]);
    expect(countMailRows(email), "one screen of mail").toBeLessThanOrEqual(toMaxRows(items));
    const { content, metadata } = JSON.parse(https);
    const { title, description, keywords } = content;
    const texts = [title, description, ...keywords, ...Object.values(metadata.additionalContext)];
    const shown = texts.map((each) => each.replace(/^\[TEST\] /, "")).join("\n");
    expect(shown, "no markdown, mention or link").not.toMatch(/[<>[\]`*~|\\@]|:\/\/|\.[a-z]{2}/i);
  });
  fc.assert(property, { numRuns: RUNS * 2 });
});

const KINDS = [...Object.keys(ANY_ITEMS), "heartbeat", "check"];

describe("programs and chats get documents of the published schemas", { timeout: TIMEOUT }, () => {
  const checkMachine = createSchemaCheck("message-document");
  const checkChat = createSchemaCheck("chat-document");

  function anyOf(kind: string): fc.Arbitrary<readonly NoticeItem[] | HeartbeatNotice> {
    if (kind === "heartbeat" || kind === "check") return anyHeartbeat.map((n) => ({ ...n, kind }));
    return ANY_ITEMS[kind as keyof typeof ANY_ITEMS];
  }

  test.each(KINDS)("%s", (kind) => {
    const property = fc.property(anyOf(kind), anyContext, (given, context) => {
      const { default: machine, https, sms } = check(given, context);
      expect(countGsm7Septets(sms)).toBeLessThanOrEqual(140);
      expect(checkMachine(machine)).toMatchObject({ version: 1, kind });
      const chat = checkChat(https) as ChatDocument;
      expect(chat.metadata.additionalContext.kind).toBe(kind);
      // Nothing beside what the schemas name.
      const { entries } = kind in ANY_ITEMS ? AlertDocumentSchema : HeartbeatDocumentSchema;
      v.parse(v.strictObject(entries), JSON.parse(machine));
      v.parse(ChatDocumentSchema, chat);
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS / 4) });
  });
});

describe("whatever is due", { timeout: TIMEOUT * 2 }, () => {
  test("is in one message, within SNS's size, and of one account where accounts are apart", () => {
    const items = fc.array(anyItem, { maxLength: 30 });
    const property = fc.property(items, fc.nat(40), anyContext, (some, times, context) => {
      const all = Array.from({ length: times }, () => some.map((item) => ({ ...item }))).flat();
      const messages = toMessages(all, context);
      const covered = messages.flatMap((message) => message.items);
      expect(new Set(covered)).toEqual(new Set(all));
      expect(covered).toHaveLength(all.length);
      for (const { items: about } of messages) {
        check(about, context);
        const accounts = new Set(about.map(({ event }) => event.wabaId));
        if (context.separateAccounts) expect(accounts.size).toBe(1);
      }
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS / 10) });
  });
});
