import { createInvocationMetrics } from "../shared/invocation-metrics.ts";
import type { Log } from "../shared/log.ts";
import { PROTECT } from "../shared/names.ts";
import { ExplainedError } from "../shared/sentence.ts";
import type { OpenMeta } from "./open-meta.ts";
import { type ProtectDeps, protect } from "./protect.ts";
import { type RehearsedAccount, rehearse } from "./rehearse.ts";
import { findAlias, type ProtectRequest } from "./request.ts";
import { type ProtectResult, toRefused } from "./result.ts";

export interface ServeDeps extends Omit<ProtectDeps, keyof OpenMeta | "metrics"> {
  /** Whether the setting allows it. */
  readonly isEnabled: boolean | undefined;
  /** The ARN that the function was invoked by: IAM lets other people call it by other ones. */
  readonly invokedArn: string;
  readonly openMeta: () => Promise<OpenMeta | undefined>;
  readonly log: Log;
}

/** What an operator asked for, or why not. */
type Served = ProtectResult | { readonly accounts: readonly RehearsedAccount[] };

/** Answers an operator who asks the function for a new PIN, or whether it could set one. */
export async function serveProtect(
  request: ProtectRequest | "rehearse" | "malformed",
  deps: ServeDeps,
): Promise<Served> {
  const metrics = createInvocationMetrics();
  const served = await serve(request, { ...deps, metrics });
  const outcome = "accounts" in served ? "rehearsed" : served.outcome;
  deps.log.write({
    level: outcome === "protected" || outcome === "rehearsed" ? "INFO" : "WARN",
    message: "new PIN asked for",
    fields: { outcome },
    metrics: metrics.values,
  });
  return served;
}

async function serve(
  request: ProtectRequest | "rehearse" | "malformed",
  deps: ServeDeps & Pick<ProtectDeps, "metrics">,
): Promise<Served> {
  if (!deps.isEnabled || findAlias(deps.invokedArn) !== "operator") return toRefused(NOT_ALLOWED);
  if (request === "malformed") return toRefused(MALFORMED);
  try {
    const meta = await deps.openMeta();
    if (!meta) return NO_TOKEN;
    if (request === "rehearse") return { accounts: await rehearse(meta) };
    return await protect(request, { ...deps, ...meta });
  } catch (error) {
    return toRefused(error);
  }
}

const NOT_ALLOWED = new ExplainedError(
  `Deploy the stack with the setting protect, and invoke the function's alias ${PROTECT.alias}.`,
);
const MALFORMED = new ExplainedError(
  "The request must name a number of 5 to 15 digits, and a person.",
);

export const NO_TOKEN: ProtectResult = {
  outcome: "no token",
  sentence:
    "The PIN was not changed: no system-user token is kept. Keep one with npm run connect and --keep-token.",
};
