import type { WatchedAws, WatchedSystem } from "../../lambda/facts/system.ts";
import type { PinAccess } from "../local/file-pins.ts";
import type { SecretAccess } from "./secret.ts";
import type { TokenAccess } from "./token.ts";

/** What only a run of the checks decides. */
type OfChecks = "meta" | "isWatchdog";

/**
 * The system that a command works on: a deployed stack or the local run. With `meta`, the checks can
 * look at it.
 */
export interface Deployment extends Omit<WatchedSystem, OfChecks>, SecretAccess, TokenAccess {
  /** Such as "stack WhatsAppSecurityWebhook" or "local run in .local". */
  readonly name: string;
  /** Gets the messages that the stack's own subscriptions fail to deliver. */
  readonly deadLetterQueueArn?: string | undefined;
  readonly pins: PinAccess;
  readonly aws?: AwsFacts;
}

export interface AwsFacts extends WatchedAws {
  readonly region: string;
  /** Sets PINs with a kept token; undefined without the setting `protect`. */
  readonly protectFunctionArn?: string | undefined;
}

export interface DeploymentOptions {
  readonly stack?: string | undefined;
  readonly data?: string | undefined;
}
