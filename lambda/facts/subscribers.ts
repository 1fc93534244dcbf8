import {
  GetSubscriptionAttributesCommand,
  NotFoundException,
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
  /** Its attributes could not be read: it is confirmed, and nothing else is known of it. */
  readonly isUnread?: boolean;
}

/** Enough of an address to know it by: "a…@example.com", "+49…5678", "…:alerts". */
export function maskEndpoint(protocol: string, endpoint: string): string {
  if (protocol.startsWith("email")) return endpoint.replace(/(.)[^@]*/, "$1…");
  if (protocol === "sms") return `${endpoint.slice(0, 3)}…${endpoint.slice(-4)}`;
  if (protocol.startsWith("http")) return URL.canParse(endpoint) ? new URL(endpoint).host : "…";
  return endpoint.split(":").at(-1) ?? endpoint;
}

/** Mail scanners follow links. */
export function isRemovableByLink({ protocol, authenticated }: Subscriber): boolean {
  return protocol.startsWith("email") && authenticated === false;
}

export async function listSubscribers(client: SNSClient, TopicArn: string): Promise<Subscriber[]> {
  const subscribers: Subscriber[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
    for (const { SubscriptionArn = "", Protocol = "", Endpoint = "" } of page.Subscriptions ?? []) {
      const attributes = await readAttributes(client, SubscriptionArn);
      if (attributes === "gone") continue;
      subscribers.push({
        protocol: Protocol,
        endpoint: Endpoint,
        subscriptionArn: SubscriptionArn,
        ...toConfirmation(attributes),
      });
    }
  }
  return subscribers;
}

type Attributes = Readonly<Record<string, string>>;

function toConfirmation(
  attributes: Attributes | "pending" | "denied",
): Pick<Subscriber, "confirmed" | "authenticated" | "filterPolicy" | "isUnread"> {
  if (attributes === "pending") return { confirmed: false, authenticated: undefined };
  // SNS lists an ARN only once a subscription is confirmed.
  if (attributes === "denied") return { confirmed: true, authenticated: undefined, isUnread: true };
  const { PendingConfirmation, ConfirmationWasAuthenticated, FilterPolicy } = attributes;
  return {
    confirmed: PendingConfirmation !== "true",
    authenticated: toBoolean(ConfirmationWasAuthenticated),
    ...(FilterPolicy && { filterPolicy: FilterPolicy }),
  };
}

function toBoolean(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text === "true";
}

/** A subscription may be deleted after it was listed. Without an ARN it waits for confirmation. */
async function readAttributes(
  client: SNSClient,
  SubscriptionArn: string,
): Promise<Attributes | "gone" | "pending" | "denied"> {
  if (SubscriptionArn === "Deleted") return "gone";
  if (!SubscriptionArn.startsWith("arn:")) return "pending";
  try {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn });
    return (await client.send(command)).Attributes ?? {};
  } catch (error) {
    if (error instanceof NotFoundException) return "gone";
    if (isAccessDenied(error)) return "denied";
    throw error;
  }
}
