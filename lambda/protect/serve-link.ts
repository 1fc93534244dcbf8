import type { LinkRun, LinkRuns } from "../incident/link-runs.ts";
import { createInvocationMetrics } from "../shared/invocation-metrics.ts";
import { type ProtectDeps, protect } from "./protect.ts";
import { findAlias, parseLinkRunRequest } from "./request.ts";
import { type ProtectResult, toRefused } from "./result.ts";
import { NO_TOKEN, type ServeDeps } from "./serve.ts";

export interface ServeLinkDeps extends ServeDeps {
  readonly linkRuns: LinkRuns;
}

/**
 * Sets a PIN for the holder of an alert's link. The request of the webhook's function only names an
 * event: number and account are the stored event's, and the name is the noted one. It runs once,
 * however often Lambda delivers the request. Never throws; the result is noted for the page.
 */
export async function serveLink(event: unknown, deps: ServeLinkDeps): Promise<undefined> {
  const metrics = createInvocationMetrics();
  const outcome = await serve(event, { ...deps, metrics }).catch(() => "not noted");
  deps.log.write({
    level: outcome === "protected" ? "INFO" : "WARN",
    message: "new PIN asked for by link",
    fields: { outcome },
    metrics: metrics.values,
  });
}

type Deps = ServeLinkDeps & Pick<ProtectDeps, "metrics">;

async function serve(request: unknown, deps: Deps): Promise<string> {
  const { isEnabled, invokedArn, alerts, linkRuns, newToken, now } = deps;
  if (!isEnabled || findAlias(invokedArn) !== "link") return "not allowed";
  const asked = parseLinkRunRequest(request);
  if (!asked) return "malformed";
  const { token, ...id } = asked.protectByLink;
  const { event } = (await alerts.table.find(id)) ?? {};
  if (!event?.displayPhoneNumber || event.test) return "no such event";
  const run = await linkRuns.begin(event.displayPhoneNumber, token, newToken(), now());
  if (!run) return "not asked for";
  const result = await set(event.displayPhoneNumber, event.wabaId, run, deps);
  await linkRuns.end(event.displayPhoneNumber, token, result);
  return result.outcome;
}

/** Only in the account of the event: the page must not name others. */
async function set(
  number: string,
  wabaId: string,
  { name, from }: LinkRun,
  deps: Deps,
): Promise<ProtectResult> {
  try {
    const meta = await deps.openMeta();
    if (!meta) return NO_TOKEN;
    return await protect({ number, name, from }, { ...deps, ...meta, wabaIds: [wabaId] });
  } catch (error) {
    return toRefused(error);
  }
}
