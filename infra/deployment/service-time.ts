import type { Deployment } from "./deployment.ts";

/**
 * `now` by DynamoDB's clock, which the SDK compares with this computer's at every answer: a confirmed
 * answer that is stamped ahead would count as later than an event that comes meanwhile.
 */
export function toServiceTime({ dynamodb }: Pick<Deployment, "dynamodb">, now: number): number {
  const { systemClockOffset } = dynamodb.config;
  return Math.abs(systemClockOffset) < MINUTE_MS ? now : now + systemClockOffset;
}

/** Dates of HTTP have whole seconds, and an answer is on its way for some. */
const MINUTE_MS = 60_000;
