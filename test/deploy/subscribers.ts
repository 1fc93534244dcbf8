import { randomUUID } from "node:crypto";
import { json } from "node:stream/consumers";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { ChatDocument } from "../../lambda/alert/chat-document.ts";
import { serveTls } from "../support/tls-aws.ts";
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

/** The body of a request that SNS makes to an https subscriber. */
interface SnsBody {
  readonly Type: string;
  readonly Message: string;
  readonly SubscribeURL?: string;
}

/**
 * An endpoint on this machine, subscribed as a chat's or a pager's is. Resolves once the
 * subscription is confirmed, by the link that SNS posts first.
 */
export async function subscribeHttps(TopicArn: string) {
  /** Everything that SNS has posted, the confirmation first. */
  const bodies: SnsBody[] = [];
  const documents: ChatDocument[] = [];
  const { port, stop } = await serveTls(async (request, response) => {
    const body = (await json(request)) as SnsBody;
    response.end();
    bodies.push(body);
    if (body.Type === "Notification") documents.push(JSON.parse(body.Message));
  });
  const Endpoint = `https://localhost:${port}/alerts`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "https", Endpoint }));
  await fetch(await waitFor(() => bodies[0]?.SubscribeURL, PATIENCE_SECONDS));

  return {
    bodies,
    stop,
    /** What a message of this kind about this account says, as soon as it is there. */
    next(kind: string, wabaId: string) {
      const isMeant = ({ metadata: { additionalContext } }: ChatDocument) => {
        return additionalContext.kind === kind && additionalContext.wabaId === wabaId;
      };
      return waitFor(() => documents.find(isMeant), PATIENCE_SECONDS);
    },
  };
}
