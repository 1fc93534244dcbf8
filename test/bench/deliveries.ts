import type { HttpEvent } from "../../lambda/shared/http.ts";
import { entry, payload, resetRequest, securityChange, sign } from "../support/builders.ts";
import { postOf } from "../support/world.ts";

/** What one process is asked to do. */
export interface Work {
  readonly posts: readonly HttpEvent[];
  /** Of the relay, after them. */
  readonly ticks: number;
}

/** So many deliveries of so many reset requests, each of a number of its own. */
export function toPosts(posts: number, changes: number): HttpEvent[] {
  return Array.from({ length: posts }, (_, index) => {
    const body = toBody(index * changes, changes);
    return postOf(body, sign(body));
  });
}

/** `changes` reset requests of one account, as Meta batches them. */
function toBody(first: number, changes: number): string {
  const entries = Array.from({ length: changes }, (_, index) => {
    const display_phone_number = String(15_550_000_000 + first + index);
    const change = securityChange(resetRequest({ display_phone_number }));
    return entry({ id: "102290129340398", time: 1_739_321_024 + first + index, changes: [change] });
  });
  return payload(...entries);
}
