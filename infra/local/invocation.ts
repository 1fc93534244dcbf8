import { randomUUID } from "node:crypto";
import { FUNCTION } from "../../lambda/shared/names.ts";
import type { Invocation } from "../../lambda/shared/time-left.ts";

/** Lambda's context, with the deployed function's time limit. */
export function startInvocation(
  awsRequestId: string = randomUUID(),
  now = () => performance.now(),
): Invocation {
  const deadline = now() + FUNCTION.timeoutSeconds * 1000;
  return { awsRequestId, getRemainingTimeInMillis: () => deadline - now() };
}
