import {
  type GetSecretValueCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import {
  type GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  type PublishCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { listSubscribers } from "../../../lambda/facts/subscribers.ts";
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

const LISTED = { SubscriptionArn: "arn:1", Protocol: "email", Endpoint: "a@example.com" };
const DELETED = { ...LISTED, SubscriptionArn: "Deleted" };

type Attributes = Readonly<Record<string, string>> | Error | undefined;

/** The subscribers of a topic whose list has these pages, of each of whom SNS says this. */
async function list(pages: readonly (readonly object[] | undefined)[], attributes?: Attributes) {
  const asked: string[] = [];
  const client = Object.assign(Object.create(SNSClient.prototype), {
    async send(command: ListSubscriptionsByTopicCommand | GetSubscriptionAttributesCommand) {
      if (command instanceof ListSubscriptionsByTopicCommand) {
        expect(command.input.TopicArn).toBe("arn:topic");
        const at = Number(command.input.NextToken ?? 0);
        const NextToken = at + 1 < pages.length ? String(at + 1) : undefined;
        return { Subscriptions: pages[at], NextToken };
      }
      asked.push(command.input.SubscriptionArn ?? "");
      if (attributes instanceof Error) throw attributes;
      return { Attributes: attributes };
    },
  });
  return { subscribers: await listSubscribers(client, "arn:topic"), asked };
}

describe("a topic's subscribers", () => {
  const known = { protocol: "email", endpoint: "a@example.com", subscriptionArn: "arn:1" };
  const confirmed = { ...known, confirmed: true, authenticated: undefined };
  const BY_CREDENTIALS = { PendingConfirmation: "false", ConfirmationWasAuthenticated: "true" };
  const denied = Object.assign(new Error("no"), { name: "AuthorizationErrorException" });

  test.each<[Attributes, object]>([
    [{}, {}],
    [undefined, {}],
    [BY_CREDENTIALS, { authenticated: true }],
    [{ ConfirmationWasAuthenticated: "false" }, { authenticated: false }],
    [{ PendingConfirmation: "true" }, { confirmed: false }],
    [{ FilterPolicy: "{}" }, { filterPolicy: "{}" }],
    [denied, { isUnread: true }],
  ])("of whom SNS says %j", async (attributes, difference) => {
    const { subscribers } = await list([[LISTED]], attributes);
    expect(subscribers).toEqual([{ ...confirmed, ...difference }]);
  });

  test("are on every page, but for those that are deleted, also since they were listed", async () => {
    const { subscribers, asked } = await list([[DELETED, LISTED], undefined, [LISTED]]);
    expect(subscribers).toHaveLength(2);
    expect(asked).toEqual(["arn:1", "arn:1"]);
    const gone = new NotFoundException({ message: "Subscription does not exist", $metadata: {} });
    expect((await list([[LISTED]], gone)).subscribers).toEqual([]);
    await expect(list([[LISTED]], new Error("odd"))).rejects.toThrow("odd");
  });

  test("that have no ARN yet are not confirmed, and not asked about", async () => {
    const pending = { ...LISTED, SubscriptionArn: "PendingConfirmation" };
    const { subscribers, asked } = await list([[pending, {}]]);
    expect(subscribers).toMatchObject([
      { protocol: "email", confirmed: false },
      { protocol: "", endpoint: "", subscriptionArn: "", confirmed: false },
    ]);
    expect(asked).toEqual([]);
  });
});
