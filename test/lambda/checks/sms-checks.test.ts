import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  ListSMSSandboxPhoneNumbersCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { checkSms } from "../../../lambda/checks/sms-checks.ts";
import { factsOf, subscriber, watchedSystem } from "../../support/facts.ts";

const NUMBER = "+4915112345678";
const OTHER = "+4915187654321";

interface Account {
  readonly isInSandbox?: boolean;
  /** Pages of numbers with their status. */
  readonly pages?: readonly (readonly [number: string, status: string])[][];
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
  const checks = await checkSms(watchedSystem({ sns }), factsOf({ alertSubscribers }));
  return checks.find((check) => check.id === id);
}

test.each([
  ["the local run sends none", undefined, "unknown", "The local run sends no SMS."],
  ["nobody is subscribed", watchedSystem().aws, "ok", "Nobody is subscribed by SMS."],
])("SMS are not looked at where %s", async (_why, aws, state, message) => {
  const facts = factsOf({ alertSubscribers: [subscriber()] });
  expect(await checkSms(watchedSystem({ aws }), facts)).toMatchObject([
    { id: "sms-sandbox", name: "SMS sandbox", state, message },
    { id: "sms-limit", name: "SMS spending limit", state, message },
    { id: "sms-type", name: "SMS type", state, message },
  ]);
});

describe("the SMS sandbox", () => {
  test("is left", async () => {
    expect(await look("sms-sandbox", { isInSandbox: false })).toMatchObject({
      state: "ok",
      message: "This AWS account is out of the SMS sandbox.",
    });
  });

  test("lets verified numbers through, on whatever page they are listed", async () => {
    const pages = [[[NUMBER, "Verified"]], [[OTHER, "Verified"]]] as never;
    const numbers = [NUMBER, OTHER];
    expect(await look("sms-sandbox", { isInSandbox: true, pages, numbers })).toMatchObject({
      state: "ok",
      message: "In the SMS sandbox, with every subscribed number verified.",
    });
  });

  test("keeps every other number from its SMS", async () => {
    const pages = [[[NUMBER, "Pending"]]] as never;
    const numbers = [NUMBER, OTHER];
    expect(await look("sms-sandbox", { isInSandbox: true, pages, numbers })).toMatchObject({
      state: "failed",
      message: "This AWS account is in the SMS sandbox: +49…5678, +49…4321 gets no SMS.",
      fix: "verify the number (aws sns create-sms-sandbox-phone-number) or leave the sandbox: SNS console, Text messaging (SMS), Exit SMS sandbox",
    });
    expect((await look("sms-sandbox", { isInSandbox: true }))?.message).toContain("+49…5678");
  });
});

describe("the account's default", () => {
  const PROMOTIONAL =
    "SMS are sent as Promotional by default: cheapest route, and in some countries not at night.";

  test.each([
    ["sms-limit", undefined, "ok", "SNS may spend 1 USD a month on SMS."],
    ["sms-limit", { MonthlySpendLimit: "250" }, "ok", "SNS may spend 250 USD a month on SMS."],
    [
      "sms-limit",
      { MonthlySpendLimit: "0" },
      "failed",
      "SNS may spend nothing on SMS, so that it sends none.",
    ],
    ["sms-type", { DefaultSMSType: "Transactional" }, "ok", "SMS are sent as Transactional."],
    ["sms-type", undefined, "failed", PROMOTIONAL],
    ["sms-type", { DefaultSMSType: "Promotional" }, "failed", PROMOTIONAL],
  ])("%s of %j is %s", async (id, attributes, state, message) => {
    const value = id === "sms-limit" ? "MonthlySpendLimit=1" : "DefaultSMSType=Transactional";
    const check = await look(id, { ...(attributes && { attributes }) });
    expect(check).toMatchObject({ state, message });
    expect(check?.fix).toBe(
      state === "failed" ? `aws sns set-sms-attributes --attributes ${value}` : undefined,
    );
  });
});
