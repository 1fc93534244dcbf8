import { SubscribeCommand } from "@aws-sdk/client-sns";
import { isRemovableByLink, type Subscriber } from "../../../lambda/facts/subscribers.ts";
import { UserError } from "../../cli/errors.ts";
import type { Deployment } from "../../deployment/deployment.ts";

/** Whom an operator subscribes. */
export interface Endpoint {
  readonly protocol: "email" | "sms";
  readonly endpoint: string;
}

const E164 = /^\+[1-9]\d{6,14}$/;

export interface EndpointOptions {
  readonly email?: string;
  readonly sms?: string;
  readonly operations?: boolean;
}

/** Throws a UserError that says what is wrong with the address. */
export function toEndpoint({ email, sms, operations }: EndpointOptions): Endpoint {
  if (email !== undefined) {
    if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return { protocol: "email", endpoint: email };
    throw new UserError(`${email} is not an e-mail address.`);
  }
  const endpoint = sms ?? "";
  if (operations) throw new UserError("Alarms and the watchdog's mails do not go out by SMS.");
  if (E164.test(endpoint)) return { protocol: "sms", endpoint };
  throw new UserError(`${endpoint} is not in E.164 form, such as +4915112345678.`);
}

export function isGood(subscriber: Subscriber): boolean {
  return subscriber.confirmed && !isRemovableByLink(subscriber);
}

/** As the stack's own subscriptions are made. */
export async function subscribeEndpoint(
  { sns, deadLetterQueueArn }: Deployment,
  TopicArn: string,
  { protocol: Protocol, endpoint: Endpoint }: Endpoint,
): Promise<void> {
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn });
  const Attributes = deadLetterQueueArn ? { RedrivePolicy } : {};
  await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes }));
}

export function toNext(deployment: Deployment, { protocol, endpoint }: Endpoint): string {
  if (protocol === "sms") {
    return `${endpoint} is subscribed. An account in the SMS sandbox texts verified numbers only: ${deployment.command("status")} says so.`;
  }
  return `${endpoint} gets a mail "AWS Notification - Subscription Confirmation" in a moment. Do not click its link, copy it: ${deployment.command("confirm", "'LINK'")}`;
}
