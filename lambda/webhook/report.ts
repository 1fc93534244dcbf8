import type { Invocation } from "../shared/invocation.ts";
import type { Log, MetricName } from "../shared/log.ts";
import { METRIC } from "../shared/metric-names.ts";
import type { FailureReason, Outcome, RejectionReason } from "./delivery.ts";

export interface Reporter {
  outcome(outcome: Outcome, invocation: Invocation): void;
  /** `counted`: whether the outbox was read to its end. */
  tick(invocation: Invocation, counted: "all" | "at least"): void;
}

export interface ReporterDeps {
  readonly log: Log;
  readonly now: () => number;
}

/** Anybody can send many requests: above this rate, 100 refusals share one line of the log. */
const LINES_PER_MINUTE = 30;
const FOLD = 100;

type RefusalReason = RejectionReason | FailureReason;

/** Writes one line an outcome; refusals beyond a rate share a line that carries their count. */
export function createReporter({ log, now }: ReporterDeps): Reporter {
  const held = new Map<RefusalReason, number>();
  const lines = new Map<RefusalReason, number>();
  let minute = 0;

  function writeRefusal(reason: RefusalReason, count: number, requestId: string): void {
    held.delete(reason);
    const fields = { requestId, reason, count };
    const metric = REFUSAL_METRIC[reason];
    const metrics = metric === undefined ? {} : { [metric]: count };
    const level = reason === "secret" ? "ERROR" : "WARN";
    log.write({ level, message: "request rejected", fields, metrics });
  }

  function refuse(reason: RefusalReason, { requestId }: Invocation): void {
    const thisMinute = Math.floor(now() / 60_000);
    if (thisMinute !== minute) lines.clear();
    minute = thisMinute;
    const count = (held.get(reason) ?? 0) + 1;
    held.set(reason, count);
    const written = lines.get(reason) ?? 0;
    if (written >= LINES_PER_MINUTE && count < FOLD && reason !== "payload") return;
    lines.set(reason, written + 1);
    writeRefusal(reason, count, requestId);
  }

  function write(message: string, { requestId, metrics }: Invocation, more: object = {}): void {
    const hasFailures = Object.keys(metrics.reasons).length > 0;
    log.write({
      level: hasFailures ? "ERROR" : "INFO",
      message,
      fields: { requestId, ...more, ...(hasFailures && { failures: metrics.reasons }) },
      metrics: metrics.values,
    });
  }

  return {
    outcome(outcome, invocation) {
      const { metrics } = invocation;
      switch (outcome.kind) {
        case "confirmed":
          return write("subscription confirmed", invocation);
        case "accepted":
          metrics.add(METRIC.accepted);
          return write("delivery accepted", invocation);
        case "rejected":
          return refuse(outcome.reason, invocation);
        case "failed":
          if (outcome.reason === "secret") return refuse(outcome.reason, invocation);
          if (outcome.reason === "incident") return write("incident failed", invocation);
          metrics.addFailure(METRIC.deliveryFailed, outcome.reason);
          return write("delivery failed", invocation);
        default:
          return write(outcome.kind, invocation);
      }
    },
    tick(invocation, counted) {
      for (const [reason, count] of held) writeRefusal(reason, count, invocation.requestId);
      write("outbox relayed", invocation, counted === "at least" ? { counted } : {});
    },
  };
}

const REFUSAL_METRIC: Readonly<Partial<Record<RefusalReason, MetricName>>> = {
  handshake: METRIC.handshakeRejected,
  "signature malformed": METRIC.signatureMalformed,
  "signature mismatch": METRIC.signatureMismatch,
  "foreign signature mismatch": METRIC.foreignMismatch,
  payload: METRIC.payloadRejected,
  size: METRIC.sizeRejected,
  secret: METRIC.secretUnavailable,
};
