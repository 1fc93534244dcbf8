import {
  type GetSecretValueCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import type { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import {
  createPublish,
  createReadStoredSecret,
  createReadToken,
} from "../../../lambda/watchdog/aws.ts";

test("a mail goes to the topic that is named, in SNS's form for each protocol", async () => {
  const sent: PublishCommand[] = [];
  const client = { send: async (command: PublishCommand) => ({ number: sent.push(command) }) };
  const publish = createPublish(client as never, { alert: "arn:alert", operations: "arn:ops" });
  const attributes = { kind: { DataType: "String", StringValue: "check" } } as const;
  for (const topic of ["operations", "alert"] as const) {
    await publish(topic, { subject: "S", message: "{}", attributes });
  }
  const mail = { Subject: "S", Message: "{}", MessageStructure: "json" };
  expect(sent.map(({ input }) => input)).toEqual([
    { ...mail, MessageAttributes: attributes, TopicArn: "arn:ops" },
    { ...mail, MessageAttributes: attributes, TopicArn: "arn:alert" },
  ]);
});

/** Secrets Manager with one secret of this text. */
function secretsWith(text: string | Error | undefined) {
  return {
    async send(command: GetSecretValueCommand) {
      expect(command.input).toEqual({ SecretId: "id" });
      if (text instanceof Error) throw text;
      return text === undefined ? {} : { SecretString: text };
    },
  } as never;
}

const READERS = { stored: createReadStoredSecret, token: createReadToken };
type Secret = keyof typeof READERS;

const read = (secret: Secret, text: string | Error | undefined) =>
  READERS[secret](secretsWith(text), "id")();

const FORM = {
  stored: /^The secret is not of the form \{"verifyToken":.*\}: write it again in that form\.$/,
  token: /^The secret of the system-user token is not of the form .* --keep-token again\.$/,
};

describe("a secret in Secrets Manager", () => {
  const STORED = '{"verifyToken":"v","appSecrets":["a"]}';

  test.each<[Secret, string | Error, unknown]>([
    ["stored", STORED, JSON.parse(STORED)],
    ["token", '{"token":"EAA","wabaIds":["1"]}', { token: "EAA", wabaIds: ["1"] }],
    ["token", '{"token":"EAA"}', { token: "EAA", wabaIds: [] }],
    ["token", "{}", undefined],
    ["token", '{"token":""}', undefined],
    ["token", new ResourceNotFoundException({ message: "", $metadata: {} }), undefined],
  ])("%s, of %s, is %j", async (secret, text, value) => {
    expect(await read(secret, text)).toEqual(value);
  });

  test.each<[Secret, string | undefined]>([
    ["stored", "very secret"],
    ["stored", undefined],
    ["token", ""],
    ["token", "EAAsecret"],
    ["token", '{"token":1}'],
    ["token", '{"token":"EAA","wabaIds":"1"}'],
  ])("%s, that can't be understood (%s) is an error that quotes nothing", async (secret, text) => {
    const message = expect.stringMatching(FORM[secret]);
    await expect(read(secret, text)).rejects.toMatchObject({ name: "ExplainedError", message });
  });

  test("that can't be read is an error", async () => {
    await expect(read("token", new Error("denied"))).rejects.toThrow("denied");
  });
});
