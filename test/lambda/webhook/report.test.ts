import { describe, expect, test } from "vitest";
import { createInvocation, type Invocation } from "../../../lambda/shared/invocation.ts";
import type { LogEntry } from "../../../lambda/shared/log.ts";
import { METRIC } from "../../../lambda/shared/metric-names.ts";
import type { Outcome } from "../../../lambda/webhook/delivery.ts";
import { createReporter } from "../../../lambda/webhook/report.ts";

const MINUTE = 60_000;

/** A reporter whose clock and log are the test's. */
function start() {
  const clock = { now: 29_000_000 * MINUTE };
  const entries: LogEntry[] = [];
  const log = { write: (entry: LogEntry) => void entries.push(entry) };
  const reporter = createReporter({ log, now: () => clock.now });
  return {
    clock,
    ...reporter,
    /** What was written since the last time. */
    take: () => entries.splice(0),
    refuse(outcome: Outcome, times: number) {
      for (let count = 0; count < times; count += 1) reporter.outcome(outcome, invocation());
      return entries.splice(0).map(({ fields }) => fields?.count);
    },
  };
}

function invocation(requestId = "id-1"): Invocation {
  return createInvocation({ awsRequestId: requestId, getRemainingTimeInMillis: () => 15_000 }, 15);
}

const page = "<p>";
const SIZE: Outcome = { kind: "rejected", reason: "size" };

describe("the line of an end that is no refusal", () => {
  test.each<[Outcome, string, object]>([
    [{ kind: "confirmed", challenge: "1" }, "subscription confirmed", {}],
    [{ kind: "accepted" }, "delivery accepted", { DeliveryAccepted: 1 }],
    [{ kind: "incident shown", page }, "incident shown", {}],
    [{ kind: "answer invalid", page }, "answer invalid", {}],
    [{ kind: "incident answered", location: "/" }, "incident answered", {}],
  ])("%j", (outcome, message, metrics) => {
    const report = start();
    report.outcome(outcome, invocation());
    expect(report.take()).toEqual([
      { level: "INFO", message, fields: { requestId: "id-1" }, metrics },
    ]);
  });

  test.each(["table", "time"] as const)("is an error for a delivery that failed: %s", (reason) => {
    const report = start();
    report.outcome({ kind: "failed", reason }, invocation());
    expect(report.take()).toEqual([
      {
        level: "ERROR",
        message: "delivery failed",
        fields: { requestId: "id-1", failures: { DeliveryFailed: [reason] } },
        metrics: { DeliveryFailed: 1 },
      },
    ]);
  });

  test("is an error for a page that failed, with what its step counted", () => {
    const report = start();
    const failed = invocation();
    failed.metrics.addFailure(METRIC.incidentFailed, "Error");
    report.outcome({ kind: "failed", reason: "incident" }, failed);
    expect(report.take()).toEqual([
      {
        level: "ERROR",
        message: "incident failed",
        fields: { requestId: "id-1", failures: { IncidentFailed: ["Error"] } },
        metrics: { IncidentFailed: 1 },
      },
    ]);
  });

  test("carries what the invocation counted, and is an error when something failed", () => {
    const report = start();
    const counted = invocation();
    counted.metrics.add(METRIC.stored, 2);
    counted.metrics.addFailure(METRIC.alertPublishFailed, "Error");
    report.outcome({ kind: "accepted" }, counted);
    expect(report.take()).toEqual([
      {
        level: "ERROR",
        message: "delivery accepted",
        fields: { requestId: "id-1", failures: { AlertPublishFailed: ["Error"] } },
        metrics: { EventStored: 2, AlertPublishFailed: 1, DeliveryAccepted: 1 },
      },
    ]);
  });
});

