import { hash } from "node:crypto";
import { DEFAULT_ALERT_EVENTS } from "../../lambda/shared/names.ts";
import { payload } from "../support/builders.ts";
import type { Moment } from "./fault-proxy.ts";
import { toFault } from "./faults.ts";
import { chooseWhole, shuffle } from "./random.ts";

/** Everything that is chosen before anything happens. The same seed, the same plan. */
export interface Plan {
  readonly seed: string;
  readonly events: readonly PlannedEvent[];
  /** What Meta sends, in order: new events in batches, and repeats in other batches. */
  readonly deliveries: readonly Delivery[];
  /** When a function dies, one after another. */
  readonly deaths: readonly Death[];
}

export interface PlannedEvent {
  readonly wabaId: string;
  /** Unix seconds; no two events of a plan share one. */
  readonly time: number;
  readonly event: string;
  readonly displayPhoneNumber: string;
}

export type Delivery = readonly PlannedEvent[];

/** A function is killed at the n-th request to a service that follows on the death before. */
export interface Death {
  readonly afterRequests: number;
  readonly moment: Moment;
}

export interface Size {
  readonly deliveries: number;
  readonly kills: number;
}

export function toPlan(seed: string, { deliveries, kills }: Size): Plan {
  const fresh = Array.from({ length: Math.ceil(deliveries * 0.6) }, (_, index) => {
    const length = chooseWhole(1, 4, seed, "batch", index);
    return Array.from({ length }, (_, place) => toEvent(seed, index * 4 + place));
  });
  const events = fresh.flat();
  const repeats = Array.from({ length: deliveries - fresh.length }, (_, index) => {
    const length = chooseWhole(1, 3, seed, "repeat", index);
    return Array.from({ length }, (_, place) => {
      const picked = chooseWhole(0, events.length - 1, seed, "repeated", index, place);
      return events[picked] as PlannedEvent;
    });
  });
  return {
    seed,
    events,
    deliveries: shuffle([...fresh, ...repeats], seed, "order"),
    deaths: Array.from({ length: kills }, (_, index) => toDeath(seed, index, deliveries / kills)),
  };
}

const START = 1_750_000_000;
/** Meta does not document the last one: it is stored, and alerts nobody. */
const EVENTS = ["PIN_RESET_REQUEST", "PIN_CHANGED", "PIN_REQUEST_SUCCESS", "PIN_VERIFIED"];

function toEvent(seed: string, index: number): PlannedEvent {
  return {
    wabaId: `1022901${String(chooseWhole(0, 49, seed, "account", index)).padStart(8, "0")}`,
    time: START + index,
    event: EVENTS[chooseWhole(0, EVENTS.length - 1, seed, "event", index)] as string,
    displayPhoneNumber: `1555${String(chooseWhole(0, 9_999_999, seed, "number", index))}`,
  };
}

const MOMENTS = ["before the request", "before the answer", "after the answer"] as const;

/** Some three requests a delivery: so the deaths spread over all of them. */
function toDeath(seed: string, index: number, deliveriesEach: number): Death {
  return {
    afterRequests: chooseWhole(1, Math.ceil(5 * deliveriesEach), seed, "death", index),
    moment: MOMENTS[chooseWhole(0, 2, seed, "moment", index)] ?? MOMENTS[0],
  };
}

export function isAlerting({ event }: PlannedEvent): boolean {
  return DEFAULT_ALERT_EVENTS.includes(event);
}

/** The body of a delivery as Meta sends it. */
export function toBody(delivery: Delivery): string {
  const entries = delivery.map(({ wabaId, time, event, displayPhoneNumber }) => {
    const value = { display_phone_number: displayPhoneNumber, event, requester: "61555822107539" };
    return { id: wabaId, time, changes: [{ field: "security", value }] };
  });
  return payload(...entries);
}

/** A few letters that differ when any choice differs: of the plan, and of the faults ahead. */
export function toChoicesMark(plan: Plan): string {
  const faults = Array.from({ length: 50_000 }, (_, index) => [
    toFault(plan.seed, "dynamodb", index),
    toFault(plan.seed, "sns", index),
  ]);
  return hash("sha256", JSON.stringify([plan, faults])).slice(0, 12);
}
