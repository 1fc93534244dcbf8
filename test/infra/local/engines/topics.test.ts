import { text } from "node:stream/consumers";
import {
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOCAL_AWS } from "../../../../infra/local/engines/local-aws.ts";
import { startTopics } from "../../../../infra/local/engines/topics.ts";
import { serve } from "../../../support/serve.ts";

let topics: Awaited<ReturnType<typeof startTopics>>;
let sns: SNSClient;
let sqs: SQSClient;

beforeEach(async () => {
  topics = await startTopics();
  sns = new SNSClient({ ...LOCAL_AWS, endpoint: topics.endpoint });
  sqs = new SQSClient({ ...LOCAL_AWS, endpoint: topics.endpoint });
});
afterEach(async () => {
  sns.destroy();
  sqs.destroy();
  await topics.stop();
});

const FORMS = { default: '{"version":1}', email: "a mail", sms: "an SMS", https: "a page" };

function publish(forms: object = FORMS, attributes = {}) {
  return sns.send(
    new PublishCommand({
      TopicArn: topics.topicArn,
      Subject: "Alert",
      MessageStructure: "json",
      Message: JSON.stringify(forms),
      MessageAttributes: attributes,
    }),
  );
}

async function receive(QueueUrl: string) {
  const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
  const { Messages = [] } = await sqs.send(command);
  return JSON.parse(Messages[0]?.Body ?? "null");
}

test("a queue gets SNS's envelope with the default form, as on AWS", async () => {
  const { MessageId } = await publish();
  expect(await receive(topics.alertQueueUrl)).toMatchObject({
    Type: "Notification",
    MessageId,
    TopicArn: topics.topicArn,
    Subject: "Alert",
    Message: FORMS.default,
  });
});

test("a queue that asks for all forms gets them, and is not among the subscribers", async () => {
  const queueUrl = await topics.subscribeToAllForms("test");
  await publish();
  expect(JSON.parse((await receive(queueUrl)).Message)).toEqual(FORMS);
  const command = new ListSubscriptionsByTopicCommand({ TopicArn: topics.topicArn });
  const { Subscriptions = [] } = await sns.send(command);
  expect(Subscriptions.map(({ Endpoint = "" }) => Endpoint.split(":").at(-1))).toEqual(["alerts"]);
});

test("a message without a default form is refused, as on AWS", async () => {
  await expect(publish({ email: "a mail" })).rejects.toThrow("No default entry in JSON message");
});

test("an http subscriber gets its own form by POST, if its filter policy lets it through", async () => {
  const { default: document, email } = FORMS;
  const requested = Promise.withResolvers<{ body: object; type: unknown }>();
  const { url, stop } = await serve(async (request, response) => {
    const type = request.headers["x-amz-sns-message-type"];
    requested.resolve({ body: JSON.parse(await text(request)), type });
    response.end();
  });
  await sns.send(
    new SubscribeCommand({
      TopicArn: topics.topicArn,
      Protocol: "http",
      Endpoint: `${url}/page`,
      Attributes: { FilterPolicy: '{"kind":["alert"]}' },
    }),
  );
  await publish({ default: document, email, http: "another kind" }, kind("repeat"));
  await publish({ default: document, email, http: "a page" }, kind("alert"));
  expect(await requested.promise).toMatchObject({
    body: { Type: "Notification", Subject: "Alert", Message: "a page" },
    type: "Notification",
  });
  await stop();
});

function kind(StringValue: string) {
  return { kind: { DataType: "String", StringValue } };
}
