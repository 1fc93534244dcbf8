import { MetaUnavailableError } from "../meta/graph-error.ts";
import { isAccessDenied, toAction, toSentence } from "../shared/sentence.ts";

/** What a check found. What is configured and does not work is `failed`. */
export interface CheckOutcome {
  readonly state: "ok" | "failed" | "unknown";
  /** One sentence for a person. */
  readonly message: string;
  /** The command or the action that fixes it. */
  readonly fix?: string;
  /** Unknown because Meta could not be asked: a failure only when it lasts. */
  readonly isPassing?: boolean;
}

export interface CheckResult extends CheckOutcome {
  /** Stable, for scripts and for the watchdog's memory; names may be reworded. */
  readonly id: string;
  readonly name: string;
}

export function ok(message: string, fix?: string): CheckOutcome {
  return { state: "ok", message, ...(fix && { fix }) };
}

export function failed(message: string, fix?: string): CheckOutcome {
  return { state: "failed", message, ...(fix && { fix }) };
}

export function unknown(message: string, fix?: string): CheckOutcome {
  return { state: "unknown", message, ...(fix && { fix }) };
}

export function hasFailed(checks: readonly CheckResult[]): boolean {
  return checks.some(({ state }) => state === "failed");
}

/** One check. What may not be looked at is unknown, what is not there has failed. */
export async function runCheck(
  id: string,
  name: string,
  look: () => CheckOutcome | Promise<CheckOutcome>,
): Promise<CheckResult> {
  try {
    return { id, name, ...(await look()) };
  } catch (error) {
    return { id, name, ...toCheckOutcome(error) };
  }
}

const GONE = /^(ResourceNotFoundException|NotFound|NotFoundException)$/;

function toCheckOutcome(error: unknown): CheckOutcome {
  if (isAccessDenied(error)) {
    return unknown("These AWS credentials may not look.", `allow them ${toAction(error)}`);
  }
  const message = toSentence(error);
  if (error instanceof MetaUnavailableError) return { ...unknown(message), isPassing: true };
  const isGone = error instanceof Error && GONE.test(error.name);
  return isGone ? failed(message, "npm run deploy") : unknown(message);
}
