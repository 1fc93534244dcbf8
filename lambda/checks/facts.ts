import { readSubscription, type Subscription } from "../meta/app.ts";
import type { StoredSecret } from "../meta/stored-secret.ts";
import { type HistoryEvent, readHistory, readLastTest, readPending } from "../numbers/history.ts";
import type { PinState } from "../numbers/number-state.ts";
import { ExplainedError } from "../shared/sentence.ts";
import { type Memory, readMemory } from "./memory.ts";
import { type AccountFacts, type FoundApp, findApp, readAccounts } from "./meta-facts.ts";
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
  history(): Promise<readonly HistoryEvent[]>;
  pending(): Promise<readonly number[]>;
  lastTest(): Promise<number | undefined>;
  memory(): Promise<Memory | undefined>;
  app(): Promise<FoundApp>;
  /** Undefined where the app has no WhatsApp webhooks at Meta. */
  subscription(): Promise<Subscription | undefined>;
  /** Undefined without a token, and where Meta is not to be asked. */
  accounts(): Promise<readonly AccountFacts[] | undefined>;
  /** What Meta says of the numbers: asked now, else what the watchdog was told last. */
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
  const facts: Facts = {
    secret: once(() => system.readSecret()),
    settings: once(async () => (aws ? readDeployedSettings(aws) : NO_SETTINGS)),
    alertSubscribers: once(() => listSubscribers(sns, alertTopicArn)),
    operationsSubscribers: once(async () =>
      operationsTopicArn === undefined ? undefined : listSubscribers(sns, operationsTopicArn),
    ),
    history: once(() => readHistory(system)),
    pending: once(() => readPending(system)),
    lastTest: once(() => readLastTest(system)),
    memory: once(() => readMemory(system)),
    app: once(async () => findApp(meta, await facts.secret())),
    subscription: once(async () => readSubscription(meta.graph, (await requireApp(facts)).app)),
    accounts: once(async () =>
      asksMeta ? readAccounts(meta, (await requireApp(facts)).app) : undefined,
    ),
    pins: once(async () => [...(await readRememberedPins(facts)), ...(await askPins(facts, now))]),
  };
  return facts;
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= read();
    return answer;
  };
}

async function requireApp(facts: Facts) {
  const found = await facts.app();
  if (found.kind === "found") return found;
  throw new ExplainedError("Meta can't be asked without the app's id and its secret.");
}

async function readRememberedPins(facts: Facts): Promise<PinState[]> {
  const memory = await facts.memory().catch(() => undefined);
  return (memory?.pins ?? []).map(([displayPhoneNumber, isPinEnabled, at]) => ({
    displayPhoneNumber,
    isPinEnabled,
    at,
  }));
}

async function askPins(facts: Facts, at: number): Promise<PinState[]> {
  const accounts = (await facts.accounts().catch(() => undefined)) ?? [];
  const numbers = await Promise.all(accounts.map((account) => account.numbers.catch(() => [])));
  return numbers
    .flat()
    .flatMap(({ displayPhoneNumber, isPinEnabled }) =>
      isPinEnabled === undefined ? [] : [{ displayPhoneNumber, isPinEnabled, at }],
    );
}
