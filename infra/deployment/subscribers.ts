import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { isAccessDenied } from "../cli/errors.ts";

/** Somebody or something that hears alerts, or would once it has confirmed. */
export interface Subscriber {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
  /** JSON text; only alerts that it lets through are heard. */
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
        filterPolicy: attributes?.FilterPolicy,
      });
    }
  }
  return subscribers;
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
