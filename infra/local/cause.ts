import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage } from "node:http";
import { CHECKS_AGENT } from "../../lambda/checks/webhook-checks.ts";

const causes = new AsyncLocalStorage<string>();

/** Serves a request so that `findCause` knows within it which command sent the request, if any. */
export function withCause<T>({ headers }: IncomingMessage, serve: () => T): T {
  return headers["user-agent"] === CHECKS_AGENT ? causes.run("npm run status", serve) : serve();
}

/** The command whose request is being served here. */
export function findCause(): string | undefined {
  return causes.getStore();
}
