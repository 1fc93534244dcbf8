import { Annotations, Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { EVERY_PART, EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";
import { toText } from "../../support/template-text.ts";

describe("each list of the settings is subscribed to its topic", () => {
  test.each([
    [
      "alerts by e-mail and SMS, alarms by e-mail",
      EVERY_SUBSCRIBER,
      [
        "<AlertTopic> email security@example.com",
        "<AlertTopic> sms +4915112345678",
        "<OperationsTopic> email operations@example.com",
      ],
    ],
    [
      "alarms go to whom alerts go where nobody else is named",
      { alertEmails: "a@example.com,b@example.com" },
      [
        "<AlertTopic> email a@example.com",
        "<AlertTopic> email b@example.com",
        "<OperationsTopic> email a@example.com",
        "<OperationsTopic> email b@example.com",
      ],
    ],
    [
      "alarms go to nobody only when that is said",
      { alertEmails: ["a@example.com"], operationsEmails: [] },
      ["<AlertTopic> email a@example.com"],
    ],
  ])("%s", (_, settings, subscriptions) => {
    const found = synthesise(settings).ofType("AWS::SNS::Subscription");
    const lines = found.map(({ Properties: { TopicArn, Protocol, Endpoint } }) => {
      return `${toText(TopicArn)} ${Protocol} ${Endpoint}`;
    });
    expect(lines.sort()).toEqual(subscriptions);
  });

  // Filters see no attribute of a message with several forms.
  test("every subscriber gets everything: none has a filter", () => {
    const subscriptions = synthesise(EVERY_PART).ofType("AWS::SNS::Subscription");
    expect(subscriptions.length).toBeGreaterThan(2);
    for (const { Properties } of subscriptions)
      expect(Properties).not.toHaveProperty("FilterPolicy");
  });
});

describe("synth warns", () => {
  const MAILBOX = "AlertTopic: One mailbox is the only way to every person";
  const ALERTS =
    "AlertTopic: Nobody is subscribed to the alert topic: set alertEmails or alertPhoneNumbers.";
  const OPERATIONS =
    "OperationsTopic: Nobody is subscribed to the operations topic: set operationsEmails.";
  const slack = { slackWorkspaceId: "T0123456", slackChannelId: "C0123456" };

  test.each([
    [{}, [ALERTS, OPERATIONS]],
    [{ alertPhoneNumbers: "+4915112345678" }, [OPERATIONS]],
    [{ operationsEmails: "a@example.com" }, [ALERTS]],
    [{ alertEmails: "a@example.com", operationsEmails: [] }, [MAILBOX, OPERATIONS]],
    [{ alertEmails: "a@example.com" }, [MAILBOX]],
    [{ alertEmails: "a@example.com,b@example.com" }, []],
    [{ alertEmails: "a@example.com", ...slack }, []],
    [slack, []],
    [{ alertEmails: "a@example.com", alertPhoneNumbers: "+4915112345678" }, []],
  ])("of nobody, or one mailbox alone, with %j", (settings, warnings) => {
    const annotations = Annotations.fromStack(synthesise(settings).stack);
    const found = annotations.findWarning("*", Match.stringLikeRegexp("^(Nobody|One mailbox) is"));
    const texts = found.map(({ id, entry }) => `${id}: ${entry.data}`.replace("/Webhook/", ""));
    expect(texts).toEqual(warnings.map((text) => expect.stringContaining(text)));
  });
});
