import { toSecurityEvent } from "../../lambda/event/security-event.ts";
import { payload, sign } from "../support/builders.ts";

/** Faults that the explorer may cause, each at every place where it can strike. */
export const FAULTS = {
  fail: "a request fails before it reaches the service",
  lose: "a request takes effect and its answer is lost",
  late: "an answer comes so late that the invocation's time runs short",
  crash: "a process dies",
  loseReply: "the answer to Meta is lost",
  expire: "a claim runs out while its holder lives",
} as const;

export type FaultKind = keyof typeof FAULTS;

/** What is explored, completely: these deliveries and relay ticks, with so many faults among them. */
export interface Scenario {
  readonly name: string;
  /** Each delivery's events by letter, see `EVENTS`. */
  readonly deliveries: readonly string[];
  readonly ticks: number;
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
}

export function scenario(
  difference: Partial<Scenario> & Pick<Scenario, "name" | "deliveries">,
): Scenario {
  return {
    ticks: 0,
    faults: 1,
    faultKinds: Object.keys(FAULTS) as FaultKind[],
    attempts: 2,
    strays: false,
    waits: 0,
    pageSize: 100,
    relay: true,
    ...difference,
  };
}

export interface KnownEvent {
  readonly letter: string;
  readonly row: string;
  readonly alerts: boolean;
  /** Whether DynamoDB takes it. */
  readonly storable: boolean;
  /** Whether SNS takes its alert. */
  readonly publishable: boolean;
}

const TIME = 1_748_811_473;

/** The events of all scenarios. */
const EVENTS: ReadonlyMap<string, KnownEvent> = new Map(
  [
    { letter: "A", alerts: true },
    { letter: "B", alerts: true },
    { letter: "N", alerts: false },
    { letter: "P", alerts: true, storable: false },
    { letter: "S", alerts: true, publishable: false },
  ].map((event) => [
    event.letter,
    { storable: true, publishable: true, row: toRow(event.letter), ...event },
  ]),
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

function toEntry(letter: string) {
  const event = letter === "N" ? "PIN_CHANGED" : "PIN_RESET_REQUEST";
  const value = { display_phone_number: `1555078388${letter.charCodeAt(0)}`, event };
  const changes = [{ field: "security", value }];
  return { id: "102290129340398", time: TIME, changes, valuesMissing: false };
}

function toRow(letter: string): string {
  const entry = toEntry(letter);
  const receipt = { receivedAt: 0, appSecretIndex: 0 };
  const event = toSecurityEvent(entry, entry.changes[0] ?? { field: "" }, receipt);
  return `${event.wabaId}/${event.eventKey}`;
}

const requests = new Map<string, unknown>();

/** A delivery as API Gateway hands it over; every event in an entry of its own. */
export function toRequest(letters: string): unknown {
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