describe("the line of a refusal", () => {
  test.each([
    ["handshake", { HandshakeRejected: 1 }],
    ["signature malformed", { SignatureMalformed: 1 }],
    ["signature mismatch", { SignatureMismatch: 1 }],
    ["foreign signature mismatch", { ForeignSignatureMismatch: 1 }],
    ["payload", { PayloadRejected: 1 }],
    ["size", { SizeRejected: 1 }],
    ["content type", {}],
    ["link", {}],
    ["method", {}],
    ["incident method", {}],
    ["path", {}],
  ] as const)("names its reason and counts it: %s", (reason, metrics) => {
    const report = start();
    report.outcome({ kind: "rejected", reason }, invocation("id-2"));
    expect(report.take()).toEqual([
      {
        level: "WARN",
        message: "request rejected",
        fields: { requestId: "id-2", reason, count: 1 },
        metrics,
      },
    ]);
  });

  test("is an error where there is no secret", () => {
    const report = start();
    report.outcome({ kind: "failed", reason: "secret" }, invocation());
    expect(report.take()).toEqual([
      {
        level: "ERROR",
        message: "request rejected",
        fields: { requestId: "id-1", reason: "secret", count: 1 },
        metrics: { SecretUnavailable: 1 },
      },
    ]);
  });

  test("counts all that it stands for", () => {
    const report = start();
    report.refuse(SIZE, 129);
    report.outcome(SIZE, invocation());
    expect(report.take()).toMatchObject([
      { fields: { count: 100 }, metrics: { SizeRejected: 100 } },
    ]);
  });
});

describe("many refusals", () => {
  test("have thirty lines in a minute and one for every hundred beyond", () => {
    const report = start();
    expect(report.refuse(SIZE, 30)).toEqual(Array(30).fill(1));
    expect(report.refuse(SIZE, 99)).toEqual([]);
    expect(report.refuse(SIZE, 1)).toEqual([100]);
    expect(report.refuse(SIZE, 199)).toEqual([100]);
  });

  test("begin anew with each minute of the clock, with the held ones in the first line", () => {
    const report = start();
    report.refuse(SIZE, 40);
    report.clock.now += MINUTE - 1;
    expect(report.refuse(SIZE, 1)).toEqual([]);
    report.clock.now += 1;
    expect(report.refuse(SIZE, 31)).toEqual([12, ...Array(29).fill(1)]);
  });

  test("of one reason hold back no other reason", () => {
    const report = start();
    report.refuse(SIZE, 50);
    expect(report.refuse({ kind: "rejected", reason: "path" }, 1)).toEqual([1]);
  });

  test("where there is no secret are folded too", () => {
    const report = start();
    expect(report.refuse({ kind: "failed", reason: "secret" }, 60)).toHaveLength(30);
  });

  test("of signed bodies that were not understood have a line each: Meta may have changed", () => {
    const report = start();
    expect(report.refuse({ kind: "rejected", reason: "payload" }, 200)).toEqual(Array(200).fill(1));
  });
});

describe("the line of a tick", () => {
  test("carries what the relay counted", () => {
    const report = start();
    const relayed = invocation("id-3");
    relayed.metrics.add(METRIC.relayRun);
    report.tick(relayed, "all");
    expect(report.take()).toEqual([
      {
        level: "INFO",
        message: "outbox relayed",
        fields: { requestId: "id-3" },
        metrics: { RelayRun: 1 },
      },
    ]);
  });

  test("says so when the outbox was not read to its end", () => {
    const report = start();
    report.tick(invocation(), "at least");
    expect(report.take()).toMatchObject([{ fields: { requestId: "id-1", counted: "at least" } }]);
  });

  test("comes after those of the refusals that were held, of every reason and once", () => {
    const report = start();
    report.refuse(SIZE, 42);
    report.refuse({ kind: "failed", reason: "secret" }, 33);
    report.tick(invocation("id-4"), "all");
    expect(report.take()).toMatchObject([
      {
        level: "WARN",
        message: "request rejected",
        fields: { requestId: "id-4", reason: "size", count: 12 },
        metrics: { SizeRejected: 12 },
      },
      {
        level: "ERROR",
        message: "request rejected",
        fields: { requestId: "id-4", reason: "secret", count: 3 },
        metrics: { SecretUnavailable: 3 },
      },
      { message: "outbox relayed" },
    ]);
    report.tick(invocation(), "all");
    expect(report.take()).toMatchObject([{ message: "outbox relayed" }]);
  });
});
