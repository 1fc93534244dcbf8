import { createInvocationMetrics, type InvocationMetrics } from "./invocation-metrics.ts";

/** The parts of Lambda's context that are used here. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** What one invocation knows about itself: what it counts, and what it still has time for. */
export interface Invocation {
  readonly requestId: string;
  readonly metrics: InvocationMetrics;
  hasTimeToWrite(): boolean;
  hasTimeToPublish(): boolean;
  /** Whether what is claimed now can still be published. */
  hasTimeToClaim(): boolean;
}

/** With less time left no write is started: the answer must still reach Meta. */
const ANSWER_RESERVE_MS = 3_000;

/** A publish may take two attempts of four seconds; one begun later could die half-way. */
const PUBLISH_RESERVE_MS = 9_000;

/** Claims of a large outbox leave this long for those under way to end. */
const CLAIM_RESERVE_MS = 10_000;

export function createInvocation(context: LambdaContext): Invocation {
  const left = () => context.getRemainingTimeInMillis();
  return {
    requestId: context.awsRequestId,
    metrics: createInvocationMetrics(),
    hasTimeToWrite: () => left() >= ANSWER_RESERVE_MS,
    hasTimeToPublish: () => left() > PUBLISH_RESERVE_MS,
    hasTimeToClaim: () => left() > CLAIM_RESERVE_MS,
  };
}
