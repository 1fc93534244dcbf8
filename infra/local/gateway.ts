import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpResult } from "../../lambda/shared/http.ts";
import { FUNCTION, INCIDENT_PATH, WEBHOOK_PATH } from "../../lambda/shared/names.ts";
import type { Webhook } from "../../lambda/webhook/webhook.ts";
import { UserError } from "../cli/errors.ts";
import { withCause } from "./cause.ts";
import { startInvocation } from "./function.ts";
import { splitTarget, toHttpEvent } from "./http-event.ts";
import type { LocalPage } from "./overview/overview.ts";
import { isFromOtherPage } from "./own-host.ts";

/** API Gateway's own limits: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_HEADER_BYTES = 10_240;
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * After an early 404 or 413 keep reading this long: closing at once would reset the connection
 * before the client has read the answer.
 */
const LINGER_MS = 1_000;

export interface Gateway {
  /** Of the webhook. */
  readonly url: string;
  /** The address without a path. */
  readonly publicUrl: string;
  /** Waits for requests that are under way, at most as long as the function may take. */
  stop(): Promise<void>;
}

/**
 * An HTTP endpoint that behaves as API Gateway's HTTP API does with payload format 2.0: the function
 * sees the same event, with the same bytes, as on AWS. Throws a UserError when the port is taken.
 * `now` gives the milliseconds by which the function's time runs; `page` answers beside the API.
 */
export async function startGateway(
  webhook: Webhook,
  port: number,
  now = () => performance.now(),
  page: LocalPage = async () => undefined,
): Promise<Gateway> {
  async function serveAll(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isFromOtherPage(request)) return refuse(request, response, toMessage(403, "Forbidden"));
    const shown = await page(request);
    if (shown) answer(response, shown);
    else await serve(request, response, webhook, now);
  }
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    serveAll(request, response).catch(() => {
      if (!response.headersSent) answer(response, toMessage(500, "Internal Server Error"));
    });
  });
  // Only bytes count, as on AWS: Node would stop at 1,000 headers.
  server.maxHeadersCount = 0;
  await listen(server, port);
  const address = server.address() as AddressInfo;
  const publicUrl = `http://127.0.0.1:${address.port}`;
  return { publicUrl, url: `${publicUrl}${WEBHOOK_PATH}`, stop: () => stop(server) };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === "EADDRINUSE" ? "is in use" : `can't be listened on (${code})`;
    throw new UserError(
      `Port ${port} ${what}: stop what listens there, or name another with --port (0 picks a free one).`,
    );
  }
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // A connection that is kept alive becomes idle only once its request is answered.
  const idling = setInterval(() => server.closeIdleConnections(), 50);
  const timer = setTimeout(() => server.closeAllConnections(), FUNCTION.requestSeconds * 1000);
  await closed;
  clearInterval(idling);
  clearTimeout(timer);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  webhook: Webhook,
  now: () => number,
): Promise<void> {
  if (!isRouted(request)) return refuse(request, response, toMessage(404, "Not Found"));
  const body = await readBody(request);
  if (!body) return refuse(request, response, toMessage(413, "Request Entity Too Large"));
  const event = toHttpEvent(request, body);
  const result = await withCause(request, () =>
    webhook(event, startInvocation(event.requestContext.requestId, now)),
  );
  answer(response, result ?? toMessage(500, "Internal Server Error"));
}

const ROUTES: readonly string[] = [WEBHOOK_PATH, INCIDENT_PATH];

function isRouted(request: IncomingMessage): boolean {
  const isMethod = request.method === "GET" || request.method === "POST";
  return isMethod && ROUTES.includes(splitTarget(request).rawPath);
}

/** The body's bytes, or undefined when there are too many; then the rest stays unread. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"]) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toMessage(statusCode: number, message: string): HttpResult {
  const headers = { "content-type": "application/json" };
  return { statusCode, headers, body: JSON.stringify({ message }) };
}

function answer(response: ServerResponse, { statusCode, headers, body }: HttpResult): void {
  response.writeHead(statusCode, { ...headers }).end(body);
}

/** Answers before the body is read: what still comes is let through for a moment, then cut off. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { statusCode, headers, body }: HttpResult,
): void {
  const length = { "content-length": Buffer.byteLength(body), connection: "close" };
  response.writeHead(statusCode, { ...headers, ...length }).write(body);
  const timer = setTimeout(() => response.end(), LINGER_MS);
  request.resume().once("close", () => clearTimeout(timer));
  request.once("end", () => response.end());
}
