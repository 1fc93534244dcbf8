import {
  type PhoneNumber,
  readPhoneNumbers,
  readSubscribedApps,
  type SubscribedApp,
} from "../meta/account.ts";
import { type App, INVALID_TOKEN, verifyApp } from "../meta/app.ts";
import { findAppSecretFault } from "../meta/app-secret.ts";
import { MetaError } from "../meta/graph-error.ts";
import type { StoredSecret } from "../meta/stored-secret.ts";
import { requireUsableToken, type SystemUser, type TokenFacts } from "../meta/token.ts";
import { createLimiter, startElsewhere } from "../shared/parallel.ts";
import { ExplainedError } from "../shared/sentence.ts";
import type { WatchedMeta } from "./system.ts";

/** The connected app, with its name if one of our secrets is its own. */
export type FoundApp =
  | { readonly kind: "unnamed" }
  | { readonly kind: "secret refused"; readonly appId: string }
  | { readonly kind: "found"; readonly app: App; readonly name: string };

/** Finds the app and its secret: the secret that was given, else the first saved one that fits. */
export async function findApp(meta: WatchedMeta, stored: StoredSecret): Promise<FoundApp> {
  const appId = meta.appId ?? stored.appId;
  if (appId === undefined) return { kind: "unnamed" };
  const secrets = meta.appSecret === undefined ? stored.appSecrets : [meta.appSecret];
  for (const secret of secrets.filter((text) => findAppSecretFault(text) === undefined)) {
    const app = { id: appId, secret };
    try {
      return { kind: "found", app, name: await verifyApp(meta.graph, app) };
    } catch (error) {
      if (!(error instanceof MetaError && error.code === INVALID_TOKEN)) throw error;
    }
  }
  return { kind: "secret refused", appId };
}

/** Throws where Meta cannot be asked. */
export function requireApp(found: FoundApp): App {
  if (found.kind === "found") return found.app;
  throw new ExplainedError("Meta can't be asked without the app's id and its secret.");
}

/** What Meta says of one WhatsApp Business account; each part may fail by itself. */
export interface AccountFacts {
  readonly wabaId: string;
  readonly apps: Promise<readonly SubscribedApp[]>;
  readonly numbers: Promise<readonly PhoneNumber[]>;
}

/** A token that works, with the accounts to ask about. */
export interface UsableToken extends TokenFacts {
  readonly user: SystemUser;
  /** Whether an operator chose the accounts; else they are all that the token may see. */
  readonly isListed: boolean;
}

/** Undefined without a token. Throws a MetaError when the token does not work. */
export async function readToken(
  { graph, readToken }: WatchedMeta,
  app: App,
  { watchedAccounts = [] }: StoredSecret,
): Promise<UsableToken | undefined> {
  const found = await readToken();
  if (!found) return undefined;
  const user = { token: found.token, app };
  const facts = await requireUsableToken(graph, user);
  const listed = found.wabaIds.length > 0 ? found.wabaIds : watchedAccounts;
  const isListed = listed.length > 0;
  return { ...facts, user, isListed, wabaIds: [...new Set(isListed ? listed : facts.wabaIds)] };
}

/** Begins at another account each time, so that runs too short for all reach each of them. */
export function readAccounts(
  { graph }: WatchedMeta,
  { user, wabaIds }: UsableToken,
  now: number,
): readonly AccountFacts[] {
  const limited = createLimiter(CONCURRENCY);
  return startElsewhere(wabaIds, now).map((wabaId) => ({
    wabaId,
    apps: limited(() => readSubscribedApps(graph, user, wabaId)),
    numbers: limited(() => readPhoneNumbers(graph, user, wabaId)),
  }));
}

/** A partner may have ten thousand accounts, and a run has minutes. */
const CONCURRENCY = 24;
