import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { SECRET_TEXT } from "./builders.ts";

const TLS = join(import.meta.dirname, "../bench/tls");

/** The authority behind the certificate, for NODE_EXTRA_CA_CERTS. */
export const CA_FILE = join(TLS, "ca.pem");

export interface AwsRequest {
  readonly host: string;
  readonly headers: IncomingHttpHeaders;
  /** PutItem, Publish … */
  readonly operation: string;
}

export interface AwsAnswer {
  /** HTTP's, or 0: no answer ever comes. */
  readonly status: number;
  readonly body: string;
}

/** Every AWS host in one, over TLS: answers well unless a test has an answer of its own. */
export interface TlsAws {
  readonly port: number;
  readonly requests: AwsRequest[];
  /** Answers to give before the good ones, by operation. */
  readonly faults: Map<string, AwsAnswer[]>;
  stop(): Promise<void>;
}

/** Answers by operation; any other is answered `{}`. */
export const GOOD_ANSWERS: Readonly<Record<string, string>> = {
  GetSecretValue: JSON.stringify({ Name: "webhook", SecretString: SECRET_TEXT }),
  Publish:
    "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
};

export async function startTlsAws(): Promise<TlsAws> {
  const requests: AwsRequest[] = [];
  const faults = new Map<string, AwsAnswer[]>();
  const server = await serveTls(async (request, response) => {
    const body = await text(request);
    const operation = toOperation(request.headers, body);
    requests.push({ host: request.headers.host ?? "", headers: request.headers, operation });
    const good = { status: 200, body: GOOD_ANSWERS[operation] ?? "{}" };
    const answer = faults.get(operation)?.shift() ?? good;
    if (answer.status > 0) response.writeHead(answer.status).end(answer.body);
  });
  return { ...server, requests, faults };
}

/** An https server on this machine, with the certificate of AWS's hosts and of `localhost`. */
export async function serveTls(respond: RequestListener) {
  const key = readFileSync(join(TLS, "server.key"));
  const cert = readFileSync(join(TLS, "server.pem"));
  const server = createServer({ key, cert }, respond);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The JSON services name it in a header, SNS in the body. */
export function toOperation(headers: IncomingHttpHeaders, body: string): string {
  const target = String(headers["x-amz-target"] ?? "").split(".")[1];
  return target ?? new URLSearchParams(body).get("Action") ?? "";
}
