import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Respond = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface Served {
  readonly url: string;
  /** Ends connections that still wait, too. */
  stop(): Promise<void>;
}

/** An HTTP server on a free port of this machine. */
export async function serve(respond: Respond): Promise<Served> {
  const server = createServer((request, response) => void respond(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
