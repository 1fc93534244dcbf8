import type { IncomingMessage } from "node:http";

/**
 * Whether a request came by this machine's own name. Another name is one of a tunnel, or of a page
 * elsewhere that has let its name point here (DNS rebinding) to read what only this machine may.
 */
function isOwnHost({ headersDistinct, socket }: IncomingMessage): boolean {
  const { host: hosts = [] } = headersDistinct;
  const [, name = "", port = "80"] = /^(.*?)(?::(\d+))?$/.exec(hosts[0] ?? "") ?? [];
  // Requests that the engine makes to itself come through no socket.
  const isOwnPort = socket.localPort === undefined || Number(port) === socket.localPort;
  return hosts.length === 1 && isOwnPort && /^(127\.0\.0\.1|(.+\.)?localhost)$/i.test(name);
}

/** No AWS client sends an `Origin`; a browser does for the page that made it ask. */
export function isFromPage(request: IncomingMessage): boolean {
  return request.headers.origin !== undefined || !isOwnHost(request);
}

/**
 * Whether a page of another origin made a browser ask. The incident page's own form sends `null`,
 * because the page asks for no referrer; behind a tunnel it sends the tunnel's name.
 */
export function isFromOtherPage({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origin === "null") return false;
  const names = [host, headers["x-forwarded-host"]].flat();
  return !URL.canParse(origin) || !names.includes(new URL(origin).host);
}
