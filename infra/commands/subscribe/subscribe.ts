import { SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import { isRemovableByLink } from "../../../lambda/checks/subscriber-checks.ts";
import { listSubscribers, type Subscriber } from "../../../lambda/checks/subscribers.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import { requireConsent, type Terminal } from "../../cli/terminal.ts";
import { wrap } from "../../cli/text.ts";
import { type Deployment, toCommand } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";

export interface SubscribeOptions extends CommonOptions {
  readonly email?: string;
  readonly sms?: string;
  /** The operations topic in place of the alert topic. */
  readonly operations?: boolean;
  readonly yes?: boolean;
}

export interface SubscribeDeps {
  readonly options: SubscribeOptions;
  readonly terminal: Terminal;
}

interface Endpoint {
  readonly protocol: "email" | "sms";
  readonly endpoint: string;
}

/**
 * Subscribes an address as the stack does: with its dead-letter queue. A click's
 * subscription is ended first, for only a new one can be confirmed with authentication.
 */
export async function subscribe({ options, terminal }: SubscribeDeps): Promise<number> {
  const wanted = toEndpoint(options);
  const deployment = await terminal.withSpinner("Looking at the deployment", () =>
    openDeployment(options),
  );
  const topicArn = findTopic(deployment, options);
  const present = (await listSubscribers(deployment.sns, topicArn)).find(
    (each) => each.protocol === wanted.protocol && each.endpoint === wanted.endpoint,
  );
  if (present && isGood(present)) {
    return tell(terminal, options, `${wanted.endpoint} is subscribed already, and confirmed.`);
  }
  if (present?.confirmed) {
    const why = `${wanted.endpoint} was confirmed by a click. It will be unsubscribed and subscribed anew, and gets nothing until that is confirmed.`;
    for (const line of wrap(why)) terminal.info(line);
    await requireConsent(options, terminal);
    const { subscriptionArn: SubscriptionArn } = present;
    await deployment.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  }
  await send(deployment, topicArn, wanted, toAttributes(deployment));
  return tell(terminal, options, toNext(deployment, wanted));
}

const E164 = /^\+[1-9]\d{6,14}$/;

function toEndpoint({ email, sms, operations }: SubscribeOptions): Endpoint {
  if ((email === undefined) === (sms === undefined)) {
    throw new UserError("Give either --email ADDRESS or --sms NUMBER.");
  }
  if (email !== undefined) {
    if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return { protocol: "email", endpoint: email };
    throw new UserError(`${email} is not an e-mail address.`);
  }
  const endpoint = sms ?? "";
  if (operations) throw new UserError("Alarms and the watchdog's mails do not go out by SMS.");
  if (E164.test(endpoint)) return { protocol: "sms", endpoint };
  throw new UserError(`${endpoint} is not in E.164 form, such as +4915112345678.`);
}

function findTopic(deployment: Deployment, { operations }: SubscribeOptions): string {
  if (!deployment.aws) {
    throw new UserError(
      "The local run delivers to the terminal of npm start and to its queue, not by e-mail or SMS: name the deployed stack with --stack.",
    );
  }
  if (!operations) return deployment.alertTopicArn;
  if (deployment.operationsTopicArn) return deployment.operationsTopicArn;
  throw new UserError("The stack names no operations topic: deploy it anew (npm run deploy).");
}

function isGood(subscriber: Subscriber): boolean {
  return subscriber.confirmed && !isRemovableByLink(subscriber);
}

/** As of the stack's own subscriptions: no filter policy, so that it gets everything. */
function toAttributes({ deadLetterQueueArn }: Deployment): Record<string, string> {
  if (!deadLetterQueueArn) return {};
  return { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn }) };
}

async function send(
  { sns }: Deployment,
  TopicArn: string,
  { protocol: Protocol, endpoint: Endpoint }: Endpoint,
  Attributes: Record<string, string>,
): Promise<void> {
  await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes }));
}

function toNext(deployment: Deployment, { protocol, endpoint }: Endpoint): string {
  if (protocol === "sms") {
    return `${endpoint} is subscribed. An account in the SMS sandbox texts verified numbers only: ${toCommand("status", deployment)} says so.`;
  }
  return `${endpoint} gets a mail "AWS Notification - Subscription Confirmation" in a moment. Do not click its link, copy it: ${toCommand("confirm", deployment, "'LINK'")}`;
}

function tell(terminal: Terminal, { json }: SubscribeOptions, message: string): number {
  if (json) terminal.print(JSON.stringify({ message }));
  else for (const line of wrap(message)) terminal.print(line);
  return 0;
}
