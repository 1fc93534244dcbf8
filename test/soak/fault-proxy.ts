import { once } from "node:events";
import {
  Agent,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from "node:http";
import { serve } from "../support/serve.ts";
import type { Fault, Service } from "./plan.ts";

export type FaultProxy = Awaited<ReturnType<typeof startFaultProxy>>;

interface FaultProxyDeps {
  readonly service: Service;
  /** Where the service is. */
  readonly target: string;
  readonly toFault: (number: number) => Fault | undefined;
  /** Called at each moment of every request. */
  readonly onMoment: (moment: Moment) => void;
}

export type Moment = "before the request" | "before the answer" | "after the answer";

/** Stands between the application and a service, and lets requests through, or does not. */
export async function startFaultProxy(deps: FaultProxyDeps) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** The fault of each request, if any, and of those that wait for an answer. */
  const faults: (Fault | undefined)[] = [];
  const open = new Map<ServerResponse, Fault | "no fault">();
  const { url, stop } = await serve((request, response) => {
    const fault = deps.toFault(faults.length);
    faults.push(fault);
    open.set(response, fault ?? "no fault");
    response.once("close", () => open.delete(response));
    // A process that is killed leaves its requests behind.
    request.on("error", () => {});
    response.on("error", () => {});
    pass(request, response, fault, agent, deps).catch(() => response.destroy());
  });
  return {
    url,
    faults,
    toLine: () => `${deps.service}: ${open.size} requests open (${[...open.values()].join(", ")})`,
    async stop() {
      await stop();
      agent.destroy();
    },
  };
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
  agent: Agent,
  { service, target, onMoment }: FaultProxyDeps,
): Promise<void> {
  onMoment("before the request");
  const body = Buffer.concat(await Array.fromAsync(request));
  if (fault === "refuse") return void response.destroy();
  if (fault === "throttle") {
    const [type, throttled] = THROTTLED[service];
    return void response.writeHead(400, { "content-type": type }).end(throttled);
  }
  if (fault === "hang") return;
  const { method, url = "/" } = request;
  // By the engine's own name: it refuses what comes by another.
  const headers = { ...request.headers, host: new URL(target).host };
  const outgoing = sendRequest(new URL(url, target), { method, headers, agent }).end(body);
  const [incoming]: IncomingMessage[] = await once(outgoing, "response");
  const answer = Buffer.concat(await Array.fromAsync(incoming as IncomingMessage));
  onMoment("before the answer");
  if (fault === "hang after") return;
  if (fault === "cut") return void response.destroy();
  response.writeHead(incoming?.statusCode ?? 500, incoming?.headers).end(answer);
  onMoment("after the answer");
}

/** As the services say it: DynamoDB in JSON, SNS in XML. */
const THROTTLED = {
  dynamodb: [
    "application/x-amz-json-1.0",
    '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"Rate exceeded"}',
  ],
  sns: [
    "text/xml",
    "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>0</RequestId></ErrorResponse>",
  ],
} as const;
