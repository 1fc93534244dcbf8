import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import { isFromPage } from "../own-host.ts";
import { servePages } from "./http-subscribers.ts";
import { LOCAL_AWS } from "./local-aws.ts";
import { ALL_FORMS_PREFIX, deliverByProtocol } from "./protocols.ts";

export interface LocalTopics {
  /** Serves SNS and SQS alike. */
  readonly endpoint: string;
  readonly topicArn: string;
  /** Of a queue that is subscribed to the topic, for whoever tests. */
  readonly alertQueueUrl: string;
  /** Subscribes another queue, which gets what SQS gets on AWS, and returns its URL. */
  subscribeQueue(name: string): Promise<string>;
  /** The same for a queue that gets each message with its forms for all protocols. */
  subscribeToAllForms(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts fauxqs, in memory and on this machine's own address, with the alert topic and a queue. */
export async function startTopics(): Promise<LocalTopics> {
  const app = buildApp({ logger: false });
  // fauxqs itself takes a page's forged Publish, which needs no preflight.
  app.addHook("onRequest", async (request, reply) => {
    if (isFromPage(request.raw)) return reply.status(403).send();
  });
  deliverByProtocol(app);
  const pages = servePages(app, subscribe);
  const endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
  const sns = new SNSClient({ ...LOCAL_AWS, endpoint });
  const sqs = new SQSClient({ ...LOCAL_AWS, endpoint });
  const { TopicArn = "" } = await sns.send(
    new CreateTopicCommand({ Name: "whatsapp-security-alerts" }),
  );

  async function subscribe(QueueName: string, FilterPolicy?: string): Promise<string> {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    const input = { TopicArn, Protocol: "sqs", Endpoint: Attributes?.QueueArn };
    const filter = FilterPolicy ? { Attributes: { FilterPolicy } } : {};
    await sns.send(new SubscribeCommand({ ...input, ...filter }));
    // The engine names a host that not every resolver knows.
    return endpoint + new URL(QueueUrl).pathname;
  }

  return {
    endpoint,
    topicArn: TopicArn,
    alertQueueUrl: await subscribe("alerts"),
    subscribeQueue: (name) => subscribe(name),
    subscribeToAllForms: (name) => subscribe(`${ALL_FORMS_PREFIX}${name}`),
    async stop() {
      await pages.stop();
      sns.destroy();
      sqs.destroy();
      await app.close();
    },
  };
}
