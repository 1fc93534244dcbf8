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

/** By the id of its check. */
const ACCOUNTS: Readonly<Record<string, readonly Account[]>> = {
  "sms-sandbox": [
    { isInSandbox: false },
    { isInSandbox: true, pages: [verified(NUMBER), verified(OTHER)], numbers: BOTH },
    { isInSandbox: true, pages: [[[NUMBER, "Pending"]]], numbers: BOTH },
    { isInSandbox: true },
  ],
  "sms-limit": [
    {},
    { attributes: { MonthlySpendLimit: "250" } },
    { attributes: { MonthlySpendLimit: "0" } },
  ],
  "sms-type": [
    { attributes: { DefaultSMSType: "Transactional" } },
    {},
    { attributes: { DefaultSMSType: "Promotional" } },
  ],
};

test.each(Object.entries(ACCOUNTS))(
  "%s of an account is said in one line",
  async (id, accounts) => {
    expect(await Promise.all(accounts.map((each) => look(id, each)))).toMatchSnapshot();
  },
);
