import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  ListSMSSandboxPhoneNumbersCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toSmsChecks } from "../../../lambda/checks/sms-checks.ts";
import { factsOf, subscriber, toLine, watchedSystem } from "../../support/facts.ts";

const NUMBER = "+4915112345678";
const OTHER = "+4915187654321";

interface Account {
  readonly isInSandbox?: boolean;
  /** Pages of numbers with their status. */
  readonly pages?: readonly (readonly (readonly [number: string, status: string])[])[];
  readonly attributes?: Record<string, string>;
  readonly numbers?: readonly string[];
}

async function look(id: string, account: Account) {
  const { isInSandbox, pages = [], attributes, numbers = [NUMBER] } = account;
  const sns = Object.assign(Object.create(SNSClient.prototype), {
    async send(command: { input: { attributes?: string[]; NextToken?: string } }) {
      if (command instanceof GetSMSSandboxAccountStatusCommand) return { IsInSandbox: isInSandbox };
      if (command instanceof ListSMSSandboxPhoneNumbersCommand) {
        const at = Number(command.input.NextToken ?? 0);
        const PhoneNumbers = pages[at]?.map(([PhoneNumber, Status]) => ({ PhoneNumber, Status }));
        return { PhoneNumbers, ...(at + 1 < pages.length && { NextToken: String(at + 1) }) };
      }
      if (!(command instanceof GetSMSAttributesCommand)) throw new Error("No other call is known");
      const asked = command.input.attributes ?? [];
      const known = Object.entries(attributes ?? {}).filter(([name]) => asked.includes(name));
      return attributes ? { attributes: Object.fromEntries(known) } : {};
    },
  });
  const alertSubscribers = numbers.map((endpoint) => subscriber({ protocol: "sms", endpoint }));
  const checks = await runAll(toSmsChecks(watchedSystem({ sns }), factsOf({ alertSubscribers })));
  return toLine(checks.find((check) => check.id === id)).slice(id.length + 1);
}

test.each([
  ["the local run sends none", undefined, "unknown", "The local run sends no SMS."],
  ["nobody is subscribed", watchedSystem().aws, "ok", "Nobody is subscribed by SMS."],
])("SMS are not looked at where %s", async (_why, aws, state, message) => {
  const facts = factsOf({ alertSubscribers: [subscriber()] });
  expect(await runAll(toSmsChecks(watchedSystem({ aws }), facts))).toMatchObject([
    { id: "sms-sandbox", name: "SMS sandbox", state, message },
    { id: "sms-limit", name: "SMS spending limit", state, message },
    { id: "sms-type", name: "SMS type", state, message },
  ]);
});

const verified = (number: string) => [[number, "Verified"] as const];
const VERIFY =
  "Fix: verify the number (aws sns create-sms-sandbox-phone-number) or leave the sandbox: SNS console, Text messaging (SMS), Exit SMS sandbox";

test.each<[string, Account]>([
  ["ok: This AWS account is out of the SMS sandbox.", { isInSandbox: false }],
  [
    "ok: In the SMS sandbox, with every subscribed number verified.",
    { isInSandbox: true, pages: [verified(NUMBER), verified(OTHER)], numbers: [NUMBER, OTHER] },
  ],
  [
    `failed: This AWS account is in the SMS sandbox: +49…5678, +49…4321 gets no SMS. ${VERIFY}`,
    { isInSandbox: true, pages: [[[NUMBER, "Pending"]]], numbers: [NUMBER, OTHER] },
  ],
  [
    `failed: This AWS account is in the SMS sandbox: +49…5678 gets no SMS. ${VERIFY}`,
    { isInSandbox: true },
  ],
])("the sandbox is %s", async (line, account) => {
  expect(await look("sms-sandbox", account)).toBe(line);
});

const SET = "Fix: aws sns set-sms-attributes --attributes";
const PROMOTIONAL = `failed: SMS are sent as Promotional by default: cheapest route, and in some countries not at night. ${SET} DefaultSMSType=Transactional`;

test.each([
  ["sms-limit", undefined, "ok: SNS may spend 1 USD a month on SMS."],
  ["sms-limit", { MonthlySpendLimit: "250" }, "ok: SNS may spend 250 USD a month on SMS."],
  [
    "sms-limit",
    { MonthlySpendLimit: "0" },
    `failed: SNS may spend nothing on SMS, so that it sends none. ${SET} MonthlySpendLimit=1`,
  ],
  ["sms-type", { DefaultSMSType: "Transactional" }, "ok: SMS are sent as Transactional."],
  ["sms-type", undefined, PROMOTIONAL],
  ["sms-type", { DefaultSMSType: "Promotional" }, PROMOTIONAL],
])("%s of the account's default %j", async (id, attributes, line) => {
  expect(await look(id, { ...(attributes && { attributes }) })).toBe(line);
});
