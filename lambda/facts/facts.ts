import type { StoredAlert } from "../event/stored-alert.ts";
import { readSubscription, type Subscription } from "../meta/app.ts";
import type { StoredSecret } from "../meta/stored-secret.ts";
import { readHistory, readLastTest, readPending } from "../numbers/history.ts";
import type { PinState } from "../numbers/known.ts";
import { type Memory, readMemory } from "./memory.ts";
import {
  type AccountFacts,
  type FoundApp,
  findApp,
  readAccounts,
  readToken,
  requireApp,
  type UsableToken,
} from "./meta-facts.ts";
import { readPins } from "./pins.ts";
import { type DeployedSettings, NO_SETTINGS, readDeployedSettings } from "./settings.ts";
import { listSubscribers, type Subscriber } from "./subscribers.ts";
import type { WatchedSystem } from "./system.ts";

/** Everything that checks and reports look at, each read once, when first asked for. */
export interface Facts {
  secret(): Promise<StoredSecret>;
  settings(): Promise<DeployedSettings>;
  alertSubscribers(): Promise<readonly Subscriber[]>;
  /** Undefined where there is no operations topic. */
  operationsSubscribers(): Promise<readonly Subscriber[] | undefined>;
  history(): Promise<readonly StoredAlert[]>;
  pending(): Promise<readonly number[]>;
  lastTest(): Promise<number | undefined>;
  memory(): Promise<Memory | undefined>;
  app(): Promise<FoundApp>;
  /** Undefined where the app has no WhatsApp webhooks at Meta. */
  subscription(): Promise<Subscription | undefined>;
  /** Undefined without a token, and where Meta is not to be asked. */
  token(): Promise<UsableToken | undefined>;
  /** The same; each account's parts may fail by themselves. */
  accounts(): Promise<readonly AccountFacts[] | undefined>;
  /** What Meta says of the numbers: asked now, else what it said last. */
  pins(): Promise<readonly PinState[]>;
}

/**
 * `now` in milliseconds since the epoch. `asksMeta`: else no account is known, and of the numbers
 * what is remembered.
 */
export function createFacts(
  system: WatchedSystem,
  now: number,
  { asksMeta = true }: { readonly asksMeta?: boolean } = {},
): Facts {
  const { sns, aws, meta, alertTopicArn, operationsTopicArn } = system;
  const facts: Facts = readOnce({
    secret: () => system.readSecret(),
    settings: async () => (aws ? readDeployedSettings(aws) : NO_SETTINGS),
    alertSubscribers: () => listSubscribers(sns, alertTopicArn),
    operationsSubscribers: async () =>
      operationsTopicArn === undefined ? undefined : listSubscribers(sns, operationsTopicArn),
    history: () => readHistory(system),
    pending: () => readPending(system),
    lastTest: () => readLastTest(system),
    memory: () => readMemory(system),
    app: async () => findApp(meta, await facts.secret()),
    subscription: async () => readSubscription(meta.graph, requireApp(await facts.app())),
    token: async () =>
      asksMeta ? readToken(meta, requireApp(await facts.app()), await facts.secret()) : undefined,
    accounts: async () => {
      const token = await facts.token();
      return token && readAccounts(meta, token, now);
    },
    pins: () => readPins(system, facts, now),
  });
  return facts;
}

/** The same readers; each reads when it is first asked, and keeps its answer. */
function readOnce(readers: Facts): Facts {
  const answers = new Map<string, Promise<unknown>>();
  const once = Object.entries(readers).map(([name, read]) => {
    const ask = () => answers.get(name) ?? answers.set(name, read()).get(name);
    return [name, ask];
  });
  return Object.fromEntries(once);
}
