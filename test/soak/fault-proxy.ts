import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault, Service } from "./faults.ts";

export interface FaultProxy {
  readonly url: string;
  /** How often each fault struck. */
  readonly faults: Map<Fault, number>;
  /** The requests that wait for an answer, with the fault of each. */
  toLine(): string;
  stop(): Promise<void>;
}

export interface FaultProxyDeps {
  readonly service: Service;
  /** Where the service is. */
  readonly target: string;
  readonly toFault: (number: number) => Fault | undefined;
  /** Called at each moment of every request. */
  readonly onMoment: (moment: Moment) => void;
}

export type Moment = "before the request" | "before the answer" | "after the answer";

/** Stands between the application and a service, and lets requests through, or does not. */
export async function startFaultProxy(deps: FaultProxyDeps): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const faults = new Map<Fault, number>();
  const open = new Map<ServerResponse, Fault | "no fault">();
  let requests = 0;
  const server = createServer((request, response) => {
    const fault = deps.toFault(requests++);
    if (fault) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    open.set(response, fault ?? "no fault");
    response.once("close", () => open.delete(response));
    // A process that is killed leaves its requests behind.
    request.on("error", () => {});
    response.on("error", () => {});
    pass(request, response, fault, agent, deps).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    toLine: () => `${deps.service}: ${open.size} requests open (${[...open.values()].join(", ")})`,
    async stop() {
      server.close();
      server.closeAllConnections();
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
  if (fault === "throttle") return throttle(response, service);
  if (fault === "hang") return;
  const answer = await forward(request, body, agent, target);
  onMoment("before the answer");
  if (fault === "hang after") return;
  if (fault === "cut") return void response.destroy();
  response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  onMoment("after the answer");
}

async function forward(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  agent: Agent,
  target: string,
) {
  // By the engine's own name: it refuses what comes by another.
  const own = { ...headers, host: new URL(target).host };
  const outgoing = sendRequest(new URL(url ?? "/", target), { method, headers: own, agent });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  return {
    statusCode: incoming.statusCode ?? 500,
    headers: incoming.headers,
    body: Buffer.concat(await Array.fromAsync(incoming)),
  };
}

/** As the services say it: DynamoDB in JSON, SNS in XML. */
function throttle(response: ServerResponse, service: Service): void {
  const [type, body] =
    service === "dynamodb"
      ? [
          "application/x-amz-json-1.0",
          '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"Rate exceeded"}',
        ]
      : [
          "text/xml",
          "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>0</RequestId></ErrorResponse>",
        ];
  response.writeHead(400, { "content-type": type }).end(body);
}
