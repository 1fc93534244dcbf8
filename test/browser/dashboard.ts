import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { KMSClient } from "@aws-sdk/client-kms";
import { createSns } from "../../lambda/shared/clients.ts";
import { createCommandLine } from "../../lambda/shared/commands.ts";
import { type AwsStandIn, startAws } from "../support/aws.ts";
import { createWidgetFunction } from "../support/widget.ts";
import { LABELS, type Story } from "./story.ts";

const STACK = "WhatsAppSecurityWebhook";
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** The widget's function with a stack around it: settings, subscribers, alarms. */
export async function startWidget({ world }: Story) {
  const aws = await startAws();
  describeStack(aws, world.clock.now);
  const options = { endpoint: aws.url, region: "eu-central-1", credentials: CREDENTIALS };
  const invoke = createWidgetFunction(world, [], {
    command: createCommandLine(` --stack ${STACK}`),
    operationsTopicArn: `${world.topicArn}-operations`,
    sns: createSns({ ...options, credentials: async () => CREDENTIALS }),
    dynamodb: world.dynamodb,
    aws: {
      stackName: STACK,
      alarmPrefix: STACK,
      functionName: "function",
      cloudformation: new CloudFormationClient(options),
      cloudwatch: new CloudWatchClient(options),
      kms: new KMSClient(options),
    },
  });
  return { invoke, aws };
}

/** A stack in which only one subscriber is not as it should be. */
function describeStack(aws: AwsStandIn, now: number): void {
  const stays = { attributes: { ConfirmationWasAuthenticated: "true" } };
  aws.stack = { name: STACK, status: "CREATE_COMPLETE", outputs: {} };
  aws.environment = { REPEAT_AFTER_MINUTES: "5,15,60,240", NUMBER_LABELS: JSON.stringify(LABELS) };
  aws.subscribers = [
    { protocol: "email", endpoint: "security@example.com", ...stays },
    { protocol: "sms", endpoint: "+4915112345678" },
    { protocol: "email", endpoint: "night.shift@example.com", pending: true },
  ];
  aws.operationsSubscribers = [{ protocol: "email", endpoint: "operations@example.com", ...stays }];
  aws.expected = aws.subscribers.map((each) => ({ ...each }));
  aws.expectedOperations = aws.operationsSubscribers.map((each) => ({ ...each }));
  aws.sms = { inSandbox: false, verified: [], limit: "10", type: "Transactional" };
  aws.alarms = [{ name: `${STACK} - Relay not running`, state: "OK", reason: "" }];
  // The stand-in counts minutes from this machine's clock.
  aws.metrics = { RelayRun: [[(Date.now() - now) / 60_000 + 1, 1]] };
}
