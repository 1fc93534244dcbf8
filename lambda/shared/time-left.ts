/** The parts of Lambda's context that are used here. */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** With less time left no write is started: the answer must still reach Meta. */
const ANSWER_RESERVE_MS = 3_000;

/** A publish may take two attempts of four seconds; one begun later could die half-way. */
const PUBLISH_RESERVE_MS = 9_000;

export function hasTimeToWrite(invocation: Invocation): boolean {
  return invocation.getRemainingTimeInMillis() >= ANSWER_RESERVE_MS;
}

export function hasTimeToPublish(invocation: Invocation): boolean {
  return invocation.getRemainingTimeInMillis() > PUBLISH_RESERVE_MS;
}
