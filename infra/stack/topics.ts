import { Annotations, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Subscription, SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Settings } from "./settings.ts";

/** Subscribers verify the signature of each https delivery; version 1 would sign with SHA-1. */
const COMMON_TOPIC_PROPS = { enforceSSL: true, signatureVersion: "2" };

/** Where people and machines get alerts of reset requests. */
export function createAlertTopic(
  scope: Construct,
  key: Key,
  deadLetterQueue: Queue,
  settings: Settings,
): Topic {
  const { alertEmails, alertPhoneNumbers, slackChannelId } = settings;
  // No display name: SNS would put it in front of each SMS, out of the text's 140 characters.
  const topic = new Topic(scope, "AlertTopic", { ...COMMON_TOPIC_PROPS, masterKey: key });
  subscribe(topic, SubscriptionProtocol.EMAIL, alertEmails, deadLetterQueue);
  subscribe(topic, SubscriptionProtocol.SMS, alertPhoneNumbers, deadLetterQueue);
  if (alertEmails.length + alertPhoneNumbers.length === 0 && !slackChannelId) {
    warn(topic, "Nobody is subscribed to the alert topic: set alertEmails or alertPhoneNumbers.");
  }
  if (alertEmails.length === 1 && alertPhoneNumbers.length === 0 && !slackChannelId) {
    warn(
      topic,
      "One mailbox is the only way to every person: whoever holds it can keep each alert from you. Add a phone number or a second address.",
    );
  }
  return topic;
}

/**
 * Where the people who run this system get alarms. It has no part in the data's key: a
 * disabled key is what some of the alarms are about.
 */
export function createOperationsTopic(
  scope: Construct,
  deadLetterQueue: Queue,
  { operationsEmails, slackChannelId }: Settings,
): Topic {
  const displayName = "WhatsApp security webhook";
  const topic = new Topic(scope, "OperationsTopic", { ...COMMON_TOPIC_PROPS, displayName });
  allowAlarms(topic);
  subscribe(topic, SubscriptionProtocol.EMAIL, operationsEmails, deadLetterQueue);
  if (operationsEmails.length === 0 && !slackChannelId) {
    warn(topic, "Nobody is subscribed to the operations topic: set operationsEmails.");
  }
  return topic;
}

function warn(topic: Topic, message: string): void {
  Annotations.of(topic).addWarningV2(`whatsapp-security-webhook:${topic.node.id}`, message);
}

/**
 * Without a filter policy: whether filters see the attributes of a message with several forms is
 * not documented, and one that sees none drops everything silently. Not by EmailSubscription and
 * SmsSubscription: the latter forgets the dead-letter queue.
 */
function subscribe(
  topic: Topic,
  protocol: SubscriptionProtocol,
  endpoints: readonly string[],
  deadLetterQueue: Queue,
): void {
  for (const endpoint of endpoints) {
    new Subscription(topic, endpoint, { topic, protocol, endpoint, deadLetterQueue });
  }
}

/** The policy that enforces TLS replaces the default one, which let the account's alarms in. */
function allowAlarms(topic: Topic): void {
  const { account, region, partition } = Stack.of(topic);
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: "Alarms",
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
      },
    }),
  );
}
