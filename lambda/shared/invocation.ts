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
  /** The same for the claims of one digest, the first of them now: on a slow table they end early. */
  startClaiming(): () => boolean;
}

/** With less time left no write is started: the answer must still reach Meta. */
const ANSWER_RESERVE_MS = 3_000;

/** A publish may take two attempts of four seconds; one begun later could die half-way. */
const PUBLISH_RESERVE_MS = 9_000;

/** Before the publish of a digest its events are claimed, and what their repeats say is read. */
const CLAIM_RESERVE_MS = 13_000;

/** A claim is one request and a repeat's reads are two in turn: all within those four seconds. */
const CLAIMS_MS = 1_300;

/** `budgetSeconds` bounds the time from now on, where Lambda's time-out is longer. */
export function createInvocation(context: LambdaContext, budgetSeconds: number): Invocation {
  const unused = Math.max(0, context.getRemainingTimeInMillis() - budgetSeconds * 1000);
  const left = () => context.getRemainingTimeInMillis() - unused;
  const hasTimeToClaim = () => left() > CLAIM_RESERVE_MS;
  return {
    requestId: context.awsRequestId,
    metrics: createInvocationMetrics(),
    hasTimeToWrite: () => left() >= ANSWER_RESERVE_MS,
    hasTimeToPublish: () => left() > PUBLISH_RESERVE_MS,
    hasTimeToClaim,
    startClaiming() {
      const end = left() - CLAIMS_MS;
      return () => hasTimeToClaim() && left() >= end;
    },
  };
}
