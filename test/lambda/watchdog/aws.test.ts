import {
  type GetSecretValueCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import {
  type GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  PublishCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { listSubscribers } from "../../../lambda/facts/subscribers.ts";
import {
  createPublish,
  createReadStoredSecret,
  createReadToken,
  parseMetaToken,
} from "../../../lambda/watchdog/aws.ts";

test("a mail goes to the topic that is named, in SNS's form for each protocol", async () => {
  const sent: PublishCommand[] = [];
  const client = {
    async send(command: PublishCommand) {
      sent.push(command);
      return {};
    },
  };
  const publish = createPublish(client as never, { alert: "arn:alert", operations: "arn:ops" });
  const attributes = { kind: { DataType: "String", StringValue: "check" } } as const;
  await publish("operations", { subject: "S", message: "{}", attributes });
  await publish("alert", { subject: "S", message: "{}", attributes });
  const input = {
    Subject: "S",
    Message: "{}",
    MessageStructure: "json",
    MessageAttributes: attributes,
  };
  expect(sent.map((command) => [command.constructor, command.input])).toEqual([
    [PublishCommand, { ...input, TopicArn: "arn:ops" }],
    [PublishCommand, { ...input, TopicArn: "arn:alert" }],
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

describe("the stored secret", () => {
  test("is read from Secrets Manager", async () => {
    const text = '{"verifyToken":"v","appSecrets":["a"]}';
    const read = createReadStoredSecret(secretsWith(text), "id");
    expect(await read()).toEqual({ verifyToken: "v", appSecrets: ["a"] });
  });

  test.each([["very secret"], [undefined]])(
    "that can't be understood (%s) is told of, not quoted",
    async (text) => {
      const read = createReadStoredSecret(secretsWith(text), "id");
      const error: Error = await read().catch((thrown) => thrown);
      expect(error.name).toBe("ExplainedError");
      expect(error.message).toBe(
        'The secret is not of the form {"verifyToken":"…","appSecrets":["…"]}: write it again in that form.',
      );
    },
  );
});

describe("the system-user token", () => {
  test.each([
    ['{"token":"EAA","wabaIds":["1"]}', { token: "EAA", wabaIds: ["1"] }],
    ['{"token":"EAA"}', { token: "EAA", wabaIds: [] }],
    ["{}", undefined],
    ['{"token":""}', undefined],
  ])("in %s is %j", async (text, token) => {
    expect(parseMetaToken(text)).toEqual(token);
    expect(await createReadToken(secretsWith(text), "id")()).toEqual(token);
  });

  test.each(["", "EAAsecret", '{"token":1}', '{"token":"EAA","wabaIds":"1"}'])(
    "in %j can't be understood, and is not quoted",
    async (text) => {
      await expect(createReadToken(secretsWith(text), "id")()).rejects.toThrow(
        /^The secret of the system-user token is not of the form \{"token":"…","wabaIds":\["…"\]\}: run npm run connect with --keep-token again\.$/,
      );
    },
  );

  test("is none where its secret is none, and an error where that can't be read", async () => {
    const gone = new ResourceNotFoundException({ message: "", $metadata: {} });
    expect(await createReadToken(secretsWith(gone), "id")()).toBeUndefined();
    await expect(createReadToken(secretsWith(new Error("denied")), "id")()).rejects.toThrow(
      "denied",
    );
  });
});

type Listed = Readonly<Record<string, string>>;

/** A topic whose list has these pages, and what SNS says of each subscription by its ARN. */
async function list(
  pages: readonly (readonly Listed[] | undefined)[],
  attributes: Readonly<Record<string, Listed | Error | undefined>> = {},
) {
  const asked: string[] = [];
  const client = Object.assign(Object.create(SNSClient.prototype), {
    async send(command: ListSubscriptionsByTopicCommand | GetSubscriptionAttributesCommand) {
      if (command instanceof ListSubscriptionsByTopicCommand) {
        expect(command.input.TopicArn).toBe("arn:topic");
        const at = Number(command.input.NextToken ?? 0);
        const NextToken = at + 1 < pages.length ? String(at + 1) : undefined;
        return { Subscriptions: pages[at], NextToken };
      }
      const arn = command.input.SubscriptionArn ?? "";
      asked.push(arn);
      const known = attributes[arn];
      if (known instanceof Error) throw known;
      return { Attributes: known };
    },
  });
  return { subscribers: await listSubscribers(client, "arn:topic"), asked };
}

describe("a topic's subscribers", () => {
  const listed = { SubscriptionArn: "arn:1", Protocol: "email", Endpoint: "a@example.com" };
  const known = { protocol: "email", endpoint: "a@example.com", subscriptionArn: "arn:1" };
  const confirmed = { ...known, confirmed: true, authenticated: undefined };
  const BY_CREDENTIALS = { PendingConfirmation: "false", ConfirmationWasAuthenticated: "true" };

  test.each([
    [{}, {}],
    [undefined, {}],
    [BY_CREDENTIALS, { authenticated: true }],
    [{ ConfirmationWasAuthenticated: "false" }, { authenticated: false }],
    [{ PendingConfirmation: "true" }, { confirmed: false }],
    [{ FilterPolicy: "{}" }, { filterPolicy: "{}" }],
  ])("of whom SNS says %j", async (attributes, difference) => {
    const { subscribers } = await list([[listed]], { "arn:1": attributes });
    expect(subscribers).toEqual([{ ...confirmed, ...difference }]);
  });

  test("are on every page, but for those that are deleted", async () => {
    const deleted = { ...listed, SubscriptionArn: "Deleted" };
    const { subscribers, asked } = await list([[deleted, listed], undefined, [listed]]);
    expect(subscribers).toHaveLength(2);
    expect(asked).toEqual(["arn:1", "arn:1"]);
  });

  test("that have no ARN yet are not confirmed, and not asked about", async () => {
    const pending = { ...listed, SubscriptionArn: "PendingConfirmation" };
    const { subscribers, asked } = await list([[pending, {}]]);
    expect(subscribers.map(({ confirmed, protocol }) => [confirmed, protocol])).toEqual([
      [false, "email"],
      [false, ""],
    ]);
    expect(subscribers[1]).toMatchObject({ endpoint: "", subscriptionArn: "" });
    expect(asked).toEqual([]);
  });

  test("are without one that was deleted after it was listed", async () => {
    const gone = new NotFoundException({ message: "Subscription does not exist", $metadata: {} });
    expect((await list([[listed]], { "arn:1": gone })).subscribers).toEqual([]);
  });

  test("are told of where their attributes may not be read", async () => {
    const denied = Object.assign(new Error("no"), { name: "AuthorizationErrorException" });
    const { subscribers } = await list([[listed]], { "arn:1": denied });
    expect(subscribers).toEqual([{ ...confirmed, isUnread: true }]);
    await expect(list([[listed]], { "arn:1": new Error("odd") })).rejects.toThrow("odd");
  });
});
