import { UserError } from "../../cli/errors.ts";
import type { CurrentState, DesiredState } from "./states.ts";

/**
 * The accounts that the watchdog asks about: those of earlier runs and those of --waba, without those
 * of --unwatch. Empty: all that the token may use; undefined: no token was kept yet.
 */
export function planWatched(
  { stored, accounts, token }: CurrentState,
  { keepToken, unwatch }: DesiredState,
): readonly string[] | undefined {
  const before = stored.watchedAccounts;
  if (!keepToken && unwatch.length === 0) return before;
  const given = token?.wabaIds ?? [];
  const added = keepToken ? accounts.map(({ id }) => id) : [];
  const isAll = before?.length === 0 || (!before && added.length === 0);
  if (isAll && unwatch.length === 0 && added.every((id) => given.includes(id))) return [];
  const all = [...new Set([...(isAll ? given : (before ?? [])), ...added])];
  const unknown = unwatch.filter((id) => !all.includes(id));
  if (unknown.length > 0) {
    throw new UserError(
      `The watchdog does not ask about account ${unknown.join(", ")}: nothing was changed.`,
    );
  }
  const watched = all.filter((id) => !unwatch.includes(id));
  if (watched.length > 0) return watched;
  throw new UserError(
    "No account would be left to watch: nothing was changed. To stop that altogether, write {} into the secret of the stack's output TokenSecretArn.",
  );
}

export function describeWatched(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): string {
  const toText = (ids: readonly string[] | undefined) =>
    ids?.join(", ") || (ids ? "all accounts that the token was given" : "none");
  const change =
    JSON.stringify(before) === JSON.stringify(after)
      ? `the watchdog asks about ${toText(after)}, as before`
      : `the watchdog asks about ${toText(after)}; before: ${toText(before)}`;
  return `${change} (to take one away: --unwatch ID)`;
}
