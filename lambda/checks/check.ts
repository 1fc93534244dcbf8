import { GraphError, MetaError, MetaUnavailableError } from "../meta/graph-error.ts";
import { isAccessDenied, toAction, toSentence } from "../shared/sentence.ts";

/** What a check found. What is configured and does not work is `failed`. */
export interface CheckOutcome {
  readonly state: "ok" | "failed" | "unknown";
  /** One sentence for a person. */
  readonly message: string;
  /** The command or the action that fixes it; of a check that is ok: what would make it better. */
  readonly fix?: string;
  /**
   * Why a check is unknown, where no setting or event is missing. `unread`: it could not be read,
   * which is a failure on the second day. `absent`: there is nothing to look at, as on the local run.
   * Why it has failed: `gone`, what the deploy made is not there.
   */
  readonly why?: "unread" | "absent" | "gone";
  /** It is ok again, although nothing was put right: no mail says "good again". */
  readonly isQuiet?: boolean;
}

interface Named {
  /** Stable, for scripts and for the watchdog's memory; names may be reworded. */
  readonly id: string;
  readonly name: string;
}

/** One thing to look at. What is thrown becomes an outcome too. */
export interface Check extends Named {
  readonly look: () => CheckOutcome | Promise<CheckOutcome>;
}

export interface CheckResult extends Named, CheckOutcome {}

export function ok(message: string, fix?: string): CheckOutcome {
  return { state: "ok", message, ...(fix && { fix }) };
}

export function failed(message: string, fix?: string): CheckOutcome {
  return { state: "failed", message, ...(fix && { fix }) };
}

export function unknown(message: string, fix?: string): CheckOutcome {
  return { state: "unknown", message, ...(fix && { fix }) };
}

/** The local run has no such thing. */
export function absent(message: string): CheckOutcome {
  return { state: "unknown", message, why: "absent" };
}

export function unread(message: string, fix?: string): CheckOutcome {
  return { ...unknown(message, fix), why: "unread" };
}

export function hasFailed(checks: readonly CheckResult[]): boolean {
  return checks.some(({ state }) => state === "failed");
}

/** Which checks there are may have to be found out first. */
export type CheckGroup = readonly Check[] | Promise<readonly Check[]>;

/** All of them at once. */
export async function runAll(...groups: readonly CheckGroup[]): Promise<CheckResult[]> {
  const results = groups.map(async (checks) => Promise.all((await checks).map(runCheck)));
  return (await Promise.all(results)).flat();
}

/** Access denied: unread. A resource is missing, or Meta refuses: failed. */
export async function runCheck({ id, name, look }: Check): Promise<CheckResult> {
  try {
    return { id, name, ...(await look()) };
  } catch (error) {
    return { id, name, ...toCheckOutcome(error) };
  }
}

const GONE = /^(ResourceNotFoundException|NotFound|NotFoundException)$/;

function toCheckOutcome(error: unknown): CheckOutcome {
  if (isAccessDenied(error)) {
    return unread("Access denied: the check could not run.", `allow ${toAction(error)}`);
  }
  const message = toSentence(error);
  if (error instanceof MetaUnavailableError) {
    return unread(message, "if it lasts: see https://metastatus.com, and the way to the internet");
  }
  if (error instanceof MetaError || error instanceof GraphError) return failed(message);
  const isGone = error instanceof Error && GONE.test(error.name);
  return isGone ? { ...failed(message), why: "gone" } : unread(message);
}
