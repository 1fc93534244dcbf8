import * as v from "valibot";
import type { LinkRunRequest } from "../incident/pin-by-link.ts";
import { parseName } from "../incident/submission.ts";
import { PHONE_DIGITS, PROTECT, type Switches } from "../shared/names.ts";

/** Which number gets a new PIN, and who wants it. */
export interface ProtectRequest {
  /** Digits, as events carry them. */
  readonly number: string;
  /** Who is named in the announcement. */
  readonly name: string;
  /** The address of the link's holder who asked; absent for an operator. */
  readonly from?: string;
}

/** What the watchdog's function is invoked with to set a PIN. */
const Request = v.object({
  protect: v.object({ number: v.pipe(v.string(), v.regex(PHONE_DIGITS)), name: v.string() }),
});

/** The same without a PIN: whether it would work, for each account. */
const Rehearsal = v.object({ protect: v.literal("rehearse") });

/** What the webhook's function starts this one with: see `LinkRunRequest`. */
const ByLink = v.strictObject({
  protectByLink: v.strictObject({ wabaId: v.string(), eventKey: v.string(), token: v.string() }),
});

/** The alias that is for operators, or for the webhook's function; undefined for the function itself. */
export function findAlias(invokedArn: string): "operator" | "link" | undefined {
  if (invokedArn.endsWith(`:${PROTECT.alias}`)) return "operator";
  return invokedArn.endsWith(`:${PROTECT.linkAlias}`) ? "link" : undefined;
}

/** Whether the setting of the alias that the function was invoked by is on. */
export function isEnabledFor(
  invokedArn: string,
  { protect, protectByLink }: Partial<Switches>,
): boolean | undefined {
  return findAlias(invokedArn) === "link" ? protectByLink : protect;
}

/** Undefined for anything else. Never throws. */
export function parseLinkRunRequest(event: unknown): LinkRunRequest | undefined {
  return v.is(ByLink, event) ? event : undefined;
}

/**
 * Undefined for an event that is no such request, unless it came by the operators' alias, which takes
 * nothing else: then "malformed". Viewers of the dashboard may invoke the function itself, but not
 * the alias. Never throws.
 */
export function parseProtectRequest(
  event: unknown,
  invokedArn: string,
): ProtectRequest | "rehearse" | "malformed" | undefined {
  if (v.is(Rehearsal, event)) return "rehearse";
  const isForPins = typeof event === "object" && event !== null && "protect" in event;
  if (!isForPins && findAlias(invokedArn) !== "operator") return undefined;
  const request = v.safeParse(Request, event);
  if (!request.success) return "malformed";
  const { number, name } = request.output.protect;
  const parsed = parseName(name);
  return "error" in parsed ? "malformed" : { number, name: parsed.name };
}
