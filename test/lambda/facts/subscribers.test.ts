import {
  type GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  SNSClient,
} from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { listSubscribers, maskEndpoint } from "../../../lambda/facts/subscribers.ts";

test.each([
  ["email", "ada@example.com", "a…@example.com"],
  ["email-json", "ada@example.com", "a…@example.com"],
  ["email", "a@example.com", "a…@example.com"],
  ["sms", "+491701234567", "+49…4567"],
  ["https", "https://hooks.example.com/secret?token=1", "hooks.example.com"],
  ["http", "http://hooks.example.com:81/secret", "hooks.example.com:81"],
  ["https", "no address", "…"],
  ["sqs", "arn:aws:sqs:eu-central-1:123456789012:alerts", "alerts"],
  ["lambda", "alerts", "alerts"],
])(
  "an address that is shown, by %s, keeps enough to know it by: %s is %s",
  (protocol, endpoint, masked) => {
    expect(maskEndpoint(protocol, endpoint)).toBe(masked);
  },
);

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
    expect(subscribers).toEqual([confirmed, confirmed]);
    expect(asked).toEqual(["arn:1", "arn:1"]);
    const gone = new NotFoundException({ message: "Subscription does not exist", $metadata: {} });
    expect((await list([[LISTED]], gone)).subscribers).toEqual([]);
    await expect(list([[LISTED]], new Error("odd"))).rejects.toThrow("odd");
  });

  test("that have no ARN yet are not confirmed, and not asked about", async () => {
    const pending = { ...LISTED, SubscriptionArn: "PendingConfirmation" };
    const { subscribers, asked } = await list([[pending, {}]]);
    const unconfirmed = { confirmed: false, authenticated: undefined };
    expect(subscribers).toEqual([
      { ...known, subscriptionArn: "PendingConfirmation", ...unconfirmed },
      { protocol: "", endpoint: "", subscriptionArn: "", ...unconfirmed },
    ]);
    expect(asked).toEqual([]);
  });
});
