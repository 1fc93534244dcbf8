import { PublishCommand, type PublishCommandInput } from "@aws-sdk/client-sns";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { AlertDocumentSchema } from "../../lambda/alert/alert-document.ts";
import { createAlertTopic } from "../../lambda/alert/alert-topic.ts";
import { toSecurityEvent } from "../../lambda/event/security-event.ts";
import { testConfig } from "../support/config.ts";
import { countGsm7Septets } from "../support/gsm7.ts";
import { anyText } from "./payloads.ts";
import { RUNS, TIMEOUT } from "./runs.ts";

const given = fc.record({
  id: fc.oneof(fc.constantFrom("0", "102290129340398"), anyText),
  time: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  value: fc.record(
    {
      event: fc.oneof(fc.constantFrom("PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"), anyText),
      display_phone_number: anyText,
      requester: anyText,
    },
    { requiredKeys: [] },
  ),
});
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

/** The message that the SNS client is given for an event with these texts. */
async function toMessage({ id, time, value }: Given): Promise<PublishCommandInput> {
  const sent: PublishCommand[] = [];
  const client = {
    async send(command: PublishCommand) {
      sent.push(command);
      return { MessageId: "m" };
    },
  };
  const topic = createAlertTopic({
    client: client as never,
    topicArn: "arn:aws:sns:x:1:y",
    now: () => 0,
    context: testConfig(),
  });
  const entry = { id, time, changes: [], valuesMissing: false };
  const receipt = { receivedAt: 0, appSecretIndex: 0 };
  const event = toSecurityEvent(entry, { field: "security", value }, receipt);
  await topic.publish({ kind: "alert", event });
  expect(sent[0]).toBeInstanceOf(PublishCommand);
  return sent[0]?.input as PublishCommandInput;
}

/** Characters that SQS, and with it every queue behind the topic, lets through. */
const VALID = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/**
 * Rules: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
function checkMessage({ Subject = "", Message = "", MessageAttributes = {} }: PublishCommandInput) {
  expect(Subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
  expect(Buffer.byteLength(Message)).toBeLessThanOrEqual(256 * 1024);
  expect(Message).toMatch(VALID);
  const forms = JSON.parse(Message);
  expect(Object.keys(forms)).toEqual(["default", "email", "sms"]);
  for (const form of Object.values(forms)) expect(form).toMatch(VALID);
  for (const attribute of Object.values(MessageAttributes)) {
    expect(attribute.DataType).toBe("String");
    expect(attribute.StringValue).toMatch(/\S/);
    expect(attribute.StringValue).toMatch(VALID);
  }
  return forms as { default: string; email: string; sms: string };
}

describe("an alert with any texts in it", { timeout: TIMEOUT }, () => {
  test("is a message that SNS's documented rules accept", async () => {
    const property = fc.asyncProperty(given, async (texts) => {
      const input = await toMessage(texts);
      expect(input.MessageStructure).toBe("json");
      checkMessage(input);
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test("is one SMS, and never forges a line of the mail", async () => {
    const property = fc.asyncProperty(given, async (texts) => {
      const { email, sms } = checkMessage(await toMessage(texts));
      expect(countGsm7Septets(sms)).toBeLessThanOrEqual(140);
      expect(email.split("\n")).toHaveLength((await plainMail(texts)).split("\n").length);
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test("is a document of the published schema", async () => {
    const property = fc.asyncProperty(given, async (texts) => {
      const { default: document } = checkMessage(await toMessage(texts));
      v.parse(v.strictObject(AlertDocumentSchema.entries), JSON.parse(document));
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});

/** The mail of an event of the same kind, with harmless texts. */
async function plainMail({ id }: Given): Promise<string> {
  const value = { event: "x", display_phone_number: "x", requester: "x" };
  return checkMessage(await toMessage({ id: id === "0" ? "0" : "x", time: 1, value })).email;
}
