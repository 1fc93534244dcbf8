import { createInvocationMetrics } from "../shared/invocation-metrics.ts";
import type { Log } from "../shared/log.ts";
import { PROTECT } from "../shared/names.ts";
import { ExplainedError } from "../shared/sentence.ts";
import type { OpenMeta } from "./open-meta.ts";
import { type ProtectDeps, protect } from "./protect.ts";
import { isByAlias, type ProtectRequest } from "./request.ts";
import { type ProtectResult, toRefused } from "./result.ts";

export interface ServeDeps extends Omit<ProtectDeps, keyof OpenMeta | "metrics"> {
  /** Whether the setting allows it. */
  readonly isEnabled: boolean;
  /** The ARN that the function was invoked by: IAM lets other people call it by other ones. */
  readonly invokedArn: string;
  readonly openMeta: () => Promise<OpenMeta | undefined>;
  readonly log: Log;
}

/** Answers an operator who asks the function for a new PIN. Never throws. */
export async function serveProtect(
  request: ProtectRequest | "malformed",
  deps: ServeDeps,
): Promise<ProtectResult> {
  const metrics = createInvocationMetrics();
  const result = await answer(request, { ...deps, metrics });
  deps.log.write({
    level: result.outcome === "protected" ? "INFO" : "WARN",
    message: "new PIN asked for",
    fields: { outcome: result.outcome },
    metrics: metrics.values,
  });
  return result;
}

async function answer(
  request: ProtectRequest | "malformed",
  deps: ServeDeps & Pick<ProtectDeps, "metrics">,
): Promise<ProtectResult> {
  if (!deps.isEnabled || !isByAlias(deps.invokedArn)) return toRefused(NOT_ALLOWED);
  if (request === "malformed") return toRefused(MALFORMED);
  try {
    const meta = await deps.openMeta();
    if (!meta) return NO_TOKEN;
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

const NO_TOKEN: ProtectResult = {
  outcome: "no token",
  sentence:
    "The PIN was not changed: no system-user token is kept. Keep one with npm run connect and --keep-token.",
};
