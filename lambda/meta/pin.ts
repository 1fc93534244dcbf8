import * as v from "valibot";
import { hadNoEffect } from "../shared/failure.ts";
import { toProof } from "./account.ts";
import { INVALID_TOKEN, Success } from "./app.ts";
import type { Graph } from "./graph.ts";
import { explain, GraphError, isRefusal, MetaUnavailableError } from "./graph-error.ts";
import { PERMISSION, PIN_PERMISSION, type SystemUser } from "./token.ts";

/** A phone number as Meta knows it, and the account that it belongs to. */
export interface MetaNumber {
  readonly id: string;
  readonly wabaId: string;
}

/** `doubtful`: Meta did not say whether it took the PIN, so it may have. */
export type PinAnswer =
  | { readonly outcome: "taken" }
  | { readonly outcome: "refused" | "doubtful"; readonly sentence: string };

/**
 * Sets the number's PIN, which turns two-step verification on; the old PIN is not needed. No error
 * and no sentence contains the PIN.
 * Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/two-step-verification
 */
export async function setPin(
  graph: Graph,
  user: SystemUser,
  number: MetaNumber,
  pin: string,
): Promise<PinAnswer> {
  const params = { pin, ...toProof(user) };
  const path = `/${number.id}`;
  try {
    await graph.send({ method: "POST", path, token: user.token, params, answer: Success });
    return { outcome: "taken" };
  } catch (error) {
    const { message } = explain(error, (code) => toPinSentence(code, number)) as Error;
    return { outcome: didNothing(error) ? "refused" : "doubtful", sentence: message };
  }
}

/** Whether the PIN is as it was before: Meta said so, or nothing was sent to it. */
function didNothing(error: unknown): boolean {
  if (error instanceof GraphError) return isRefusal(error);
  if (!(error instanceof MetaUnavailableError) || !(error.cause instanceof Error)) return false;
  return hadNoEffect(error.cause.cause);
}

const NO_PERMISSION = 10;
/** For an account that the token's system user does not have. */
const DENIED = 200;
const NOT_FOUND = 100;
const LOCKED = 133016;

function toPinSentence(code: number, { wabaId }: MetaNumber): string {
  switch (code) {
    case INVALID_TOKEN:
      return "The system-user token is no longer valid: generate a new one in Business settings, System users, and keep it with npm run connect and --keep-token";
    case NO_PERMISSION:
    case DENIED:
      return `The system-user token may not set this PIN: it needs the permissions ${PERMISSION} and ${PIN_PERMISSION}, and its system user full control of account ${wabaId} (Business settings, System users, Assign assets)`;
    case NOT_FOUND:
      return `Meta does not take a PIN for this number: see in WhatsApp Manager whether it is still in account ${wabaId}, and whether the token's system user has full control of that account`;
    case LOCKED:
      return "Meta has locked this number after too many registrations: it can be tried again when 72 hours are over";
    default:
      return "Meta refuses the new PIN";
  }
}

const PinEnabled = v.object({ is_pin_enabled: v.optional(v.boolean()) });

/**
 * Whether two-step verification is on; undefined where Meta does not say: the field stands in no
 * current specification, though many public clients read it.
 */
export async function readPinEnabled(
  graph: Graph,
  user: SystemUser,
  { id }: MetaNumber,
): Promise<boolean | undefined> {
  const params = { fields: "is_pin_enabled", ...toProof(user) };
  const request = { method: "GET", path: `/${id}`, token: user.token, params } as const;
  try {
    return (await graph.send({ ...request, answer: PinEnabled })).is_pin_enabled;
  } catch (error) {
    if (error instanceof GraphError && error.code === NOT_FOUND) return undefined;
    throw explain(error, "Meta would not say whether two-step verification is on");
  }
}
