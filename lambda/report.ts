import type { FailureReason, Outcome, RejectionReason } from "./delivery.ts";
import type { Log, MetricName } from "./log.ts";
import { METRICS } from "./names.ts";
import type { Invocation } from "./relay.ts";
import type { Tally } from "./tally.ts";

const { names } = METRICS;

export interface Reporter {
  outcome(outcome: Outcome, tally: Tally, invocation: Invocation): void;
  tick(tally: Tally, invocation: Invocation): void;
}

export interface ReporterDeps {
  readonly log: Log;
  readonly now: () => number;
}

/** A flood of refused requests must not become a flood of lines: beyond this they are folded. */
const REJECTIONS_PER_MINUTE = 30;
const FOLD = 100;

/** Writes one line an outcome; refusals beyond a rate share a line that carries their count. */
export function createReporter({ log, now }: ReporterDeps): Reporter {
  const held = new Map<RejectionReason, number>();
  let minute = 0;
  let lines = 0;

  function writeRejection(reason: RejectionReason, count: number, requestId: string): void {
    held.delete(reason);
    const fields = { requestId, reason, count };
    const metrics = REJECTION_METRIC[reason] && { [REJECTION_METRIC[reason]]: count };
    log.write({ level: "WARN", message: "request rejected", fields, ...(metrics && { metrics }) });
  }

  function reject(reason: RejectionReason, { awsRequestId }: Invocation): void {
    const thisMinute = Math.floor(now() / 60_000);
    if (thisMinute !== minute) lines = 0;
    minute = thisMinute;
    const count = (held.get(reason) ?? 0) + 1;
    held.set(reason, count);
    if (lines >= REJECTIONS_PER_MINUTE && count < FOLD) return;
    lines += 1;
    writeRejection(reason, count, awsRequestId);
  }

  function write(message: string, tally: Tally, invocation: Invocation, fields = {}): void {
    const hasFailures = Object.keys(tally.reasons).length > 0;
    log.write({
      level: hasFailures ? "ERROR" : "INFO",
      message,
      fields: {
        requestId: invocation.awsRequestId,
        ...fields,
        ...(hasFailures && { failures: tally.reasons }),
      },
      metrics: tally.metrics,
    });
  }

  return {
    outcome(outcome, tally, invocation) {
      if (outcome.kind === "rejected") return reject(outcome.reason, invocation);
      if (outcome.kind === "confirmed") return write("subscription confirmed", tally, invocation);
      if (outcome.kind === "accepted") {
        tally.add(names.accepted);
        return write("delivery accepted", tally, invocation);
      }
      tally.fail(FAILURE_METRIC[outcome.reason], outcome.reason);
      write("delivery failed", tally, invocation);
    },
    tick(tally, invocation) {
      for (const [reason, count] of held) writeRejection(reason, count, invocation.awsRequestId);
      write("outbox relayed", tally, invocation);
    },
  };
}

const REJECTION_METRIC: Readonly<Partial<Record<RejectionReason, MetricName>>> = {
  handshake: names.handshakeRejected,
  "signature malformed": names.signatureMalformed,
  "signature mismatch": names.signatureMismatch,
  payload: names.payloadRejected,
  size: names.sizeRejected,
};

const FAILURE_METRIC: Readonly<Record<FailureReason, MetricName>> = {
  secret: names.secretUnavailable,
  table: names.deliveryFailed,
  time: names.deliveryFailed,
};
