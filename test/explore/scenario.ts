import { toSecurityEvent } from "../../lambda/event/security-event.ts";
import { payload, sign } from "../support/builders.ts";
import type { MessageKind } from "./state.ts";
import type { Visit } from "./visits.ts";

/** Faults that the explorer may cause, each at every place where it can strike. */
export const FAULTS = {
  refuse: "a service refuses a request without doing anything",
  fail: "a request fails before it reaches the service",
  lose: "a request takes effect and its answer is lost",
  late: "an answer comes so late that the invocation's time runs short",
  crash: "a process dies",
  loseReply: "the answer to Meta is lost",
  expire: "a claim runs out while its holder lives",
} as const;

export type FaultKind = keyof typeof FAULTS;

/** All but a refusal: after it the caller knows more than after a failure, not less. */
const USUAL_FAULTS = (Object.keys(FAULTS) as FaultKind[]).filter((kind) => kind !== "refuse");

/** What is explored, completely: these deliveries and relay ticks, with so many faults among them. */
export interface Scenario {
  readonly name: string;
  /** Each delivery's events by letter, see `EVENTS`. */
  readonly deliveries: readonly string[];
  readonly ticks: number;
  /** Events that were delivered and sent before the beginning, with nothing amiss. */
  readonly sentBefore: string;
  /** Minutes from there to the beginning. */
  readonly minutesLater: number;
  /** Whether no time passes before the recovery but for `waits`. */
  readonly isInstant: boolean;
  /** What people do on the incident page once they got the alert. */
  readonly visits: readonly Visit[];
  /** So many of the visits took place before the beginning, after `published`. */
  readonly visited: number;
  /** Minutes from there to the beginning. */
  readonly minutesAfterVisits: number;
  /** So many ticks ran before the beginning, after `minutesLater`. */
  readonly ticked: number;
  /** Whether every view of every number is compared in every state, before and after recovery. */
  readonly comparesViews: boolean;
  /** Minutes after receipt at which an unanswered alert repeats; none: it never does. */
  readonly repeatAfterMinutes: readonly number[];
  readonly faults: number;
  readonly faultKinds: readonly FaultKind[];
  /** How often the SDK tries a request. */
  readonly attempts: number;
  /** Whether a request that was given up may still arrive at any later time. */
  readonly strays: boolean;
  /** How often half a minute may pass in which no claim need run out. */
  readonly waits: number;
  /** How many entries of the outbox index come in one page. */
  readonly pageSize: number;
  /** Whether a relay exists; some breakages of the protocol show only without. */
  readonly relay: boolean;
  /** Whether recovery is tried from every state; without, only what happens before it is judged. */
  readonly recovers: boolean;
  /** What DynamoDB answers to everything while it is down: at any time, once, for any time. */
  readonly outage: Outage | undefined;
  /** Whether places for messages can run out; without, there are always enough. */
  readonly paced: boolean;
  /** Messages of each kind that were published just before the beginning, and before `visited`. */
  readonly published: Readonly<Record<MessageKind, number>>;
}

export type Outage = keyof typeof OUTAGES;

/** DynamoDB's answers to requests that it refuses, whatever is in them. */
export const OUTAGES = {
  /** As with a customer managed key that is disabled. */
  ValidationException: "KMS key disabled error: com.amazonaws.services.kms.model.DisabledException",
  AccessDeniedException: "User is not authorized to perform this action on this resource",
  ProvisionedThroughputExceededException: "The level of configured throughput was exceeded",
} as const;

export function scenario(name: string, difference: Partial<Scenario>): Scenario {
  return {
    name,
    deliveries: [],
    ticks: 0,
    sentBefore: "",
    minutesLater: 0,
    isInstant: false,
    visits: [],
    visited: 0,
    minutesAfterVisits: 0.5,
    ticked: 0,
    comparesViews: false,
    repeatAfterMinutes: [],
    faults: 1,
    faultKinds: USUAL_FAULTS,
    attempts: 2,
    strays: false,
    waits: 0,
    pageSize: 100,
    relay: true,
    recovers: true,
    outage: undefined,
    paced: false,
    published: { single: 0, digest: 0 },
    ...difference,
  };
}

export interface KnownEvent {
  readonly letter: string;
  readonly row: string;
  readonly alerts: boolean;
  /** In which forms DynamoDB takes it. */
  readonly storable: "as it came" | "plain" | "never";
  /** Whether SNS takes its alert. */
  readonly publishable: boolean;
}

const TIME = 1_748_811_473;

/** Where it is not a request. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  D: "PIN_REQUEST_SUCCESS",
  N: "PIN_CHANGED",
};

const STORABLE: Readonly<Record<string, KnownEvent["storable"]>> = { F: "plain", P: "never" };

/** The events of all scenarios. */
const EVENTS: ReadonlyMap<string, KnownEvent> = new Map(
  [..."ABCDNFPS"].map((letter) => {
    const storable = STORABLE[letter] ?? "as it came";
    const [alerts, publishable] = [letter !== "N", letter !== "S"];
    return [letter, { letter, row: toRow(letter), alerts, storable, publishable }];
  }),
);

const BY_ROW = new Map([...EVENTS.values()].map((event) => [event.row, event]));

export function findEvent(row: string): KnownEvent | undefined {
  return BY_ROW.get(row);
}

export function toEvents(letters: string): KnownEvent[] {
  return [...letters].map((letter) => {
    const event = EVENTS.get(letter);
    if (!event) throw new Error(`There is no event ${letter}; there are ${[...EVENTS.keys()]}`);
    return event;
  });
}

/** C and D are of the same number as A, C a minute later; D is a completed reset. */
function toEntry(letter: string) {
  const event = OTHER_NAMES[letter] ?? "PIN_RESET_REQUEST";
  const number = "CD".includes(letter) ? "A" : letter;
  const value = { display_phone_number: `1555078388${number.charCodeAt(0)}`, event };
  const changes = [{ field: "security", value }];
  const time = letter === "C" ? TIME + 60 : TIME;
  return { id: "102290129340398", time, changes, valuesMissing: false };
}

function toRow(letter: string): string {
  const entry = toEntry(letter);
  const receipt = { receivedAt: Date.UTC(2026, 0, 1), appSecretIndex: 0 };
  const event = toSecurityEvent(entry, entry.changes[0] ?? { field: "" }, receipt);
  return `${event.wabaId}/${event.eventKey}`;
}

const requests = new Map<string, object>();

/** A delivery as API Gateway hands it over; every event in an entry of its own. */
export function toRequest(letters: string): object {
  const request = requests.get(letters) ?? toNewRequest(letters);
  requests.set(letters, request);
  return request;
}

function toNewRequest(letters: string) {
  const entries = [...letters].map((letter) => {
    const { valuesMissing: _, ...entry } = toEntry(letter);
    return entry;
  });
  const body = payload(...entries);
  return {
    rawPath: "/webhook",
    headers: { "x-hub-signature-256": sign(body) },
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: "POST" } },
  };
}

export const TICK = { source: "aws.events", "detail-type": "Scheduled Event" };
