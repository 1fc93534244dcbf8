import type { Message } from "../../lambda/alert/content/notice.ts";
import type { Answer } from "../../lambda/event/answer.ts";
import { type StoredAlert, toStoredAlert } from "../../lambda/event/stored-alert.ts";
import type { Claimed } from "../../lambda/outbox/claims.ts";
import { createEventTable, type EventTable } from "../../lambda/outbox/event-table.ts";
import { createOutbox } from "../../lambda/outbox/outbox.ts";
import { createPace, type Pace, type PaceTaker } from "../../lambda/outbox/pace.ts";
import type { Run } from "../../lambda/outbox/run.ts";
import type { Config } from "../../lambda/shared/config.ts";
import { createInvocation } from "../../lambda/shared/invocation.ts";
import { PACE } from "../../lambda/shared/names.ts";
import { createMemoryClient } from "../explore/memory-table.ts";
import { testConfig } from "./config.ts";
import { SENT_AT, securityEvent } from "./notices.ts";
import { hold } from "./stored-alerts.ts";

/** Two minutes after the reset request of 03:12 was received. */
export const NOW = SENT_AT + 1000 + 120_000;

export const CODE = "Vh3kZ0q9T4mYb7c2XwLs8Q";

const CLAIM = { claimToken: "t", dueAt: NOW + 75_000 };

/** A pending alert of the reset request of 03:12, claimed once, but for this difference. */
export function storedAlert(difference: Partial<StoredAlert> = {}): StoredAlert {
  const counts = { attempts: 1, repeats: 0, answers: [], announcedAnswers: 0 };
  return { event: securityEvent(), alert: "pending", ...counts, ...difference };
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

export const OUTAGE = serviceError("InternalServerError", 500);

/** What a message is about: its kind, and the keys of its events. */
export interface Subject {
  readonly kind: string;
  readonly keys: readonly string[];
}

function toSubject({ message }: Message): Subject {
  const { kind, events, eventKey } = JSON.parse(JSON.parse(message).default);
  const keys = (events ?? [{ eventKey }]).map((event: { eventKey: string }) => event.eventKey);
  return { kind, keys };
}

export interface OutboxWorldOptions {
  readonly config?: Partial<Config>;
  /** Milliseconds that the invocation has; they pass by the world's clock. */
  readonly timeLeft?: number;
  readonly taker?: PaceTaker;
  /** What a request may see otherwise, as from an index that is late. */
  readonly table?: Partial<EventTable>;
  readonly pace?: Partial<Pace>;
  /** Is called before each request to DynamoDB, by its kind and its input as text; may pass time. */
  readonly before?: (kind: string, input: string, clock: { now: number }) => unknown;
  /** Is called before SNS takes a message. */
  readonly publish?: (subject: Subject) => unknown;
}

/**
 * What publishing depends on, over the table in memory: everything succeeds unless a test says
 * otherwise. What came of it is in the table and in the messages.
 */
export function outboxWorld(options: OutboxWorldOptions = {}) {
  const { timeLeft = 60_000, before = () => {}, publish = () => {} } = options;
  const clock = { now: NOW };
  const dynamodb = createMemoryClient();
  const config = testConfig(options.config);
  const requests: string[] = [];
  const places: string[] = [];
  const messages: (Message & Subject)[] = [];
  const send = async (command: { input: object }) => {
    const kind = command.constructor.name.replace("Command", "");
    requests.push(kind);
    await before(kind, JSON.stringify(command.input), clock);
    return dynamodb.send(command as never);
  };
  const deps = { ...config, client: { send } as never };
  const pace = { ...createPace(deps), ...options.pace };
  let tokens = 0;
  const run: Run & { newIncidentCode(): string } = {
    config,
    table: { ...createEventTable(deps), ...options.table },
    outbox: createOutbox(deps),
    pace: {
      take(kind, taker, now) {
        places.push(`${kind} ${taker}`);
        return pace.take(kind, taker, now);
      },
    },
    topic: {
      async publish(message) {
        const subject = toSubject(message);
        messages.push({ ...message, ...subject });
        await publish(subject);
        return `m-${messages.length}`;
      },
    },
    now: () => clock.now,
    newToken: () => `token-${++tokens}`,
    newIncidentCode: () => CODE,
    pause: async (milliseconds) => {
      clock.now += milliseconds;
    },
    invocation: createInvocation(
      { awsRequestId: "r-1", getRemainingTimeInMillis: () => timeLeft - (clock.now - NOW) },
      60,
    ),
    taker: options.taker ?? "request",
  };

  /** The events of the table, in the order in which they came. */
  function stored(): StoredAlert[] {
    const items = [...dynamodb.rows.values()].filter(({ wabaId }) => wabaId?.S !== PACE.partition);
    return items.map(toStoredAlert);
  }

  return {
    run,
    clock,
    dynamodb,
    /** The kind of each request to DynamoDB. */
    requests,
    /** Each place that was asked for, and by whom. */
    places,
    messages,
    stored,
    subjects: (): Subject[] => messages.map(({ kind, keys }) => ({ kind, keys })),
    /** The state of each event's alert by its key, and whether somebody holds it. */
    states(): Record<string, string> {
      const states = stored().map(({ event, alert, claimToken }) => {
        return [event.eventKey, claimToken ? `${alert}, held` : alert];
      });
      return Object.fromEntries(states);
    },
    metrics: run.invocation.metrics.values,
    reasons: run.invocation.metrics.reasons,
    hold: (...alerts: readonly StoredAlert[]) => hold({ dynamodb }, ...alerts),
    /** Holds these alerts, claimed for another 75 seconds unless they say otherwise. */
    async claim(...alerts: readonly StoredAlert[]): Promise<Claimed[]> {
      const held = alerts.map((alert) => ({ ...CLAIM, ...alert }));
      await hold({ dynamodb }, ...held);
      return held.map((stored) => ({ stored, token: stored.claimToken }));
    },
  };
}
