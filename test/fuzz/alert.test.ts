import { PublishCommand, type PublishCommandInput } from "@aws-sdk/client-sns";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { AlertDocumentSchema, HeartbeatDocumentSchema } from "../../lambda/alert/alert-document.ts";
import { createAlertTopic } from "../../lambda/alert/alert-topic.ts";
import { type ChatDocument, ChatDocumentSchema } from "../../lambda/alert/chat/chat-document.ts";
import type { HeartbeatNotice, MessageContext, Notice } from "../../lambda/alert/content/notice.ts";
import { countBytes, splitDigest, toMessage } from "../../lambda/alert/message.ts";
import { countGsm7Septets } from "../support/gsm7.ts";
import { countMailRows, longLines } from "../support/mail-rows.ts";
import { createSchemaCheck } from "../support/published-schema.ts";
import { ANY_NOTICE, anyContext, anyDigestItem, anyHeartbeat, anyNotice } from "./notices.ts";
import { RUNS, TIMEOUT } from "./runs.ts";

type Forms = Record<"default" | "email" | "https" | "sms", string>;

/** The input that the SNS client is given for a notice. */
async function publish(notice: Notice, given: MessageContext): Promise<PublishCommandInput> {
  const sent: PublishCommand[] = [];
  const client = {
    async send(command: PublishCommand) {
      sent.push(command);
      return { MessageId: "m" };
    },
  };
  const { now, ...context } = given;
  const topicArn = "arn:aws:sns:x:1:y";
  const topic = createAlertTopic({ client: client as never, topicArn, now: () => now, context });
  expect(await topic.publish(notice)).toBe("m");
  expect(sent[0]).toBeInstanceOf(PublishCommand);
  return sent[0]?.input as PublishCommandInput;
}

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

function check(notice: Notice | HeartbeatNotice, context: MessageContext): Forms {
  const message = toMessage(notice, context);
  expect(countBytes(message)).toBeLessThanOrEqual(256 * 1024);
  return checkInput({
    Subject: message.subject,
    Message: message.message,
    MessageAttributes: message.attributes,
  } as PublishCommandInput);
}

/** Of a message about several events. */
const MAX_ROWS: Readonly<Record<string, number>> = { digest: 243, answers: 300 };

describe("a message with any texts in it", { timeout: TIMEOUT }, () => {
  test("is one that SNS's documented rules accept", async () => {
    const property = fc.asyncProperty(anyNotice, anyContext, async (notice, context) => {
      const input = await publish(notice, context);
      expect(input.MessageStructure).toBe("json");
      checkInput(input);
      check(notice, context);
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test("is one SMS, which begins with what it is and never shows a whole number", () => {
    const property = fc.property(anyNotice, anyContext, (notice, context) => {
      const { sms } = check(notice, context);
      expect(countGsm7Septets(sms)).toBeLessThanOrEqual(140);
      expect(sms).toMatch(/^(\[TEST\] )?WhatsApp \S/);
    });
    fc.assert(property, { numRuns: RUNS });
  });

  test("is one screen of mail, and a digest's is bounded", () => {
    const property = fc.property(anyNotice, anyContext, (notice, context) => {
      const { email } = check(notice, context);
      expect(email).not.toMatch(/[\r\u2028\u2029\u202e]/);
      expect(longLines(email)).toEqual([]);
      expect(countMailRows(email)).toBeLessThanOrEqual(MAX_ROWS[notice.kind] ?? 24);
    });
    fc.assert(property, { numRuns: RUNS });
  });

  test("has a chat's text without markdown, mentions and links but ours", () => {
    const property = fc.property(anyNotice, anyContext, (notice, context) => {
      const { content, metadata } = JSON.parse(check(notice, context).https);
      const { title, description, keywords } = content;
      const texts = [title, description, ...keywords, ...Object.values(metadata.additionalContext)];
      for (const text of texts.map((each) => each.replace(/^\[TEST\] /, "")))
        expect(text).not.toMatch(/[<>[\]`*~|\\@]|:\/\/|\.[a-z]{2}/i);
    });
    fc.assert(property, { numRuns: RUNS });
  });
});

const KINDS = [...Object.keys(ANY_NOTICE), "heartbeat", "check"];

/** What subscribers read as a notice's kind. */
function toToldKind(kind: string): string {
  return kind === "answers" ? "acknowledged" : kind;
}

describe("programs and chats get documents of the published schemas", {
  timeout: TIMEOUT,
}, () => {
  const checkMachine = createSchemaCheck("message-document");
  const checkChat = createSchemaCheck("chat-document");

  /** The notice's kind, alone. */
  function anyOf(kind: string): fc.Arbitrary<Notice | HeartbeatNotice> {
    if (kind === "heartbeat" || kind === "check") return anyHeartbeat.map((n) => ({ ...n, kind }));
    return ANY_NOTICE[kind as Notice["kind"]];
  }

  test.each(KINDS)("%s", (kind) => {
    const property = fc.property(anyOf(kind), anyContext, (notice, context) => {
      const { default: machine, https, sms } = check(notice, context);
      expect(countGsm7Septets(sms)).toBeLessThanOrEqual(140);
      expect(checkMachine(machine)).toMatchObject({ version: 1, kind: toToldKind(kind) });
      const chat = checkChat(https) as ChatDocument;
      expect(chat.metadata.additionalContext.kind).toBe(toToldKind(kind));
      // Nothing beside what the schemas name.
      const isEvents = kind in ANY_NOTICE;
      const { entries } = isEvents ? AlertDocumentSchema : HeartbeatDocumentSchema;
      v.parse(v.strictObject(entries), JSON.parse(machine));
      v.parse(v.strictObject(ChatDocumentSchema.entries), chat);
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS / 4) });
  });
});

describe("digests of any events", { timeout: TIMEOUT * 2 }, () => {
  test("tell each event once, each within SNS's size", () => {
    const items = fc.array(anyDigestItem, { maxLength: 30 });
    const property = fc.property(items, fc.nat(40), anyContext, (some, times, context) => {
      const all = Array.from({ length: times }, () => some).flat();
      const digests = splitDigest(all, context);
      const told = digests.flatMap((digest) => digest.items);
      expect(new Set(told)).toEqual(new Set(all));
      expect(told).toHaveLength(all.length);
      for (const digest of digests) check(digest, context);
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS / 10) });
  });
});
