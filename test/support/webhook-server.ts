import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Webhook } from "../../lambda/webhook/webhook.ts";

export interface WebhookServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The application behind an address, its requests in API Gateway's form. */
export async function serveWebhook(webhook: Webhook): Promise<WebhookServer> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://webhook");
    const body = Buffer.concat(await Array.fromAsync(request)).toString("base64");
    const { method = "", headers } = request;
    const event = {
      rawPath: url.pathname,
      rawQueryString: url.search.slice(1),
      headers,
      body,
      isBase64Encoded: true,
      requestContext: { http: { method } },
    };
    const result = await webhook(event, INVOCATION);
    response.writeHead(result?.statusCode ?? 500, result?.headers).end(result?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const INVOCATION = { awsRequestId: "request", getRemainingTimeInMillis: () => 15_000 };
