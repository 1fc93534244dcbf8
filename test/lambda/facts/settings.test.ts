import { GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import { describe, expect, test } from "vitest";
import { NO_SETTINGS, readDeployedSettings } from "../../../lambda/facts/settings.ts";
import type { WatchedAws } from "../../../lambda/facts/system.ts";
import { DEFAULT_REPEAT_MINUTES } from "../../../lambda/shared/names.ts";
import { watchedSystem } from "../../support/facts.ts";

const [FIRST_BY_DEFAULT] = DEFAULT_REPEAT_MINUTES;

/** The settings of a stack with this template. */
async function settingsOf(template: unknown) {
  const inputs: object[] = [];
  const cloudformation = {
    async send(command: GetTemplateCommand) {
      expect(command).toBeInstanceOf(GetTemplateCommand);
      inputs.push(command.input);
      return { TemplateBody: typeof template === "string" ? template : JSON.stringify(template) };
    },
  };
  const aws = { ...watchedSystem().aws, cloudformation } as unknown as WatchedAws;
  const settings = await readDeployedSettings(aws);
  expect(inputs).toEqual([{ StackName: "Hooks", TemplateStage: "Processed" }]);
  return settings;
}

function subscriptionTo(topic: unknown, difference: object = {}) {
  const Properties = {
    Protocol: "email",
    Endpoint: "guard@example.com",
    TopicArn: topic,
    ...difference,
  };
  return { Type: "AWS::SNS::Subscription", Properties };
}

function environmentOf(Variables: object) {
  return { Type: "AWS::Lambda::Function", Properties: { Environment: { Variables } } };
}

const LABELS = { 15550783881: "Support DE" };
const GUARD = { protocol: "email", endpoint: "guard@example.com" };

test("without a stack nobody is expected, and the first repeat comes by default", () => {
  expect(NO_SETTINGS).toEqual({
    expected: { alert: [], operations: [] },
    hasChannel: false,
    separateAccounts: false,
    protect: false,
    protectByLink: false,
    firstRepeatMinutes: FIRST_BY_DEFAULT,
    numberLabels: {},
  });
});

describe("the subscribers that a stack names", () => {
  test("are distinguished by the topic", async () => {
    const { expected } = await settingsOf({
      Resources: {
        A: subscriptionTo({ Ref: "AlertTopic12AB" }),
        B: subscriptionTo({ Ref: "OperationsTopic12AB" }, { Protocol: "sms", Endpoint: "+49" }),
        C: subscriptionTo({ Ref: "OtherAlertTopic" }),
      },
    });
    expect(expected).toEqual({
      alert: [GUARD],
      operations: [{ protocol: "sms", endpoint: "+49" }],
    });
  });

  test.each([
    ["a queue, whose endpoint is a reference", { Endpoint: { "Fn::GetAtt": ["Q", "Arn"] } }],
    ["a topic of another stack", { TopicArn: "arn:aws:sns:eu-central-1:1:AlertTopic" }],
    ["no protocol", { Protocol: undefined }],
  ])("are those that can be compared: not %s", async (_what, difference) => {
    const Resources = { A: subscriptionTo({ Ref: "AlertTopic" }, difference) };
    expect((await settingsOf({ Resources })).expected.alert).toEqual([]);
  });

  test("are resources of SNS", async () => {
    const { Properties } = subscriptionTo({ Ref: "AlertTopic" });
    const Resources = { A: { Type: "Custom::Subscription", Properties }, B: { Type: "X" } };
    expect(await settingsOf({ Resources })).toEqual(NO_SETTINGS);
  });
});

test.each([
  [{ Type: "AWS::Chatbot::SlackChannelConfiguration" }, true],
  [{ Type: "AWS::Chatbot::Other" }, false],
])("a chat channel is one of %j: %s", async (resource, hasChannel) => {
  expect((await settingsOf({ Resources: { A: resource, B: { Type: "X" } } })).hasChannel).toBe(
    hasChannel,
  );
});

describe("what a function's environment says", () => {
  test.each([
    [{ SEPARATE_ACCOUNTS: "true" }, { separateAccounts: true }],
    [{ SEPARATE_ACCOUNTS: "false" }, {}],
    [{ REPEAT_AFTER_MINUTES: "5,15,60,240" }, { firstRepeatMinutes: 5 }],
    [{ REPEAT_AFTER_MINUTES: "15" }, { firstRepeatMinutes: 15 }],
    [{ REPEAT_AFTER_MINUTES: "0,5" }, { firstRepeatMinutes: 0 }],
    [{ REPEAT_AFTER_MINUTES: "off" }, { firstRepeatMinutes: undefined }],
    [{ REPEAT_AFTER_MINUTES: "odd" }, {}],
    [{ REPEAT_AFTER_MINUTES: "" }, {}],
    [{ REPEAT_AFTER_MINUTES: { Ref: "Parameter" } }, {}],
    [{ NUMBER_LABELS: '{"15550783881":"Support DE"}' }, { numberLabels: LABELS }],
    [{ NUMBER_LABELS: "{}" }, {}],
    [{ NUMBER_LABELS: "no JSON" }, {}],
    [{ NUMBER_LABELS: '{"15550783881":1}' }, {}],
    [{ NUMBER_LABELS: "[]" }, {}],
    [{ NUMBER_LABELS: { "Fn::Join": ["", []] } }, {}],
  ])("by %j is %j, and else the default", async (variables, difference) => {
    const Resources = { F: environmentOf(variables) };
    expect(await settingsOf({ Resources })).toEqual({ ...NO_SETTINGS, ...difference });
  });

  test("is taken from the function that has it", async () => {
    const Resources = {
      A: { Type: "AWS::Lambda::Function" },
      B: { Type: "AWS::Lambda::Function", Properties: { Environment: {} } },
      C: environmentOf({ TABLE_NAME: "events" }),
      D: environmentOf({ REPEAT_AFTER_MINUTES: "7", NUMBER_LABELS: '{"1":"A"}' }),
      E: environmentOf({ REPEAT_AFTER_MINUTES: "9" }),
    };
    expect(await settingsOf({ Resources })).toMatchObject({
      firstRepeatMinutes: 7,
      numberLabels: { 1: "A" },
    });
  });
});

test.each(["no JSON", "{}", '{"Resources":{"A":{}}}'])(
  "a template that is none is no settings: %s",
  async (template) => {
    await expect(settingsOf(template)).rejects.toThrow();
  },
);
