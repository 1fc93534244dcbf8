import { Annotations, Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { EVERY_PART, EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";
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

describe("where filters see no attribute of a message with several forms", () => {
  /** As SNS decides: each name of the policy must be among the attributes. */
  function isDelivered(policy: object | undefined, attributes: object): boolean {
    return Object.keys(policy ?? {}).every((name) => name in attributes);
  }

  test("every subscriber that the stack makes gets everything", () => {
    const subscriptions = synthesise(EVERY_PART).ofType("AWS::SNS::Subscription");
    expect(subscriptions.length).toBeGreaterThan(2);
    for (const { Properties } of subscriptions) {
      expect(isDelivered(Properties.FilterPolicy, {}), Properties.Protocol).toBe(true);
    }
    expect(isDelivered({ kind: ["alert"] }, {}), "a filter would drop it").toBe(false);
  });
});

test.each([
  [{ alertEmails: "a@example.com" }, 1],
  [{ alertEmails: "a@example.com,b@example.com" }, 0],
  [{ alertEmails: "a@example.com", alertPhoneNumbers: "+4915112345678" }, 0],
  [{ alertEmails: "a@example.com", slackWorkspaceId: "T0123456", slackChannelId: "C0123456" }, 0],
])("synth warns of one mailbox as the only way to every person: %j", (settings, count) => {
  const annotations = Annotations.fromStack(synthesise(settings).stack);
  const found = annotations.findWarning(
    "*",
    Match.stringLikeRegexp("^One mailbox is the only way"),
  );
  expect(found).toHaveLength(count);
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
