import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  ListSMSSandboxPhoneNumbersCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toSmsChecks } from "../../../lambda/checks/sms-checks.ts";
import { factsOf, lineOf, subscriber, watchedSystem } from "../../support/facts.ts";

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
  return lineOf(toSmsChecks(watchedSystem({ sns }), factsOf({ alertSubscribers })), id);
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
const BOTH = [NUMBER, OTHER];
const SET = "Fix: aws sns set-sms-attributes --attributes";
const PROMOTIONAL = new RegExp(`^failed: .*Promotional .*${SET} DefaultSMSType=Transactional$`);

test.each<[string, Account, RegExp]>([
  ["sms-sandbox", { isInSandbox: false }, /^ok: .* out of the SMS sandbox\.$/],
  [
    "sms-sandbox",
    { isInSandbox: true, pages: [verified(NUMBER), verified(OTHER)], numbers: BOTH },
    /^ok: In the SMS sandbox, with every subscribed number verified\.$/,
  ],
  [
    "sms-sandbox",
    { isInSandbox: true, pages: [[[NUMBER, "Pending"]]], numbers: BOTH },
    /^failed: .*: \+49…5678, \+49…4321 gets no SMS\. Fix: verify the number .* leave the sandbox/,
  ],
  ["sms-sandbox", { isInSandbox: true }, /^failed: .* sandbox: \+49…5678 gets no SMS\./],
  ["sms-limit", {}, /^ok: SNS may spend 1 USD a month on SMS\.$/],
  ["sms-limit", { attributes: { MonthlySpendLimit: "250" } }, /^ok: SNS may spend 250 USD /],
  [
    "sms-limit",
    { attributes: { MonthlySpendLimit: "0" } },
    new RegExp(`^failed: SNS may spend nothing .* ${SET} MonthlySpendLimit=1$`),
  ],
  ["sms-type", { attributes: { DefaultSMSType: "Transactional" } }, /^ok: .* as Transactional\.$/],
  ["sms-type", {}, PROMOTIONAL],
  ["sms-type", { attributes: { DefaultSMSType: "Promotional" } }, PROMOTIONAL],
])("%s of the account %j: %s", async (id, account, line) => {
  expect(await look(id, account)).toMatch(line);
});
