import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { isAccessDenied } from "../shared/sentence.ts";

const TOPICS = ["alert", "operations"] as const;
export type TopicName = (typeof TOPICS)[number];

/** Somebody or something that gets a topic's messages, or would once it has confirmed. */
export interface Subscriber {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
  /**
   * Whether it was confirmed by somebody with AWS credentials, so that the link at the foot of each
   * mail can't remove it; undefined where SNS does not say.
   */
  readonly authenticated: boolean | undefined;
  readonly subscriptionArn: string;
  /** JSON text; only messages that it lets through are delivered. */
  readonly filterPolicy?: string | undefined;
}

export async function listSubscribers(client: SNSClient, TopicArn: string): Promise<Subscriber[]> {
  const subscribers: Subscriber[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
    for (const { SubscriptionArn = "", Protocol = "", Endpoint = "" } of page.Subscriptions ?? []) {
      if (SubscriptionArn === "Deleted") continue;
      const attributes = await readAttributes(client, SubscriptionArn);
      subscribers.push({
        protocol: Protocol,
        endpoint: Endpoint,
        confirmed: attributes !== undefined && attributes.PendingConfirmation !== "true",
        authenticated: toBoolean(attributes?.ConfirmationWasAuthenticated),
        subscriptionArn: SubscriptionArn,
        filterPolicy: attributes?.FilterPolicy,
      });
    }
  }
  return subscribers;
}

function toBoolean(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text === "true";
}

/** Undefined for a subscription without an ARN of its own, which SNS gives at confirmation. */
async function readAttributes(client: SNSClient, SubscriptionArn: string) {
  if (!SubscriptionArn.startsWith("arn:")) return undefined;
  try {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn });
    return (await client.send(command)).Attributes ?? {};
  } catch (error) {
    if (isAccessDenied(error)) return {};
    throw error;
  }
}
