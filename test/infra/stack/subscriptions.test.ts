import { Annotations, Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { DEFAULT_SMS_KINDS, toSmsFilterPolicy } from "../../../infra/stack/sms-filter.ts";
import { toKindAttributes } from "../../../lambda/alert/attributes.ts";
import type { MessageAttributes } from "../../../lambda/alert/content/notice.ts";
import { EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";
import { toText } from "../../support/template-text.ts";

function toSubscriptions(settings: Readonly<Record<string, unknown>>): string[] {
  return synthesise(settings)
    .ofType("AWS::SNS::Subscription")
    .map(({ Properties: { TopicArn, Protocol, Endpoint } }) => {
      return `${toText(TopicArn)} ${Protocol} ${Endpoint}`;
    })
    .sort();
}

describe("each list of the settings is subscribed to its topic", () => {
  test("alerts by e-mail and SMS, alarms by e-mail", () => {
    expect(toSubscriptions(EVERY_SUBSCRIBER)).toEqual([
      "<AlertTopic> email security@example.com",
      "<AlertTopic> sms +4915112345678",
      "<OperationsTopic> email operations@example.com",
    ]);
  });

  test("alarms go to whom alerts go where nobody else is named", () => {
    expect(toSubscriptions({ alertEmails: "a@example.com,b@example.com" })).toEqual([
      "<AlertTopic> email a@example.com",
      "<AlertTopic> email b@example.com",
      "<OperationsTopic> email a@example.com",
      "<OperationsTopic> email b@example.com",
    ]);
  });

  test("alarms go to nobody only when that is said", () => {
    const settings = { alertEmails: ["a@example.com"], operationsEmails: [] };
    expect(toSubscriptions(settings)).toEqual(["<AlertTopic> email a@example.com"]);
  });
});

/** As SNS decides: each name of the policy, by any of its conditions. */
function isGiven(policy: object, attributes: MessageAttributes): boolean {
  return Object.entries(policy).every(([name, conditions]) => {
    const { DataType, StringValue = "" } = attributes[name] ?? {};
    return conditions.some((condition: string | { numeric: [string, number] }) => {
      if (typeof condition === "string") return StringValue === condition;
      return DataType === "Number" && Number(StringValue) <= condition.numeric[1];
    });
  });
}

describe("an SMS subscription", () => {
  const { ofType } = synthesise(EVERY_SUBSCRIBER);
  const [sms] = ofType("AWS::SNS::Subscription")
    .map(({ Properties }) => Properties)
    .filter(({ Protocol }) => Protocol === "sms");

  test("has the filter policy of the default kinds, over the message's attributes", () => {
    expect(sms.FilterPolicyScope ?? "MessageAttributes").toBe("MessageAttributes");
    expect(sms.FilterPolicy).toEqual({
      kind: ["alert", "repeat", "digest", "acknowledged"],
      repeat: [{ numeric: ["<=", 1] }],
    });
    expect(sms.FilterPolicy).toEqual(toSmsFilterPolicy(DEFAULT_SMS_KINDS));
  });

  test.each([
    ["alert", 0, true],
    ["acknowledged", 0, true],
    ["digest", 0, true],
    ["digest", 1, true],
    ["digest", 2, false],
    ["repeat", 1, true],
    ["repeat", 2, false],
    ["heartbeat", 0, false],
  ])("of the default kinds, and %s with repeat %i: given %s", (kind, repeat, given) => {
    const policy = toSmsFilterPolicy(DEFAULT_SMS_KINDS);
    expect(isGiven(policy, toKindAttributes(kind, repeat))).toBe(given);
  });

  test.each([
    [["alert"] as const, { kind: ["alert"], repeat: [{ numeric: ["<=", 1] }] }],
    [["first-repeat"] as const, { kind: ["repeat"], repeat: [{ numeric: ["<=", 1] }] }],
    [["alert", "repeat", "digest"] as const, { kind: ["alert", "repeat", "digest"] }],
    [["first-repeat", "repeat"] as const, { kind: ["repeat"] }],
  ])("of the kinds %j has that policy", (kinds, policy) => {
    expect(toSmsFilterPolicy(kinds)).toEqual(policy);
  });

  test("follows the setting", () => {
    const { ofType } = synthesise({ alertPhoneNumbers: "+4915112345678", smsKinds: "alert" });
    expect(ofType("AWS::SNS::Subscription")[0]?.Properties.FilterPolicy).toEqual({
      kind: ["alert"],
      repeat: [{ numeric: ["<=", 1] }],
    });
  });

  test("is the only one with a filter", () => {
    const filtered = ofType("AWS::SNS::Subscription").filter(
      ({ Properties }) => Properties.FilterPolicy,
    );
    expect(filtered.map(({ Properties }) => Properties.Protocol)).toEqual(["sms"]);
  });
});

describe("synth warns when nobody is subscribed", () => {
  function warningsOf(settings: Readonly<Record<string, unknown>>): string[] {
    const annotations = Annotations.fromStack(synthesise(settings).stack);
    return annotations
      .findWarning("*", Match.stringLikeRegexp("^Nobody is subscribed"))
      .map(({ id, entry }) => `${id}: ${String(entry.data).replace(/ \[ack: .*/, "")}`);
  }

  const ALERTS =
    "/Webhook/AlertTopic: Nobody is subscribed to the alert topic: set alertEmails or alertPhoneNumbers.";
  const OPERATIONS =
    "/Webhook/OperationsTopic: Nobody is subscribed to the operations topic: set operationsEmails.";

  test.each([
    [{}, [ALERTS, OPERATIONS]],
    [{ alertPhoneNumbers: "+4915112345678" }, [OPERATIONS]],
    [{ operationsEmails: "a@example.com" }, [ALERTS]],
    [{ alertEmails: "a@example.com", operationsEmails: [] }, [OPERATIONS]],
    [{ alertEmails: "a@example.com" }, []],
    [{ slackWorkspaceId: "T0123456", slackChannelId: "C0123456" }, []],
  ])("with %j", (settings, warnings) => {
    expect(warningsOf(settings)).toEqual(warnings);
  });
});
