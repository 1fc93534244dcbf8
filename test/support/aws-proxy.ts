import { once } from "node:events";
import { type IncomingMessage, request as sendRequest } from "node:http";
import { serve } from "./serve.ts";

/** What a proxy does with a request: an answer of its own, or what befalls the service's. */
export type Verdict =
  | { readonly status: number; readonly body: string }
  | "pass"
  /** The service never sees it, and nothing is answered. */
  | "hang"
  /** The service does it, and nothing is answered. */
  | "hang after"
  /** The service does it, and the connection is cut before the answer. */
  | "cut after";

export interface AwsProxy {
  readonly url: string;
  /** Called with the operation's name (`PutItem`, `Publish` …) and the request's body. */
  decide: (operation: string, body: string) => Verdict | Promise<Verdict>;
  stop(): Promise<void>;
}

/** Stands between an SDK client and an engine, and lets requests through as the test decides. */
export async function startAwsProxy(target: string): Promise<AwsProxy> {
  const { url, stop } = await serve(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const verdict = await proxy.decide(toOperation(request, body), body.toString());
    if (verdict === "hang") return;
    if (typeof verdict === "object") {
      const isJson = verdict.body.startsWith("{");
      const type = isJson ? "application/x-amz-json-1.0" : "text/xml";
      response.writeHead(verdict.status, { "content-type": type }).end(verdict.body);
      return;
    }
    const outgoing = sendRequest(new URL(request.url ?? "/", target), {
      method: request.method ?? "POST",
      headers: { ...request.headers, host: new URL(target).host },
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    const bytes = Buffer.concat(await Array.fromAsync(answer));
    if (verdict === "hang after") return;
    if (verdict === "cut after") return void response.destroy();
    response.writeHead(answer.statusCode ?? 500, answer.headers).end(bytes);
  });
  const proxy: AwsProxy = {
    url,
    decide: () => "pass",
    stop,
  };
  return proxy;
}

/** DynamoDB names it in a header, SNS in the body. */
function toOperation({ headers }: IncomingMessage, body: Buffer): string {
  const target = String(headers["x-amz-target"] ?? "");
  return target.split(".")[1] ?? new URLSearchParams(body.toString()).get("Action") ?? "";
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
