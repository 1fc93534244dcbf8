import { Annotations, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import {
  type CfnSubscription,
  Subscription,
  SubscriptionProtocol,
  Topic,
} from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Settings } from "./settings.ts";
import { toSmsFilterPolicy } from "./sms-filter.ts";

/** Subscribers verify the signature of each https delivery; version 1 would sign with SHA-1. */
const BOTH = { enforceSSL: true, signatureVersion: "2" };

/** Where people and machines are told of reset requests. */
export function createAlertTopic(
  scope: Construct,
  key: Key,
  deadLetterQueue: Queue,
  settings: Settings,
): Topic {
  const { alertEmails, alertPhoneNumbers, smsKinds, slackChannelId } = settings;
  // No display name: SNS would put it in front of each SMS, out of the text's 140 characters.
  const topic = new Topic(scope, "AlertTopic", { ...BOTH, masterKey: key });
  subscribe(topic, SubscriptionProtocol.EMAIL, alertEmails, deadLetterQueue);
  subscribe(
    topic,
    SubscriptionProtocol.SMS,
    alertPhoneNumbers,
    deadLetterQueue,
    toSmsFilterPolicy(smsKinds),
  );
  if (alertEmails.length + alertPhoneNumbers.length === 0 && !slackChannelId) {
    warn(topic, "Nobody is subscribed to the alert topic: set alertEmails or alertPhoneNumbers.");
  }
  return topic;
}

/**
 * Where the people who run this system are told of alarms. It has no part in the data's key: a
 * disabled key is what some of the alarms are about.
 */
export function createOperationsTopic(
  scope: Construct,
  deadLetterQueue: Queue,
  { operationsEmails, slackChannelId }: Settings,
): Topic {
  const displayName = "WhatsApp security webhook";
  const topic = new Topic(scope, "OperationsTopic", { ...BOTH, displayName });
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

/** Not by EmailSubscription and SmsSubscription: the latter forgets the dead-letter queue. */
function subscribe(
  topic: Topic,
  protocol: SubscriptionProtocol,
  endpoints: readonly string[],
  deadLetterQueue: Queue,
  filterPolicy?: object,
): void {
  for (const endpoint of endpoints) {
    const subscription = new Subscription(topic, endpoint, {
      topic,
      protocol,
      endpoint,
      deadLetterQueue,
    });
    // CDK's own filter policies have no "$or".
    if (filterPolicy)
      (subscription.node.defaultChild as CfnSubscription).filterPolicy = filterPolicy;
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
