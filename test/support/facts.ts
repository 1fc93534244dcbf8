import { type CheckGroup, type CheckResult, runAll } from "../../lambda/checks/check.ts";
import { type Overview, type OverviewInput, toOverview } from "../../lambda/checks/overview.ts";
import type { StoredAlert } from "../../lambda/event/stored-alert.ts";
import type { Facts } from "../../lambda/facts/facts.ts";
import type { AccountMemory, Memory } from "../../lambda/facts/memory.ts";
import type { AccountFacts, UsableToken } from "../../lambda/facts/meta-facts.ts";
import { NO_SETTINGS } from "../../lambda/facts/settings.ts";
import type { Subscriber } from "../../lambda/facts/subscribers.ts";
import type { WatchedSystem } from "../../lambda/facts/system.ts";
import type { PhoneNumber, SubscribedApp } from "../../lambda/meta/account.ts";
import { createCommandLine } from "../../lambda/shared/commands.ts";
import { APP_SECRET, VERIFY_TOKEN } from "./builders.ts";

/** When the checks of the tests look. */
export const LOOKED_AT = Date.parse("2026-11-24T06:17:00.000Z");

const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;

type Values = { readonly [name in keyof Facts]: Awaited<ReturnType<Facts[name]>> };
/** An error is what reading that fact fails with. */
export type GivenFacts = { readonly [name in keyof Facts]?: Values[name] | Error };

const ALL_IS_WELL: Values = {
  secret: { verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET] },
  settings: NO_SETTINGS,
  alertSubscribers: [],
  operationsSubscribers: [],
  history: [],
  pending: [],
  lastTest: undefined,
  memory: undefined,
  app: { kind: "unnamed" },
  subscription: undefined,
  token: undefined,
  accounts: undefined,
  pins: [],
};

/** What a watchdog remembers that ran a day before the checks look and found nothing. */
export function memoryOf(difference: Partial<Memory> = {}): Memory {
  return {
    ranAt: LOOKED_AT - 24 * HOUR_MS,
    reportedAt: 0,
    failedSince: {},
    unreadSince: {},
    accounts: new Map(),
    knownApps: new Map(),
    damaged: [],
    ...difference,
  };
}

/** What is remembered of an account with these apps, and when each was seen first. */
export function accountMemory(
  apps: Readonly<Record<string, number>>,
  pins: AccountMemory["pins"] = [],
): AccountMemory {
  return { apps: new Map(Object.entries(apps)), pins };
}

/** What Meta shows of an account: nothing, but for this; an error is what asking for it fails with. */
export function accountFacts({
  wabaId = "1",
  apps = [],
  numbers = [],
}: {
  readonly wabaId?: string;
  readonly apps?: readonly SubscribedApp[] | Error;
  readonly numbers?: readonly PhoneNumber[] | Error;
} = {}): AccountFacts {
  return { wabaId, apps: settle(apps), numbers: settle(numbers) };
}

function settle<T>(value: T | Error): Promise<T> {
  const settled = value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  settled.catch(() => {});
  return settled;
}

/** A token that sees account 1, and can set PINs there. */
export function usableToken(difference: Partial<UsableToken> = {}): UsableToken {
  const user = { token: "EAA", app: { id: "7", secret: "s" } };
  return { user, wabaIds: ["1"], isListed: false, canSetPins: true, ...difference };
}

/** Facts of a system that nothing is known of, but for these. */
export function factsOf(given: GivenFacts = {}): Facts {
  const values = { ...ALL_IS_WELL, ...given };
  const read = (value: unknown) => async () => {
    if (value instanceof Error) throw value;
    return value;
  };
  const facts = Object.entries(values).map(([name, value]) => [name, read(value)]);
  return Object.fromEntries(facts) as Facts;
}

