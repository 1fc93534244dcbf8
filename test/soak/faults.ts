import { choose } from "./random.ts";

export type Service = "dynamodb" | "sns";

/** What can happen to a request on its way, and what the application sees of it. */
const FAULTS = {
  refuse: "the connection is cut before the service sees the request",
  throttle: "the service answers that it is asked too often, and does nothing",
  cut: "the service does it, and the connection is cut before the answer",
  hang: "nothing is ever answered, and the service sees nothing",
  "hang after": "the service does it, and nothing is ever answered",
} as const;

export type Fault = keyof typeof FAULTS;

const OUTAGE_REQUESTS = 60;

/** The fault of a service's n-th request, if any. Now and then the service is out for a while. */
export function toFault(seed: string, service: Service, number: number): Fault | undefined {
  const isOut = choose(seed, service, "outage", Math.floor(number / OUTAGE_REQUESTS)) < 0.04;
  if (isOut) return "refuse";
  const chance = choose(seed, service, number);
  if (chance < 0.02) return "refuse";
  if (chance < 0.04) return "throttle";
  if (chance < 0.07) return "cut";
  if (chance < 0.072) return "hang";
  return chance < 0.074 ? "hang after" : undefined;
}
