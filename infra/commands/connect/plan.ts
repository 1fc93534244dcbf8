import { FIELD, type Subscription } from "../../../lambda/meta/app.ts";
import type { StoredSecret } from "../../../lambda/meta/stored-secret.ts";
import { UserError } from "../../cli/errors.ts";
import { toPrintable } from "../../cli/text.ts";
import { withFirst } from "../../meta-app/stored-secret.ts";
import { describeWatched, planWatched } from "./plan-watched.ts";
import type { CurrentState, DesiredState } from "./states.ts";

/** What is to be changed; each part is absent where all is well. */
export interface Plan {
  readonly secret?: StoredSecret;
  readonly fields?: readonly string[];
  readonly accounts: readonly string[];
  readonly keepsToken: boolean;
  /** The same for a person, a line each. */
  readonly lines: readonly string[];
}

export function toPlan(current: CurrentState, desired: DesiredState): Plan {
  assertCallbackIsFree(current, desired);
  const watched = planWatched(current, desired);
  const secret = planSecret(current, desired, watched);
  const fields = planFields(current, desired);
  const missing = current.accounts.filter(
    ({ apps }) => !apps.some(({ id }) => id === current.app.id),
  );
  const accounts = missing.map(({ id }) => id);
  const lines = [
    ...(secret ? describeSecret(current.stored, secret) : []),
    ...(fields ? [describeSubscription(current.subscription, fields, desired.callbackUrl)] : []),
    ...accounts.map((id) => `subscribe the app to account ${id}`),
    ...(desired.keepToken ? ["keep the system-user token where only the watchdog reads it"] : []),
    ...(desired.keepToken || desired.unwatch.length > 0
      ? [describeWatched(current.stored.watchedAccounts, watched)]
      : []),
  ];
  const keepsToken = desired.keepToken;
  return { ...(secret && { secret }), ...(fields && { fields }), accounts, keepsToken, lines };
}

function planSecret(
  { app, stored }: CurrentState,
  { replace }: DesiredState,
  watchedAccounts: readonly string[] | undefined,
): StoredSecret | undefined {
  // The watchdog asks Meta about this app.
  const wanted = { ...withFirst(stored, app.secret, replace), appId: app.id, watchedAccounts };
  const isSame = [wanted.appSecrets, wanted.appId, wanted.watchedAccounts].every(
    (value, index) =>
      JSON.stringify(value) ===
      JSON.stringify([stored.appSecrets, stored.appId, stored.watchedAccounts][index]),
  );
  return isSame ? undefined : wanted;
}

function planFields(
  { subscription }: CurrentState,
  { callbackUrl, again }: DesiredState,
): readonly string[] | undefined {
  const isWell =
    subscription?.active === true &&
    subscription.callbackUrl === callbackUrl &&
    subscription.fields.includes(FIELD) &&
    subscription.includeValues !== false;
  if (isWell && !again) return undefined;
  return [...new Set([...(subscription?.fields ?? []), FIELD])];
}

/** One app has one callback URL for all its fields: taking it would cut another system off. */
function assertCallbackIsFree({ app, subscription }: CurrentState, desired: DesiredState): void {
  const present = subscription?.callbackUrl;
  if (!present || present === desired.callbackUrl || desired.replaceCallback) return;
  throw new UserError(
    [
      `The app ${app.id} already sends its WhatsApp webhooks to ${toPrintable(present)}; an app has one callback URL for all its fields, and "${FIELD}" can't be sent elsewhere alone. Nothing was changed.`,
      "",
      "Make a second Meta app for this system: developers.facebook.com, Create app, add the product WhatsApp, same business; switch it to Live. Generate a system-user token for it, then run this command with its app id and with --waba for each account: Meta sends the account's webhooks to every app subscribed to it, so that the first one keeps all it has.",
      "",
      "Should nothing need the present address any more (an earlier deployment of this stack, say), run this command again with --replace-callback.",
    ].join("\n"),
  );
}

function describeSecret(before: StoredSecret, after: StoredSecret): string[] {
  if (JSON.stringify(before.appSecrets) === JSON.stringify(after.appSecrets)) {
    if (before.appId === after.appId) return [];
    return [`save the app id ${after.appId} beside the app secret`];
  }
  const kept = after.appSecrets.length - 1;
  const dropped = before.appSecrets.filter((old) => !after.appSecrets.includes(old)).length;
  const parts = ["save the app secret as the first"];
  if (kept > 0) parts.push(`keep ${kept} other${kept === 1 ? "" : "s"}`);
  if (dropped > 0) parts.push(`drop ${dropped}`);
  return [parts.join(", ")];
}

function describeSubscription(
  present: Subscription | undefined,
  fields: readonly string[],
  callbackUrl: string,
): string {
  const added = fields.filter((field) => !present?.fields.includes(field));
  const what = added.length > 0 ? `subscribe the field ${added.join(", ")}` : "subscribe again";
  const kept = present?.fields.filter((field) => field !== FIELD) ?? [];
  const keeping = kept.length > 0 ? `, keep ${kept.join(", ")}` : "";
  return `${what}${keeping}, values included, sent to ${callbackUrl}`;
}
