import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import type { Log, MetricName } from "../shared/log.ts";
import { METRIC } from "../shared/names.ts";
import type { Invocation } from "../shared/time-left.ts";
import type { FailureReason, Outcome, RejectionReason } from "./delivery.ts";

export interface Reporter {
  outcome(outcome: Outcome, metrics: InvocationMetrics, invocation: Invocation): void;
  tick(metrics: InvocationMetrics, invocation: Invocation): void;
}

export interface ReporterDeps {
  readonly log: Log;
  readonly now: () => number;
}

/** A stranger's flood must not become a flood of lines: beyond this rate they are folded. */
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

  function refuse(reason: RefusalReason, { awsRequestId }: Invocation): void {
    const thisMinute = Math.floor(now() / 60_000);
    if (thisMinute !== minute) lines.clear();
    minute = thisMinute;
    const count = (held.get(reason) ?? 0) + 1;
    held.set(reason, count);
    const written = lines.get(reason) ?? 0;
    if (written >= LINES_PER_MINUTE && count < FOLD && reason !== "payload") return;
    lines.set(reason, written + 1);
    writeRefusal(reason, count, awsRequestId);
  }

  function write(message: string, metrics: InvocationMetrics, invocation: Invocation): void {
    const hasFailures = Object.keys(metrics.reasons).length > 0;
    log.write({
      level: hasFailures ? "ERROR" : "INFO",
      message,
      fields: {
        requestId: invocation.awsRequestId,
        ...(hasFailures && { failures: metrics.reasons }),
      },
      metrics: metrics.values,
    });
  }

  return {
    outcome(outcome, metrics, invocation) {
      switch (outcome.kind) {
        case "confirmed":
          return write("subscription confirmed", metrics, invocation);
        case "accepted":
          metrics.add(METRIC.accepted);
          return write("delivery accepted", metrics, invocation);
        case "incident shown":
        case "answer invalid":
        case "incident answered":
          return write(outcome.kind, metrics, invocation);
        case "rejected":
          return refuse(outcome.reason, invocation);
        case "failed":
          if (outcome.reason === "secret") return refuse(outcome.reason, invocation);
          if (outcome.reason === "incident") return write("incident failed", metrics, invocation);
          metrics.addFailure(METRIC.deliveryFailed, outcome.reason);
          return write("delivery failed", metrics, invocation);
      }
    },
    tick(metrics, invocation) {
      for (const [reason, count] of held) writeRefusal(reason, count, invocation.awsRequestId);
      write("outbox relayed", metrics, invocation);
    },
  };
}

const REFUSAL_METRIC: Readonly<Partial<Record<RefusalReason, MetricName>>> = {
  handshake: METRIC.handshakeRejected,
  "signature malformed": METRIC.signatureMalformed,
  "signature mismatch": METRIC.signatureMismatch,
  payload: METRIC.payloadRejected,
  size: METRIC.sizeRejected,
  secret: METRIC.secretUnavailable,
};
