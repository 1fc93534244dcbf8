import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  paginateListSMSSandboxPhoneNumbers,
  type SNSClient,
} from "@aws-sdk/client-sns";
import type { Facts } from "../facts/facts.ts";
import { maskEndpoint } from "../facts/subscribers.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { absent, type Check, type CheckOutcome, failed, ok } from "./check.ts";

/** Whether this AWS account would send SMS to those who are subscribed by SMS. */
export function toSmsChecks({ sns, aws }: WatchedSystem, facts: Facts): Check[] {
  const bySms = (look: (numbers: readonly string[]) => Promise<CheckOutcome>) => async () => {
    if (!aws) return absent("The local run sends no SMS.");
    const found = (await facts.alertSubscribers()).filter(({ protocol }) => protocol === "sms");
    if (found.length === 0) return ok("Nobody is subscribed by SMS.");
    return look(found.map(({ endpoint }) => endpoint));
  };
  return [
    {
      id: "sms-sandbox",
      name: "SMS sandbox",
      look: bySms((numbers) => checkSandbox(sns, numbers)),
    },
    { id: "sms-limit", name: "SMS spending limit", look: bySms(() => checkLimit(sns)) },
    { id: "sms-type", name: "SMS type", look: bySms(() => checkType(sns)) },
  ];
}

/** In the sandbox, SNS texts verified numbers only. */
async function checkSandbox(client: SNSClient, numbers: readonly string[]): Promise<CheckOutcome> {
  const { IsInSandbox } = await client.send(new GetSMSSandboxAccountStatusCommand());
  if (!IsInSandbox) return ok("This AWS account is out of the SMS sandbox.");
  const verified = new Set<string | undefined>();
  for await (const page of paginateListSMSSandboxPhoneNumbers({ client }, {})) {
    for (const entry of page.PhoneNumbers ?? []) {
      if (entry.Status === "Verified") verified.add(entry.PhoneNumber);
    }
  }
  const silent = numbers.filter((number) => !verified.has(number));
  if (silent.length === 0) return ok("In the SMS sandbox, with every subscribed number verified.");
  return failed(
    `This AWS account is in the SMS sandbox: ${silent.map((number) => maskEndpoint("sms", number)).join(", ")} gets no SMS.`,
    "verify the number (aws sns create-sms-sandbox-phone-number) or leave the sandbox: SNS console, Text messaging (SMS), Exit SMS sandbox",
  );
}

/** US dollars a month; SNS stops texting when it is spent. Absent: the default of 1. */
async function checkLimit(client: SNSClient): Promise<CheckOutcome> {
  const { attributes } = await client.send(
    new GetSMSAttributesCommand({ attributes: ["MonthlySpendLimit"] }),
  );
  const limit = Number(attributes?.MonthlySpendLimit ?? "1");
  if (limit > 0) return ok(`SNS may spend ${limit} USD a month on SMS.`);
  return failed(
    "SNS may spend nothing on SMS, so that it sends none.",
    "aws sns set-sms-attributes --attributes MonthlySpendLimit=1",
  );
}

/**
 * Promotional SMS go the cheapest way and are forbidden at night in some countries. Alerts ask for
 * Transactional; whether a topic honours that is not documented, so the account's default counts.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sms_preferences.html
 */
async function checkType(client: SNSClient): Promise<CheckOutcome> {
  const { attributes } = await client.send(
    new GetSMSAttributesCommand({ attributes: ["DefaultSMSType"] }),
  );
  const type = attributes?.DefaultSMSType ?? "Promotional";
  if (type === "Transactional") return ok("SMS are sent as Transactional.");
  return failed(
    `SMS are sent as ${type} by default: cheapest route, and in some countries not at night.`,
    "aws sns set-sms-attributes --attributes DefaultSMSType=Transactional",
  );
}
