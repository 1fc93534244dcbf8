import type { Message } from "../../lambda/alert/content/notice.ts";
import type { Answer } from "../../lambda/event/answer.ts";
import type { StoredAlert } from "../../lambda/event/stored-alert.ts";
import type { Claimed } from "../../lambda/outbox/claims.ts";
import type { EventTable } from "../../lambda/outbox/event-table.ts";
import type { Outbox } from "../../lambda/outbox/outbox.ts";
import type { Pace, PaceTaker } from "../../lambda/outbox/pace.ts";
import type { Config } from "../../lambda/shared/config.ts";
import { createInvocation } from "../../lambda/shared/invocation.ts";
import { testConfig } from "./config.ts";
import { SENT_AT, securityEvent } from "./notices.ts";

/** Two minutes after the reset request of 03:12 was received. */
export const NOW = SENT_AT + 1000 + 120_000;

export const CODE = "Vh3kZ0q9T4mYb7c2XwLs8Q";

/** A pending alert of the reset request of 03:12, claimed once, but for this difference. */
export function storedAlert(difference: Partial<StoredAlert> = {}): StoredAlert {
  const counts = { attempts: 1, repeats: 0, answers: [], announcedAnswers: 0 };
  return { event: securityEvent(), alert: "pending", ...counts, ...difference };
}

export function claimedAlert(difference: Partial<StoredAlert> = {}, token = "t"): Claimed {
  return { stored: storedAlert(difference), token };
}

/** An answer so many minutes after 03:12. */
export function answerAt(minutes: number, difference: Partial<Answer> = {}): Answer {
  const at = new Date(SENT_AT + minutes * 60_000).toISOString();
  return {
    name: "Ann",
    answer: "handling",
    at,
    from: "203.0.113.7",
    origin: "link",
    ...difference,
  };
}

/** What SNS or DynamoDB answers, or that they do not. */
export function serviceError(name: string, httpStatusCode?: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

type Call = readonly unknown[];

export interface OutboxWorldOptions {
  readonly config?: Partial<Config>;
  /** Milliseconds that the invocation has left. */
  readonly timeLeft?: () => number;
  readonly now?: () => number;
  readonly table?: Partial<EventTable>;
  readonly outbox?: Partial<Outbox>;
  readonly pace?: Partial<Pace>;
  readonly taker?: PaceTaker;
  readonly pause?: (milliseconds: number) => Promise<void>;
  readonly publish?: (message: Message) => Promise<string>;
}

/** What a message is about: its kind, and the keys of its events. */
export function toSubject({ message }: Message): { kind: string; keys: string[] } {
  const { kind, events, eventKey } = JSON.parse(JSON.parse(message).default);
  const keys = (events ?? [{ eventKey }]).map((event: { eventKey: string }) => event.eventKey);
  return { kind, keys };
}

/**
 * What publishing depends on, without an engine: everything succeeds unless a test says otherwise,
 * and `calls` lists each effect in its order.
 */
export function outboxWorld(options: OutboxWorldOptions = {}) {
  const calls: Call[] = [];
  const { timeLeft = () => 15_000, now = () => NOW } = options;
  const table: EventTable = {
    record: async () => "stored",
    recordPending: async () => "stored",
    restore: async () => true,
    find: async () => undefined,
    numberHistory: async () => [],
    readings: async () => [],
    protectReadings: async () => [],
    ...options.table,
  };
  const outbox: Outbox = {
    claim: async (id) => storedAlert({ event: securityEvent(id) }),
    prolong: async () => {},
    release: async () => {},
    mark: async () => true,
    close: async () => {},
    queue: async function* () {},
    ...options.outbox,
  };
  const pace: Pace = { take: async () => true, ...options.pace };
  const topic = { publish: options.publish ?? (async () => "m-1") };
  const context = { awsRequestId: "r-1", getRemainingTimeInMillis: timeLeft };
  let tokens = 0;
  return {
    calls,
    run: {
      config: testConfig(options.config),
      table: recorded("table", table, calls),
      outbox: recorded("outbox", outbox, calls),
      pace: recorded("pace", pace, calls),
      topic: recorded("topic", topic, calls),
      now,
      newToken: () => `token-${++tokens}`,
      newIncidentCode: () => CODE,
      pause: options.pause ?? (async () => {}),
      invocation: createInvocation(context, 60),
      taker: options.taker ?? ("request" as const),
    },
  };
}

function recorded<T extends object>(name: string, target: T, calls: Call[]): T {
  const methods = Object.entries(target).map(([method, run]) => [
    method,
    (...args: unknown[]) => {
      calls.push([`${name}.${method}`, ...args]);
      return run(...args);
    },
  ]);
  return Object.fromEntries(methods) as T;
}