/** A stack that is never asked, but for these parts of it. */
export function watchedSystem(difference: Partial<WatchedSystem> = {}): WatchedSystem {
  const unexpected = { send: () => Promise.reject(new Error("No call is expected")) };
  return {
    command: createCommandLine(" --stack Hooks"),
    webhookUrl: "https://hooks.example.com/webhook",
    tableName: "events",
    alertTopicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
    operationsTopicArn: "arn:aws:sns:eu-central-1:123456789012:operations",
    secretName: "Secrets Manager",
    readSecret: () => Promise.reject(new Error("No secret is expected to be read")),
    dynamodb: unexpected as never,
    sns: unexpected as never,
    meta: { graph: unexpected as never, readToken: async () => undefined },
    aws: {
      stackName: "Hooks",
      alarmPrefix: "Hooks",
      functionName: "webhook-function",
      cloudformation: unexpected as never,
      cloudwatch: unexpected as never,
      kms: unexpected as never,
    },
    ...difference,
  };
}

export interface HistoryDifference extends Partial<Pick<StoredAlert, "alert" | "answers">> {
  readonly wabaId?: string;
  readonly eventKey?: string;
  readonly event?: string;
  readonly displayPhoneNumber?: string;
  /** Unix seconds; else those of the receipt. */
  readonly time?: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt?: number;
}

/** A reset request that was received an hour before the checks look, and alerted. */
export function historyEvent({
  alert = "open",
  answers = [],
  receivedAt = LOOKED_AT - HOUR_MS,
  ...difference
}: HistoryDifference = {}): StoredAlert {
  const event = {
    wabaId: "102290129340398",
    eventKey: "0000001795489920#d92d31e174b62c1a",
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: "15550783881",
    time: Math.floor(receivedAt / SECOND_MS),
    receivedAt: new Date(receivedAt).toISOString(),
    test: false,
    appSecretIndex: 0,
    ...difference,
  };
  return { event, alert, attempts: 0, repeats: 0, answers, announcedAnswers: answers.length };
}

/** What is known when the checks look: nothing, but for this. */
export function overviewOf(difference: Partial<OverviewInput> = {}): Overview {
  return toOverview({
    at: LOOKED_AT,
    checks: [],
    history: [],
    pins: [],
    numberLabels: {},
    alertSubscribers: [],
    operationsSubscribers: [],
    lastTest: undefined,
    ...difference,
  });
}

/** Somebody who confirmed a subscription by e-mail with AWS credentials. */
export function subscriber(difference: Partial<Subscriber> = {}): Subscriber {
  return {
    protocol: "email",
    endpoint: "guard@example.com",
    confirmed: true,
    authenticated: true,
    subscriptionArn: "arn:aws:sns:eu-central-1:123456789012:alerts:1",
    ...difference,
  };
}

/** `relay failed: It stopped. Fix: do it`; and why it is unknown: `relay unknown, unread: …`. */
export function toLine(check: CheckResult | undefined): string {
  if (!check) return "no such check";
  const { id, state, why, isQuiet, message, fix } = check;
  const more = [why, isQuiet && "quiet"].filter(Boolean).map((word) => `, ${word}`);
  return `${id} ${state}${more.join("")}: ${message}${fix === undefined ? "" : ` Fix: ${fix}`}`;
}

/** The line of the check with this id, without the id. */
export async function lineOf(checks: CheckGroup, id: string): Promise<string> {
  const found = (await runAll(checks)).find((check) => check.id === id);
  return toLine(found).replace(`${id} `, "");
}

/** What is said in each of these situations, in one line: `no app at all: ok: No app is new.` */
export function linesIn<T>(
  situations: Readonly<Record<string, T>>,
  look: (situation: T) => Promise<string>,
): Promise<string[]> {
  const lines = Object.entries(situations).map(
    async ([name, each]) => `${name}: ${await look(each)}`,
  );
  return Promise.all(lines);
}

/** `Relay (relay)`, as people and scripts know it. */
export function toName({ id, name }: CheckResult): string {
  return `${name} (${id})`;
}
