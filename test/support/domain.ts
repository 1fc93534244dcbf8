import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { createServer as createTlsServer } from "node:tls";
import { CA_FILE, CERTIFICATE_FILE, KEY_FILE } from "./tls-aws.ts";

/** A name that the tests' certificate is for. */
export const DOMAIN = "whatsapp.eu-central-1.amazonaws.com";

/**
 * A domain of one's own: TLS on its port 443, in front of a gateway on this machine, as far as a
 * process goes that has this environment.
 */
export interface Domain {
  readonly env: Readonly<Record<string, string>>;
  /** `host:port` of every connection that was asked for. */
  readonly asked: string[];
  get(url: string): Promise<{ status: number; body: string }>;
  stop(): Promise<void>;
}

export async function startDomain(gatewayUrl: string): Promise<Domain> {
  const certificate = { key: readFileSync(KEY_FILE), cert: readFileSync(CERTIFICATE_FILE) };
  const tls = createTlsServer(certificate, (socket) => join(socket, connectTo(gatewayUrl)));
  const asked: string[] = [];
  const proxy = createServer().on("connect", (request, socket: Socket) => {
    asked.push(request.url ?? "");
    if (request.url !== `${DOMAIN}:443`) return socket.end("HTTP/1.1 502 Unknown\r\n\r\n");
    socket.write("HTTP/1.1 200 Connected\r\n\r\n");
    return join(socket, connect(portOf(tls), "127.0.0.1"));
  });
  await Promise.all([listen(tls), listen(proxy)]);
  return {
    asked,
    env: {
      NODE_USE_ENV_PROXY: "1",
      HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
      NODE_EXTRA_CA_CERTS: CA_FILE,
    },
    async get(url) {
      const { hostname: servername, pathname, search } = new URL(url);
      const options = {
        servername,
        host: "127.0.0.1",
        port: portOf(tls),
        ca: readFileSync(CA_FILE),
      };
      const sent = request({ ...options, path: `${pathname}${search}`, agent: false }).end();
      const [answer] = await once(sent, "response");
      return { status: answer.statusCode, body: await text(answer) };
    },
    async stop() {
      for (const server of [proxy, tls]) server.close();
      proxy.closeAllConnections();
      await Promise.all([once(proxy, "close"), once(tls, "close")]);
    },
  };
}

type Server = ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>;

async function listen(server: Server): Promise<void> {
  await once(server.listen(0, "127.0.0.1"), "listening");
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function connectTo(url: string): Socket {
  return connect(Number(new URL(url).port), "127.0.0.1");
}

/** The end of one is the end of the other. */
function join(a: Socket, b: Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on("error", () => to.destroy()).on("close", () => to.destroy());
    from.pipe(to);
  }
}
