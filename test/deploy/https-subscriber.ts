import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import type { ChatDocument } from "../../lambda/alert/chat-document.ts";
import type { SnsBody } from "../support/sns-signature.ts";
import { CERTIFICATE_FILE, KEY_FILE } from "../support/tls-aws.ts";
import type { Clients } from "./clients.ts";

/** An endpoint on this machine, subscribed as a chat's or a pager's is. */
export interface HttpsSubscriber {
  /** Everything that SNS has posted, the confirmation first. */
  readonly requests: readonly SnsRequest[];
  /** What a message of this kind about this account says, as soon as it is there. */
  next(kind: string, wabaId: string): Promise<ChatDocument>;
  stop(): Promise<void>;
}

export interface SnsRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: SnsBody;
  /** Of a notification: its message. */
  readonly document: ChatDocument | undefined;
}

const PATIENCE_MS = 20_000;

/** Resolves once the subscription is confirmed, by the link that SNS posts first. */
export async function subscribeHttps({ sns }: Clients, TopicArn: string): Promise<HttpsSubscriber> {
  const requests: SnsRequest[] = [];
  const arrivals = new EventEmitter();
  const tls = { key: readFileSync(KEY_FILE), cert: readFileSync(CERTIFICATE_FILE) };

  const server = createServer(tls, async (request, response) => {
    const body: SnsBody = JSON.parse(await text(request));
    response.end();
    const document = body.Type === "Notification" ? JSON.parse(body.Message) : undefined;
    requests.push({ headers: request.headers, body, document });
    arrivals.emit("request");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");

  async function waitFor<T>(find: () => T | undefined, otherwise: string): Promise<T> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await once(arrivals, "request", { signal }).catch((cause) => {
        throw new Error(otherwise, { cause });
      });
    }
  }

  const { port } = server.address() as AddressInfo;
  const Endpoint = `https://localhost:${port}/alerts`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "https", Endpoint }));
  const link = await waitFor(() => requests[0]?.body.SubscribeURL, "SNS asked for no confirmation");
  await fetch(link);

  return {
    requests,
    next(kind, wabaId) {
      const isMeant = ({ document }: SnsRequest) => {
        const fields = document?.metadata.additionalContext ?? {};
        return fields.kind === kind && fields.wabaId === wabaId;
      };
      const find = () => requests.find(isMeant)?.document;
      return waitFor(find, `No ${kind} of ${wabaId} came to the https subscriber`);
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
