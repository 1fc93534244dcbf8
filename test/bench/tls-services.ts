import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A signed request to one of AWS's services. */
export interface ServiceRequest {
  /** Of services that speak JSON, such as `DynamoDB_20120810.PutItem`. */
  readonly target: string | undefined;
  readonly body: string;
  readonly isSigned: boolean;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly text: string;
}

export interface Services {
  answer(request: ServiceRequest): ServiceAnswer;
  /** The answer to this request leaves now. */
  leaves?(request: ServiceRequest): void;
}

export type Ports = Readonly<Record<"dynamodb" | "sns" | "secretsmanager", number>>;

const TLS = join(import.meta.dirname, "tls");

/** Serves DynamoDB, SNS and Secrets Manager over TLS, one port each; each answer takes `delayMs`. */
export async function startServices(services: Services, delayMs: number): Promise<Ports> {
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    serve(services, delayMs, request, response);
  const [dynamodb, sns, secretsmanager] = await Promise.all(
    [listener, listener, listener].map(listen),
  );
  return { dynamodb, sns, secretsmanager } as Ports;
}

async function serve(
  services: Services,
  delayMs: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = await toServiceRequest(request);
  const { status, text } = services.answer(asked);
  if (delayMs > 0) await delay(delayMs);
  services.leaves?.(asked);
  const type = request.headers["content-type"];
  response.writeHead(status, {
    "content-type": type?.includes("json") ? type : "text/xml",
    "x-amzn-requestid": "00000000-0000-4000-8000-000000000000",
  });
  response.end(text);
}

async function toServiceRequest(request: IncomingMessage): Promise<ServiceRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const {
    authorization = "",
    "x-amz-security-token": token,
    "x-amz-target": target,
  } = request.headers;
  return {
    target: target === undefined ? undefined : String(target),
    body: Buffer.concat(chunks).toString(),
    isSigned: authorization.startsWith("AWS4-HMAC-SHA256 Credential=") && token !== undefined,
  };
}

async function listen(
  listener: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<number> {
  const options = {
    key: readFileSync(join(TLS, "server.key")),
    cert: readFileSync(join(TLS, "server.pem")),
  };
  const server = createServer(options, listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return (server.address() as AddressInfo).port;
}

/** SNS's answer to a publish. */
export function toPublishAnswer(id: string): string {
  return `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult><ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></PublishResponse>`;
}
