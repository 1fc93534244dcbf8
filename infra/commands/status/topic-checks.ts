import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  paginateListSMSSandboxPhoneNumbers,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { maskEndpoint } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { listSubscribers, type Subscriber } from "../../deployment/subscribers.ts";
import { type Check, check, type Finding, green, red, unknown } from "./check.ts";

/** Whether anybody would hear an alert. */
export async function checkTopic({ sns, alertTopicArn, aws }: Deployment): Promise<Check[]> {
  const subscribers = listSubscribers(sns, alertTopicArn);
  const bySms = async (look: (numbers: readonly string[]) => Promise<Finding>) => {
    if (!aws) return unknown("The local run sends no SMS.");
    const found = (await subscribers).filter(({ protocol }) => protocol === "sms");
    if (found.length === 0) return green("Nobody is subscribed by SMS.");
    return look(found.map(({ endpoint }) => endpoint));
  };
  return Promise.all([
    check("subscribers", "Alert subscribers", async () => judge(await subscribers, alertTopicArn)),
    check("sms-sandbox", "SMS sandbox", () => bySms((numbers) => judgeSandbox(sns, numbers))),
    check("sms-limit", "SMS spending limit", () => bySms(() => judgeLimit(sns))),
  ]);
}

function judge(subscribers: readonly Subscriber[], topicArn: string): Finding {
  const waiting = subscribers.filter(({ confirmed }) => !confirmed);
  if (waiting.length > 0) {
    const names = waiting
      .map(({ protocol, endpoint }) => maskEndpoint(protocol, endpoint))
      .join(", ");
    return red(
      `Not confirmed, so that it hears nothing: ${names}.`,
      'follow the link in the mail "AWS Notification - Subscription Confirmation"; to have it sent again: aws sns subscribe',
    );
  }
  if (subscribers.length === 0) {
    return red(
      "Nobody is subscribed: alerts would be heard by no one.",
      `aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint you@example.com`,
    );
  }
  const protocols = Map.groupBy(subscribers, ({ protocol }) => protocol);
  const parts = [...protocols].map(([protocol, found]) => `${found.length} by ${protocol}`);
  return green(`All are confirmed: ${parts.join(", ")}.`);
}

/** In the sandbox, SNS texts verified numbers only. */
async function judgeSandbox(client: SNSClient, numbers: readonly string[]): Promise<Finding> {
  const { IsInSandbox } = await client.send(new GetSMSSandboxAccountStatusCommand());
  if (!IsInSandbox) return green("This AWS account is out of the SMS sandbox.");
  const verified = new Set<string | undefined>();
  for await (const page of paginateListSMSSandboxPhoneNumbers({ client }, {})) {
    for (const entry of page.PhoneNumbers ?? []) {
      if (entry.Status === "Verified") verified.add(entry.PhoneNumber);
    }
  }
  const silent = numbers.filter((number) => !verified.has(number));
  if (silent.length === 0)
    return green("In the SMS sandbox, with every subscribed number verified.");
  return red(
    `This AWS account is in the SMS sandbox: ${silent.map((number) => maskEndpoint("sms", number)).join(", ")} gets no SMS.`,
    "verify the number (aws sns create-sms-sandbox-phone-number) or leave the sandbox: SNS console, Text messaging (SMS), Exit SMS sandbox",
  );
}

/** US dollars a month; SNS stops texting when it is spent. Absent: the default of 1. */
async function judgeLimit(client: SNSClient): Promise<Finding> {
  const { attributes } = await client.send(
    new GetSMSAttributesCommand({ attributes: ["MonthlySpendLimit"] }),
  );
  const limit = Number(attributes?.MonthlySpendLimit ?? "1");
  if (limit > 0) return green(`SNS may spend ${limit} USD a month on SMS.`);
  return red(
    "SNS may spend nothing on SMS, so that it sends none.",
    "aws sns set-sms-attributes --attributes MonthlySpendLimit=1",
  );
}
