import { findApp } from "../facts/meta-facts.ts";
import type { WatchedMeta } from "../facts/system.ts";
import type { Graph } from "../meta/graph.ts";
import { MetaError } from "../meta/graph-error.ts";
import type { StoredSecret } from "../meta/stored-secret.ts";
import { PERMISSION, PIN_PERMISSION, requireUsableToken, type SystemUser } from "../meta/token.ts";

/** Meta with a token that may set PINs, and the accounts that it may use. */
export interface OpenMeta {
  readonly graph: Graph;
  readonly user: SystemUser;
  readonly wabaIds: readonly string[];
}

/** Undefined where there is no token. Throws a MetaError that says what the token lacks. */
export async function openMeta(
  meta: WatchedMeta,
  readSecret: () => Promise<StoredSecret>,
): Promise<OpenMeta | undefined> {
  const found = await meta.readToken();
  if (!found) return undefined;
  const { graph } = meta;
  const stored = await readSecret();
  const app = await requireApp(meta, stored);
  const user = { token: found.token, app };
  const { wabaIds, canSetPins } = await requireUsableToken(graph, user);
  if (!canSetPins) throw new MetaError(NO_PERMISSION);
  const { watchedAccounts = [] } = stored;
  return { graph, user, wabaIds: [...new Set([...found.wabaIds, ...watchedAccounts, ...wabaIds])] };
}

const NO_PERMISSION = `The system-user token lacks the permission ${PIN_PERMISSION}: generate one with it and ${PERMISSION} in Business settings, System users.`;

async function requireApp(meta: WatchedMeta, stored: StoredSecret) {
  const found = await findApp(meta, stored);
  if (found.kind === "found") return found.app;
  if (found.kind === "unnamed") {
    throw new MetaError("The id of your Meta app is not saved: run npm run connect with --app-id.");
  }
  throw new MetaError(
    `No saved app secret is that of app ${found.appId}: run npm run connect with --app-id ${found.appId}.`,
  );
}
