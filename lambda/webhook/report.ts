import type { Log, MetricName } from "../shared/log.ts";
import { METRICS } from "../shared/names.ts";
import type { Tally } from "../shared/tally.ts";
import type { Invocation } from "../shared/time-left.ts";
import type { FailureReason, Outcome, RejectionReason } from "./delivery.ts";

const { names } = METRICS;

export interface Reporter {
  outcome(outcome: Outcome, tally: Tally, invocation: Invocation): void;
  tick(tally: Tally, invocation: Invocation): void;
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

  function write(message: string, tally: Tally, invocation: Invocation): void {
    const hasFailures = Object.keys(tally.reasons).length > 0;
    log.write({
      level: hasFailures ? "ERROR" : "INFO",
      message,
      fields: {
        requestId: invocation.awsRequestId,
        ...(hasFailures && { failures: tally.reasons }),
      },
      metrics: tally.metrics,
    });
  }

  return {
    outcome(outcome, tally, invocation) {
      switch (outcome.kind) {
        case "confirmed":
          return write("subscription confirmed", tally, invocation);
        case "accepted":
          tally.add(names.accepted);
          return write("delivery accepted", tally, invocation);
        case "rejected":
          return refuse(outcome.reason, invocation);
        case "failed":
          if (outcome.reason === "secret") return refuse(outcome.reason, invocation);
          tally.fail(names.deliveryFailed, outcome.reason);
          return write("delivery failed", tally, invocation);
      }
    },
    tick(tally, invocation) {
      for (const [reason, count] of held) writeRefusal(reason, count, invocation.awsRequestId);
      write("outbox relayed", tally, invocation);
    },
  };
}

const REFUSAL_METRIC: Readonly<Partial<Record<RefusalReason, MetricName>>> = {
  handshake: names.handshakeRejected,
  "signature malformed": names.signatureMalformed,
  "signature mismatch": names.signatureMismatch,
  payload: names.payloadRejected,
  size: names.sizeRejected,
  secret: names.secretUnavailable,
};
