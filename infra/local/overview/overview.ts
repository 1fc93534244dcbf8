import type { IncomingMessage } from "node:http";
import { readQuickOverview } from "../../../lambda/checks/read-overview.ts";
import type { WatchedSystem } from "../../../lambda/facts/system.ts";
import { toDocument, toSecurityHeaders } from "../../../lambda/page/document.ts";
import { toOverviewStyle } from "../../../lambda/page/overview-style.ts";
import { toStyle } from "../../../lambda/page/style.ts";
import type { HttpResult } from "../../../lambda/shared/http.ts";
import type { DeliveredAlert } from "../alert-feed.ts";
import { isFromPage } from "../own-host.ts";
import { readAlerts, readLatest } from "./latest.ts";
import { toOverviewMain } from "./overview-page.ts";
import { toPageStyle } from "./overview-style.ts";

export interface OverviewDeps {
  readonly system: WatchedSystem;
  /** What subscribers got, the newest first. */
  readonly messages: () => readonly DeliveredAlert[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Answers what this machine asks for at `/`; undefined for every other request. */
export type LocalPage = (request: IncomingMessage) => Promise<HttpResult | undefined>;

/**
 * The state of the system, for whoever sits at this machine: it shows numbers, and the links by which
 * anybody may answer. The deployed API has no such page.
 */
export function createOverview({ system, messages, now }: OverviewDeps): LocalPage {
  const style = `${toStyle()}${toOverviewStyle()}${toPageStyle()}`;
  const headers = { ...toSecurityHeaders(style), "content-type": "text/html; charset=utf-8" };
  return async (request) => {
    if (!asksForPage(request) || !isFromThisMachine(request)) return undefined;
    const [overview, latest] = await Promise.all([
      readQuickOverview(system, now()),
      readLatest(system).catch(() => undefined),
    ]);
    const alerts = await readAlerts(system, overview.numbers).catch(() => []);
    const main = toOverviewMain({ system, overview, alerts, latest, messages: messages() });
    const body = toDocument("WhatsApp security webhook: local run", main, style);
    return { statusCode: 200, headers, body };
  };
}

function asksForPage({ method = "", url = "" }: IncomingMessage): boolean {
  return ["GET", "HEAD"].includes(method) && /^\/(\?|$)/.test(url);
}

/** By this machine's own names, by no other page, and through no proxy. */
function isFromThisMachine(request: IncomingMessage): boolean {
  const isForwarded = Object.keys(request.headers).some((name) => FORWARDED.test(name));
  return !isFromPage(request) && !isForwarded;
}

const FORWARDED = /^(forwarded|via|x-forwarded-.*|x-real-ip)$/;
