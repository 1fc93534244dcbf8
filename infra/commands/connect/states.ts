import type { SubscribedApp } from "../../../lambda/meta/account.ts";
import type { App, Subscription } from "../../../lambda/meta/app.ts";
import type { StoredSecret } from "../../../lambda/meta/stored-secret.ts";
import type { TokenFacts } from "../../../lambda/meta/token.ts";

/** What was found, here and at Meta. */
export interface CurrentState {
  readonly app: App;
  readonly stored: StoredSecret;
  readonly secretVersion: string;
  readonly subscription: Subscription | undefined;
  readonly accounts: readonly { readonly id: string; readonly apps: readonly SubscribedApp[] }[];
  /** What the given token may do; undefined without one. */
  readonly token?: TokenFacts | undefined;
}

export interface DesiredState {
  readonly callbackUrl: string;
  readonly replace: boolean;
  readonly replaceCallback: boolean;
  readonly again: boolean;
  readonly keepToken: boolean;
  /** Accounts that the watchdog should no longer ask about. */
  readonly unwatch: readonly string[];
}
