import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http";
import { buffer } from "node:stream/consumers";
import { serve } from "./serve.ts";
import { toOperation } from "./tls-aws.ts";

/** What a proxy does with a request: an answer of its own, or what befalls the service's. */
export type Verdict =
  | { readonly status: number; readonly body: string }
  | "pass"
  /** The service never sees it, and the connection is cut. */
  | "cut"
  /** The service never sees it, and nothing is answered. */
  | "hang"
  /** The service does it, and nothing is answered. */
  | "hang after"
  /** The service does it, and the connection is cut before the answer. */
  | "cut after";

export type Moment = "before the request" | "before the answer" | "after the answer";

export interface AwsProxy {
  readonly url: string;
  /** Called with the operation's name (`PutItem`, `Publish` …) and the request's body. */
  decide: (operation: string, body: string) => Verdict | Promise<Verdict>;
  /** Called at each moment of every request. */
  onMoment: (moment: Moment) => void;
  /** How many requests wait for an answer. */
  countOpen(): number;
  stop(): Promise<void>;
}

/** Stands between an SDK client and an engine, and lets requests through as the test decides. */
export async function startAwsProxy(target: string): Promise<AwsProxy> {
  const open = new Set<ServerResponse>();
  const { url, stop } = await serve((request, response) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    // A process that is killed leaves its requests behind.
    request.on("error", () => {});
    response.on("error", () => {});
    pass(proxy, target, request, response).catch(() => response.destroy());
  });
  const proxy: AwsProxy = {
    url,
    decide: () => "pass",
    onMoment: () => {},
    countOpen: () => open.size,
    stop,
  };
  return proxy;
}

async function pass(
  { decide, onMoment }: AwsProxy,
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  onMoment("before the request");
  const body = await buffer(request);
  const verdict = await decide(toOperation(request.headers, body.toString()), body.toString());
  if (verdict === "hang") return;
  if (verdict === "cut") return void response.destroy();
  if (typeof verdict === "object") {
    const isJson = verdict.body.startsWith("{");
    const type = isJson ? "application/x-amz-json-1.0" : "text/xml";
    response.writeHead(verdict.status, { "content-type": type }).end(verdict.body);
    return;
  }
  // By the engine's own name: it refuses what comes by another.
  const headers = { ...request.headers, host: new URL(target).host };
  const { method, url = "/" } = request;
  const outgoing = sendRequest(new URL(url, target), { method, headers }).end(body);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  const bytes = await buffer(answer);
  onMoment("before the answer");
  if (verdict === "hang after") return;
  if (verdict === "cut after") return void response.destroy();
  response.writeHead(answer.statusCode ?? 500, answer.headers).end(bytes);
  onMoment("after the answer");
}

/** Where a client's service listens. */
export async function toEndpoint(client: {
  readonly config: {
    endpoint?: () => Promise<{ protocol: string; hostname: string; port?: number | undefined }>;
  };
}): Promise<string> {
  const endpoint = await client.config.endpoint?.();
  if (!endpoint) throw new Error("The client has no endpoint of its own");
  return `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`;
}

/** DynamoDB's own bodies, as measured on AWS. */
export const DYNAMODB_ERRORS = {
  "a disabled key": {
    status: 400,
    body: '{"__type":"com.amazon.coral.validate#ValidationException","message":"KMS key disabled error: com.amazonaws.services.kms.model.DisabledException: arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555 is disabled. (Service: AWSKMS; Status Code: 400; Error Code: DisabledException)"}',
  },
  "a denied key": {
    status: 400,
    body: '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"KMS key access denied error: com.amazonaws.services.kms.model.AWSKMSException"}',
  },
  throttling: {
    status: 400,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"The level of configured provisioned throughput for the table was exceeded."}',
  },
  "an error inside": {
    status: 500,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"The request processing has failed because of an unknown error."}',
  },
} as const;

/** An error of SNS, in its XML. */
export function snsError(status: number, code: string): Verdict {
  const type = status < 500 ? "Sender" : "Receiver";
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>no</Message></Error>`;
  return { status, body: `<ErrorResponse>${error}<RequestId>0</RequestId></ErrorResponse>` };
}
