import { describe, expect, test } from "vitest";
import { METRIC } from "../../../../lambda/shared/metric-names.ts";
import { EVERY_SUBSCRIBER, type Resource, synthesise } from "../../../support/synthesise.ts";
import { toText } from "../../../support/template-text.ts";

type Json = Resource["Properties"];

const { theOnly, ofType } = synthesise(EVERY_SUBSCRIBER);
const dashboard = theOnly("AWS::CloudWatch::Dashboard").Properties;
const body: { start: string; widgets: Json[] } = JSON.parse(toText(dashboard.DashboardBody));

/** `left Sum/300 AWS/Lambda Errors FunctionName <Function> "Function errors"` */
function toLines({ properties }: Json): string[] {
  return (properties.metrics ?? []).map((metric: Json[]) => {
    const { stat = "Average", period = 300, yAxis = "left", label } = metric.at(-1);
    return `${yAxis} ${stat}/${period} ${metric.slice(0, -1).join(" ")} "${label}"`;
  });
}

describe("the dashboard", () => {
  test("has the stack's name and shows a day", () => {
    expect(dashboard.DashboardName).toBe("Webhook");
    expect(body.start).toBe("-P1D");
  });

  test("answers the eight questions of an operator, below the alarms", () => {
    const shown = body.widgets.map(({ x, y, width, height, properties }) => {
      const { title, view = "", stacked = false } = properties;
      return `${x},${y} ${width}x${height} ${title} ${view}${stacked ? ", stacked" : ""}`;
    });
    expect(shown).toMatchInlineSnapshot(`
      [
        "0,0 24x4 Alarms ",
        "0,4 24x10 Which numbers are safe, and who gets alerts? ",
        "0,14 8x7 Is it alive? timeSeries",
        "8,14 8x7 What is pending? timeSeries",
        "16,14 8x7 What came in? bar, stacked",
        "0,21 8x7 What was alerted? timeSeries",
        "8,21 8x7 Who answered? timeSeries",
        "16,21 8x7 What was refused? bar, stacked",
        "0,28 8x7 How fast? (ms) timeSeries",
      ]
    `);
  });

  test("counts from zero on every axis", () => {
    for (const { properties } of body.widgets.slice(2)) {
      if (properties.view === "bar") continue;
      expect(properties.yAxis, properties.title).toEqual({ left: { min: 0 }, right: { min: 0 } });
    }
  });

  test("begins with every alarm, and with the numbers as the watchdog's function shows them", () => {
    const [alarms, { type, properties }] = body.widgets as [Json, Json];
    expect(alarms.properties.alarms).toHaveLength(ofType("AWS::CloudWatch::Alarm").length);
    expect([type, properties.endpoint]).toEqual(["custom", "<Watchdog.Arn>"]);
  });

  test("answers each with these metrics", () => {
    const shown = body.widgets.slice(2).map((widget) => {
      return [widget.properties.title, ...toLines(widget)].join("\n");
    });
    expect(`\n${shown.join("\n\n")}\n`).toMatchInlineSnapshot(`
      "
      Is it alive?
      left Sum/300 WhatsAppSecurityWebhook RelayRun FunctionName <Function> "Relay runs"
      left Sum/300 WhatsAppSecurityWebhook DeliveryAccepted FunctionName <Function> "Deliveries accepted"
      right Sum/300 AWS/Lambda Errors FunctionName <Function> "Function errors"
      right Sum/300 AWS/Lambda Throttles FunctionName <Function> "Function throttled"
      right Sum/300 AWS/ApiGateway 5xx ApiId <Api> "Answers 5xx"
      right Sum/300 WhatsAppSecurityWebhook SecretUnavailable FunctionName <Function> "Secret unavailable"
      right Sum/300 WhatsAppSecurityWebhook EventStoreFailed FunctionName <Function> "Writes failed"
      right Sum/300 WhatsAppSecurityWebhook RelayFailed FunctionName <Function> "Relay's claims and marks failed"
      right Sum/300 WhatsAppSecurityWebhook IncidentFailed FunctionName <Function> "Incident page failed"

      What is pending?
      left Maximum/300 WhatsAppSecurityWebhook OutboxSize FunctionName <Function> "Alerts in the outbox"
      left Maximum/300 AWS/SQS ApproximateNumberOfMessagesVisible QueueName <DeadLetters.QueueName> "Dead letters"
      right Maximum/300 WhatsAppSecurityWebhook OutboxAge FunctionName <Function> "Oldest alert, seconds"

      What came in?
      left Sum/300 WhatsAppSecurityWebhook ResetRequestStored FunctionName <Function> "Reset requested"
      left Sum/300 WhatsAppSecurityWebhook RequestSuccessStored FunctionName <Function> "Two-step verification off"
      left Sum/300 WhatsAppSecurityWebhook PinChangedStored FunctionName <Function> "PIN changed"
      left Sum/300 WhatsAppSecurityWebhook UnknownEventStored FunctionName <Function> "Unknown event"
      left Sum/300 WhatsAppSecurityWebhook TestEventStored FunctionName <Function> "of these, tests"
      left Sum/300 WhatsAppSecurityWebhook EventDuplicate FunctionName <Function> "Repeats"
      left Sum/300 WhatsAppSecurityWebhook FieldIgnored FunctionName <Function> "Other fields"

      What was alerted?
      left Sum/300 WhatsAppSecurityWebhook AlertPublished FunctionName <Function> "Alerts published"
      left Sum/300 WhatsAppSecurityWebhook RepeatPublished FunctionName <Function> "Repeats published"
      left Sum/300 WhatsAppSecurityWebhook DigestPublished FunctionName <Function> "Digests published"
      left Sum/300 WhatsAppSecurityWebhook AlertPaced FunctionName <Function> "Left to a digest"
      left Sum/300 WhatsAppSecurityWebhook AlertPublishFailed FunctionName <Function> "Publishing failed"
      left Sum/900 AWS/SNS NumberOfNotificationsDelivered TopicName <AlertTopic.TopicName> "Delivered by SNS"
      left Sum/900 AWS/SNS NumberOfNotificationsFailed TopicName <AlertTopic.TopicName> "Not delivered"

      Who answered?
      left Sum/300 WhatsAppSecurityWebhook IncidentOpened FunctionName <Function> "Alerts that want an answer"
      left Sum/300 WhatsAppSecurityWebhook IncidentAcknowledged FunctionName <Function> "Answered"
      left Maximum/300 WhatsAppSecurityWebhook OpenIncidents FunctionName <Function> "Unanswered"
      right Maximum/300 WhatsAppSecurityWebhook UnansweredMinutes FunctionName <Function> "Oldest, minutes"
      right Maximum/300 WhatsAppSecurityWebhook AcknowledgementMinutes FunctionName <Function> "Minutes until the answer"

      What was refused?
      left Sum/300 WhatsAppSecurityWebhook SignatureMismatch FunctionName <Function> "Wrong signature"
      left Sum/300 WhatsAppSecurityWebhook ForeignSignatureMismatch FunctionName <Function> "Wrong signature, not Meta's form"
      left Sum/300 WhatsAppSecurityWebhook SignatureMalformed FunctionName <Function> "No signature"
      left Sum/300 WhatsAppSecurityWebhook HandshakeRejected FunctionName <Function> "Handshake"
      left Sum/300 WhatsAppSecurityWebhook PayloadRejected FunctionName <Function> "Not understood"
      left Sum/300 WhatsAppSecurityWebhook SizeRejected FunctionName <Function> "Too large"
      left Sum/300 WhatsAppSecurityWebhook ChangeQuarantined FunctionName <Function> "Stored in part or in plain form"
      left Sum/300 WhatsAppSecurityWebhook ValuesMissing FunctionName <Function> "Values missing"
      left Sum/300 WhatsAppSecurityWebhook DeliveryFailed FunctionName <Function> "Not stored"
      right Sum/300 AWS/ApiGateway 4xx ApiId <Api> "Every 4xx, throttled ones too"

      How fast? (ms)
      left p50/300 AWS/ApiGateway Latency ApiId <Api> "Answer p50"
      left p99/300 AWS/ApiGateway Latency ApiId <Api> "Answer p99"
      left p50/300 AWS/Lambda Duration FunctionName <Function> "Function p50"
      left p99/300 AWS/Lambda Duration FunctionName <Function> "Function p99"
      left p50/300 WhatsAppSecurityWebhook AlertLatency FunctionName <Function> "Alert p50"
      left p99/300 WhatsAppSecurityWebhook AlertLatency FunctionName <Function> "Alert p99"
      "
    `);
  });

  test("shows or guards with an alarm every metric that the application counts", () => {
    const seen = `${JSON.stringify(body)} ${JSON.stringify(ofType("AWS::CloudWatch::Alarm"))}`;
    // The sum of those that are shown by event, and what the end of a rotation asks for.
    // And failed checks, which are mailed every day.
    const elsewhere: string[] = [METRIC.stored, METRIC.matchedSecretIndex, METRIC.checkFailed];
    const unseen = Object.values(METRIC).filter((name) => !seen.includes(`"${name}"`));
    expect(unseen.sort()).toEqual(elsewhere.sort());
  });

  test("is left out, and its output, when the setting says so", () => {
    const { ofType, template } = synthesise({ dashboard: "false" });
    expect(ofType("AWS::CloudWatch::Dashboard")).toEqual([]);
    expect(template.toJSON().Outputs).not.toHaveProperty("DashboardUrl");
    expect(ofType("AWS::CloudWatch::Alarm").length).toBeGreaterThan(10);
  });
});
