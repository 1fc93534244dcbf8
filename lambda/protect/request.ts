import * as v from "valibot";
import { parseName } from "../incident/submission.ts";
import { PROTECT } from "../shared/names.ts";

/** Which number gets a new PIN, and who wants it. */
export interface ProtectRequest {
  /** Digits, as events carry them. */
  readonly number: string;
  /** Who is named in the announcement. */
  readonly name: string;
}

/** What the watchdog's function is invoked with to set a PIN. */
const Request = v.object({
  protect: v.object({ number: v.pipe(v.string(), v.regex(/^\d{5,15}$/)), name: v.string() }),
});

/** The same without a PIN: whether it would work, for each account. */
const Rehearsal = v.object({ protect: v.literal("rehearse") });

/** Whoever may see the dashboard may invoke the function itself, but not this alias. */
export function isByAlias(invokedArn: string): boolean {
  return invokedArn.endsWith(`:${PROTECT.alias}`);
}

/**
 * Undefined for an event that asks for something else, unless it came by the alias that is for
 * nothing else. Never throws.
 */
export function parseProtectRequest(
  event: unknown,
  invokedArn: string,
): ProtectRequest | "rehearse" | "malformed" | undefined {
  if (v.is(Rehearsal, event)) return "rehearse";
  const isForPins = typeof event === "object" && event !== null && "protect" in event;
  if (!isForPins && !isByAlias(invokedArn)) return undefined;
  const request = v.safeParse(Request, event);
  if (!request.success) return "malformed";
  const { number, name } = request.output.protect;
  const parsed = parseName(name);
  return "error" in parsed ? "malformed" : { number, name: parsed.name };
}
