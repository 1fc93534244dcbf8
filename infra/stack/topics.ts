import { Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Subscription, SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Settings } from "./settings.ts";

/** Where people and machines hear of reset requests. */
export function createAlertTopic(
  scope: Construct,
  key: Key,
  deadLetterQueue: Queue,
  { alertEmails, alertPhoneNumbers }: Settings,
): Topic {
  // No display name: SNS would put it in front of each SMS, out of the text's 140 characters.
  const topic = new Topic(scope, "AlertTopic", { masterKey: key, enforceSSL: true });
  subscribe(topic, SubscriptionProtocol.EMAIL, alertEmails, deadLetterQueue);
  subscribe(topic, SubscriptionProtocol.SMS, alertPhoneNumbers, deadLetterQueue);
  return topic;
}

/** Where the people who run this system hear of alarms. */
export function createOperationsTopic(
  scope: Construct,
  key: Key,
  deadLetterQueue: Queue,
  { operationsEmails }: Settings,
): Topic {
  const topic = new Topic(scope, "OperationsTopic", {
    displayName: "WhatsApp security webhook",
    masterKey: key,
    enforceSSL: true,
  });
  allowAlarms(topic);
  subscribe(topic, SubscriptionProtocol.EMAIL, operationsEmails, deadLetterQueue);
  return topic;
}

/** Not by EmailSubscription and SmsSubscription: the latter forgets the dead-letter queue. */
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
