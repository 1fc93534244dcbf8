import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { ChatDocument } from "../../lambda/alert/chat-document.ts";
import type { SnsBody } from "../support/sns-signature.ts";
import { CERTIFICATE_FILE, KEY_FILE } from "../support/tls-aws.ts";
import { sns, sqs } from "./clients.ts";
import { waitFor } from "./wait.ts";

const PATIENCE_SECONDS = 20;

/** A queue subscribed to a topic, as somebody's paging integration would be. */
export async function subscribeQueue<T>(TopicArn: string, parse: (document: unknown) => T) {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: `paging-${randomUUID()}` }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const Endpoint = Attributes?.QueueArn ?? "";
  const letIn = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: Endpoint,
    Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [letIn] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));

  const received: T[] = [];
  async function receive(WaitTimeSeconds: number): Promise<boolean> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds }),
    );
    if (Messages.length === 0) return false;
    received.push(...Messages.map(({ Body = "" }) => parse(JSON.parse(JSON.parse(Body).Message))));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return true;
  }

  return {
    /** Every message so far, once none is waiting. */
    async all(): Promise<readonly T[]> {
      while (await receive(2));
      return received;
    },
    /** The first that is meant, as soon as it is there. */
    next(isMeant: (document: T) => boolean) {
      return waitFor(async () => {
        const found = received.find(isMeant);
        if (!found) await receive(1);
        return found;
      }, PATIENCE_SECONDS);
    },
  };
}

interface SnsRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: SnsBody;
  /** Of a notification: its message. */
  readonly document: ChatDocument | undefined;
}

/**
 * An endpoint on this machine, subscribed as a chat's or a pager's is. Resolves once the
 * subscription is confirmed, by the link that SNS posts first.
 */
export async function subscribeHttps(TopicArn: string) {
  /** Everything that SNS has posted, the confirmation first. */
  const requests: SnsRequest[] = [];
  const tls = { key: readFileSync(KEY_FILE), cert: readFileSync(CERTIFICATE_FILE) };
  const server = createServer(tls, async (request, response) => {
    const body: SnsBody = JSON.parse(await text(request));
    response.end();
    const document = body.Type === "Notification" ? JSON.parse(body.Message) : undefined;
    requests.push({ headers: request.headers, body, document });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const Endpoint = `https://localhost:${port}/alerts`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "https", Endpoint }));
  await fetch(await waitFor(() => requests[0]?.body.SubscribeURL, PATIENCE_SECONDS));

  return {
    requests,
    /** What a message of this kind about this account says, as soon as it is there. */
    next(kind: string, wabaId: string) {
      const isMeant = ({ document }: SnsRequest) => {
        const fields = document?.metadata.additionalContext ?? {};
        return fields.kind === kind && fields.wabaId === wabaId;
      };
      return waitFor(() => requests.find(isMeant)?.document, PATIENCE_SECONDS);
    },
    stop(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
