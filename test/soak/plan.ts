import { hash } from "node:crypto";
import type { Moment } from "../support/aws-proxy.ts";
import { payload } from "../support/builders.ts";

/** Everything that is chosen before anything happens. The same seed, the same plan. */
export type Plan = ReturnType<typeof toPlan>;
export type PlannedEvent = ReturnType<typeof toEvent>;
export type Delivery = readonly PlannedEvent[];

/** A function is killed at the n-th request to a service that follows on the death before. */
export interface Death {
  readonly afterRequests: number;
  readonly moment: Moment;
}

interface Size {
  readonly deliveries: number;
  readonly kills: number;
}

/** What Meta sends, in order: new events in batches, and repeats in other batches. */
export function toPlan(seed: string, { deliveries, kills }: Size) {
  const fresh = Array.from({ length: Math.ceil(deliveries * 0.6) }, (_, index) => {
    const length = chooseWhole(1, 4, seed, "batch", index);
    return Array.from({ length }, (_, place) => toEvent(seed, index * 4 + place));
  });
  const events = fresh.flat();
  const repeats = Array.from({ length: deliveries - fresh.length }, (_, index) => {
    const length = chooseWhole(1, 3, seed, "repeat", index);
    return Array.from({ length }, (_, place) => pick(events, seed, "repeated", index, place));
  });
  const keyed = [...fresh, ...repeats].map((delivery, index) => ({
    delivery,
    key: choose(seed, "order", index),
  }));
  return {
    seed,
    events,
    deliveries: keyed.sort((a, b) => a.key - b.key).map(({ delivery }) => delivery),
    // Some three requests a delivery: so the deaths spread over all of them.
    deaths: Array.from({ length: kills }, (_, index): Death => {
      const most = Math.ceil((5 * deliveries) / kills);
      const afterRequests = chooseWhole(1, most, seed, "death", index);
      return { afterRequests, moment: pick(MOMENTS, seed, "moment", index) };
    }),
  };
}

const MOMENTS: readonly Moment[] = ["before the request", "before the answer", "after the answer"];

/** Meta does not document the last one: it is stored, and alerts nobody. */
const EVENTS = ["PIN_RESET_REQUEST", "PIN_CHANGED", "PIN_REQUEST_SUCCESS", "PIN_VERIFIED"];

/** No two events of a plan share a time, which is in Unix seconds. */
function toEvent(seed: string, index: number) {
  return {
    wabaId: `1022901${String(chooseWhole(0, 49, seed, "account", index)).padStart(8, "0")}`,
    time: 1_750_000_000 + index,
    event: pick(EVENTS, seed, "event", index),
    displayPhoneNumber: `1555${String(chooseWhole(0, 9_999_999, seed, "number", index))}`,
  };
}

/** The body of a delivery as Meta sends it. */
export function toBody(delivery: Delivery): string {
  const entries = delivery.map(({ wabaId, time, event, displayPhoneNumber }) => {
    const value = { display_phone_number: displayPhoneNumber, event, requester: "61555822107539" };
    return { id: wabaId, time, changes: [{ field: "security", value }] };
  });
  return payload(...entries);
}

export type Service = "dynamodb" | "sns";

/** What can happen to a request on its way, up to this share of all requests. */
const FAULTS = [
  // The connection is cut before the service sees the request.
  ["refuse", 0.02],
  // The service answers that it is asked too often, and does nothing.
  ["throttle", 0.04],
  // The service does it, and the connection is cut before the answer.
  ["cut", 0.07],
  // Nothing is ever answered, and the service sees nothing.
  ["hang", 0.072],
  // The service does it, and nothing is ever answered.
  ["hang after", 0.074],
] as const;

export type Fault = (typeof FAULTS)[number][0];

/** The fault of a service's n-th request, if any. Now and then the service is out for 60 requests. */
export function toFault(seed: string, service: Service, number: number): Fault | undefined {
  if (choose(seed, service, "outage", Math.floor(number / 60)) < 0.04) return "refuse";
  const chance = choose(seed, service, number);
  return FAULTS.find(([, share]) => chance < share)?.[0];
}

/** A few letters that differ when any choice differs: of the plan, and of the faults ahead. */
export function toChoicesMark(plan: Plan): string {
  const faults = Array.from({ length: 50_000 }, (_, index) => [
    toFault(plan.seed, "dynamodb", index),
    toFault(plan.seed, "sns", index),
  ]);
  return hash("sha256", JSON.stringify([plan, faults])).slice(0, 12);
}

type Names = readonly (string | number)[];

/**
 * A number from 0 up to 1, the same for the same names: a choice depends on what it is for, never on
 * when it is made or on what was chosen before.
 */
export function choose(...names: Names): number {
  return Number.parseInt(hash("sha256", names.join(" ")).slice(0, 13), 16) / 2 ** 52;
}

/** A whole number from `from` up to `to`, both included. */
function chooseWhole(from: number, to: number, ...names: Names): number {
  return from + Math.floor(choose(...names) * (to - from + 1));
}

function pick<T>(items: readonly T[], ...names: Names): T {
  return items[chooseWhole(0, items.length - 1, ...names)] as T;
}
