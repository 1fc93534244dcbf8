import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toStoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
import { createDynamoDB, createSns } from "../../../lambda/shared/clients.ts";
import { METRIC } from "../../../lambda/shared/metric-names.ts";
import {
  APP_SECRET,
  entry,
  META_EXAMPLE,
  newWabaId,
  payload,
  resetRequest,
  securityChange,
  sign,
} from "../../support/builders.ts";
import { postOf, startWorld, type World } from "../../support/world.ts";

const MINUTE = 60_000;

/** A port where nothing listens. */
const NOBODY = {
  endpoint: "http://127.0.0.1:9",
  region: "us-east-1",
  credentials: { accessKeyId: "x", secretAccessKey: "x" },
};

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

type Metrics = Record<string, unknown>;
type Line = Readonly<Record<string, unknown>>;

/** What a line counts: exactly the metrics that its own directive names. */
function metricsOf(line: Line): Metrics {
  const { CloudWatchMetrics = [] } = (line._aws ?? {}) as {
    CloudWatchMetrics?: { Metrics: { Name: string }[] }[];
  };
  const names = CloudWatchMetrics.flatMap((directive) => directive.Metrics.map(({ Name }) => Name));
  return Object.fromEntries(names.map((name) => [name, line[name]]));
}

function changesOf(count: number, difference: object = {}) {
  return Array.from({ length: count }, (_, index) =>
    securityChange(resetRequest({ requester: String(index), ...difference })),
  );
}

function deliveryOf(event: string, difference: object = {}): string {
  return payload(entry({ changes: [securityChange(resetRequest({ event }))], ...difference }));
}

/** The form of an alert that was just told, sent with this answer. */
async function answerTo(wabaId: string, answer: string, fn: Pick<World, "send"> = world) {
  const [item = {}] = await world.itemsOf(wabaId);
  await fn.send({
    rawPath: "/incident",
    rawQueryString: toLinkQuery(toStoredAlert(item)),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ name: "Ada", answer }).toString(),
    requestContext: { http: { method: "POST", sourceIp: "203.0.113.7" } },
  });
}

/** The real engine, which loses what this update would have changed. */
function withoutUpdate(part: string): Pick<World, "dynamodb"> {
  const send = (command: { input: { UpdateExpression?: string } }) =>
    command.input.UpdateExpression?.includes(part)
      ? Promise.reject(new Error("no"))
      : world.dynamodb.send(command as never);
  return { dynamodb: { send } as unknown as World["dynamodb"] };
}

interface Situation {
  /** What happens; its last line is looked at. */
  readonly act: () => Promise<unknown>;
  readonly level: "INFO" | "WARN" | "ERROR";
  readonly message: string;
  readonly metrics: Metrics;
}

const TOLD = {
  DeliveryAccepted: 1,
  EventStored: 1,
  ResetRequestStored: 1,
  AlertPublished: 1,
  IncidentOpened: 1,
  MatchedSecretIndex: [0],
  AlertLatency: [0],
};

const accepted = { level: "INFO", message: "delivery accepted" } as const;
const relayed = { level: "INFO", message: "outbox relayed" } as const;
const refused = { level: "WARN", message: "request rejected" } as const;

const SITUATIONS: Readonly<Record<string, Situation>> = {
  "a reset request is told": {
    act: () => world.deliver(payload(entry())),
    ...accepted,
    metrics: TOLD,
  },
  "a completed reset is told": {
    act: () => world.deliver(deliveryOf("PIN_REQUEST_SUCCESS")),
    ...accepted,
    metrics: { ...without(TOLD, "ResetRequestStored"), RequestSuccessStored: 1 },
  },
  "an alert takes 1.5 seconds": {
    act: () => {
      const sns = {
        async send(command: never) {
          world.clock.now += 1_500;
          return world.sns.send(command);
        },
      } as unknown as World["sns"];
      return world.functionWith({ sns }).deliver(payload(entry()));
    },
    ...accepted,
    metrics: { ...TOLD, AlertLatency: [1_500] },
  },
  "a changed PIN is stored": {
    act: () => world.deliver(deliveryOf("PIN_CHANGED")),
    ...accepted,
    metrics: {
      DeliveryAccepted: 1,
      EventStored: 1,
      PinChangedStored: 1,
      MatchedSecretIndex: [0],
    },
  },
  "an event of an unknown name is stored": {
    act: () => world.deliver(deliveryOf("PIN_TELEPORTED")),
    ...accepted,
    metrics: {
      DeliveryAccepted: 1,
      EventStored: 1,
      UnknownEventStored: 1,
      MatchedSecretIndex: [0],
    },
  },
  "Meta's test is told, and opens no incident": {
    act: () => world.deliver(deliveryOf("PIN_CHANGED", { id: "0" })),
    ...accepted,
    metrics: {
      DeliveryAccepted: 1,
      EventStored: 1,
      PinChangedStored: 1,
      TestEventStored: 1,
      AlertPublished: 1,
      MatchedSecretIndex: [0],
      AlertLatency: [0],
    },
  },
  "the same delivery comes again": {
    async act() {
      const body = payload(entry());
      await world.deliver(body);
      await world.deliver(body);
    },
    ...accepted,
    metrics: { DeliveryAccepted: 1, EventDuplicate: 1, MatchedSecretIndex: [0] },
  },
  "values are missing": {
    act: () => world.deliver(payload({ id: newWabaId(), time: 1, changed_fields: ["security"] })),
    ...accepted,
    metrics: {
      DeliveryAccepted: 1,
      EventStored: 1,
      UnknownEventStored: 1,
      ValuesMissing: 1,
      MatchedSecretIndex: [0],
    },
  },
  "another field and two malformed entries come with a reset request": {
    act: () =>
      world.deliver(
        payload(null, 7, entry({ changes: [{ field: "messages" }, securityChange()] })),
      ),
    level: "ERROR",
    message: "delivery accepted",
    metrics: { ...TOLD, FieldIgnored: 1, ChangeQuarantined: 2 },
  },
  "six reset requests come in one delivery": {
    act: () => world.deliver(payload(entry({ changes: changesOf(6) }))),
    ...accepted,
    metrics: {
      DeliveryAccepted: 1,
      EventStored: 6,
      ResetRequestStored: 6,
      AlertPublished: 6,
      DigestPublished: 1,
      IncidentOpened: 6,
      MatchedSecretIndex: [0],
      AlertLatency: [0, 0, 0, 0, 0, 0],
    },
  },
  "a sixth reset request comes within a minute": {
    async act() {
      for (let count = 0; count < 6; count += 1) await world.deliver(payload(entry()));
    },
    ...accepted,
    metrics: {
      DeliveryAccepted: 1,
      EventStored: 1,
      ResetRequestStored: 1,
      AlertPaced: 1,
      MatchedSecretIndex: [0],
    },
  },
  "the second of two app secrets matches": {
    act() {
      const text = JSON.stringify({ verifyToken: "t", appSecrets: ["a".repeat(32), APP_SECRET] });
      return world.functionWith({ readSecret: async () => text }).deliver(payload());
    },
    ...accepted,
    metrics: { DeliveryAccepted: 1, MatchedSecretIndex: [1] },
  },
  "SNS takes nothing": {
    act: () => world.functionWith({ sns: createSns(NOBODY) }).deliver(payload(entry())),
    level: "ERROR",
    message: "delivery accepted",
    metrics: {
      DeliveryAccepted: 1,
      EventStored: 1,
      ResetRequestStored: 1,
      AlertPublishFailed: 1,
      MatchedSecretIndex: [0],
    },
  },
  "an alert is told and cannot be marked": {
    act: () => world.functionWith(withoutUpdate("alertMessageId")).deliver(payload(entry())),
    level: "ERROR",
    message: "delivery accepted",
    metrics: { ...without(TOLD, "IncidentOpened"), RelayFailed: 1 },
  },
  "DynamoDB takes nothing": {
    act: () => world.functionWith({ dynamodb: createDynamoDB(NOBODY) }).deliver(payload(entry())),
    level: "ERROR",
    message: "delivery failed",
    metrics: { EventStoreFailed: 1, DeliveryFailed: 1, MatchedSecretIndex: [0] },
  },
  "no time is left to store": {
    act: () => world.deliverWithin(payload(entry()), 2_999),
    level: "ERROR",
    message: "delivery failed",
    metrics: { DeliveryFailed: 1, MatchedSecretIndex: [0] },
  },
  "nothing is signed": {
    act: () => world.send(postOf(META_EXAMPLE, undefined)),
    ...refused,
    metrics: { SignatureMalformed: 1 },
  },
  "Meta signs with another secret": {
    act: () => world.deliver(META_EXAMPLE, "f".repeat(32)),
    ...refused,
    metrics: { SignatureMismatch: 1 },
  },
  "a stranger signs something else": {
    act: () => world.send(postOf('{"object":"page"}', sign("x"))),
    ...refused,
    metrics: { ForeignSignatureMismatch: 1 },
  },
  "a signed body is no payload": {
    act: () => world.deliver("{"),
    ...refused,
    metrics: { PayloadRejected: 1 },
  },
  "a body is too large": {
    act: () => world.deliver("x".repeat(4 * 1024 * 1024 + 1)),
    ...refused,
    metrics: { SizeRejected: 1 },
  },
  "a handshake has another token": {
    act: () => world.send({ rawPath: "/webhook", requestContext: { http: { method: "GET" } } }),
    ...refused,
    metrics: { HandshakeRejected: 1 },
  },
  "another path is asked for": {
    act: () => world.send({ rawPath: "/", requestContext: { http: { method: "GET" } } }),
    ...refused,
    metrics: {},
  },
  "the secret holds no app secret": {
    act: () =>
      world.functionWith({ readSecret: async () => '{"verifyToken":"t"}' }).deliver(payload()),
    level: "ERROR",
    message: "request rejected",
    metrics: { SecretUnavailable: 1 },
  },
  "nothing is pending": {
    act: () => world.tick(),
    ...relayed,
    metrics: { RelayRun: 1 },
  },
  "two alerts have waited three minutes": {
    async act() {
      const down = world.functionWith({ sns: createSns(NOBODY) });
      await down.deliver(payload(entry()));
      world.clock.now += MINUTE;
      await down.deliver(payload(entry()));
      world.clock.now += 2 * MINUTE;
      await world.tick();
    },
    ...relayed,
    metrics: {
      RelayRun: 1,
      OutboxSize: [2],
      OutboxAge: [180],
      AlertPublished: 2,
      IncidentOpened: 2,
      AlertLatency: expect.toSatisfy((each) => `${[...each].sort()}` === "120000,180000"),
    },
  },
  "an alert is repeated that nobody has answered": {
    async act() {
      await world.deliver(payload(entry()));
      world.clock.now += 5 * MINUTE + 1;
      await world.tick();
    },
    ...relayed,
    metrics: { RelayRun: 1, RepeatPublished: 1, OpenIncidents: [1], UnansweredMinutes: [5] },
  },
  "the outbox cannot be read": {
    act: () =>
      world
        .functionWith({ dynamodb: createDynamoDB(NOBODY) })
        .tick()
        .catch(() => {}),
    level: "ERROR",
    message: "outbox relayed",
    metrics: { RelayFailed: 1 },
  },
  "somebody answers after seven minutes": {
    async act() {
      const id = newWabaId();
      await world.deliver(payload(entry({ id })));
      world.clock.now += 7 * MINUTE;
      await answerTo(id, "handling");
    },
    level: "INFO",
    message: "incident answered",
    metrics: { IncidentAcknowledged: 1, AcknowledgementMinutes: [7] },
  },
  "an answer cannot be stored": {
    async act() {
      const id = newWabaId();
      await world.deliver(payload(entry({ id })));
      await answerTo(id, "handling", world.functionWith(withoutUpdate("answers")));
    },
    level: "ERROR",
    message: "incident failed",
    metrics: { IncidentFailed: 1 },
  },
};

function without(metrics: Metrics, name: string): Metrics {
  return Object.fromEntries(Object.entries(metrics).filter(([each]) => each !== name));
}

/** Days later nothing that was told before is open, due or paced. */
async function settle(): Promise<void> {
  world.clock.now += 72 * 60 * MINUTE;
  for (let ticks = 0; ticks < 4; ticks += 1) {
    await world.tick();
    world.clock.now += 2 * MINUTE;
  }
}

describe("what is counted, exactly", () => {
  test.each(Object.entries(SITUATIONS))("when %s", async (_, { act, level, message, metrics }) => {
    await settle();
    await act();
    const line = world.lastLine();
    expect(metricsOf(line), "the line counts this, and nothing else").toEqual(metrics);
    expect(line).toMatchObject({ level, message, requestId: expect.stringMatching(/^[\w-]{36}$/) });
    const isError = level === "ERROR" && message !== "request rejected";
    expect("failures" in line, "reasons stand in error lines, and in no other").toBe(isError);
  });

  test("covers every metric that the function has", () => {
    const named = new Set(Object.values(SITUATIONS).flatMap(({ metrics }) => Object.keys(metrics)));
    expect([...named].sort(), "each metric has a situation above").toEqual(emitted().sort());
  });
});

/** The metrics that the webhook function's own code names. */
function emitted(): string[] {
  const lambda = join(import.meta.dirname, "../../../lambda");
  const code = ["webhook", "outbox", "incident"]
    .flatMap((folder) => readdirSync(join(lambda, folder)).map((name) => join(folder, name)))
    .map((path) => readFileSync(join(lambda, path), "utf8"))
    .join("\n");
  const keys = Object.entries(METRIC).filter(([key]) => code.includes(`METRIC.${key}`));
  return keys.map(([, name]) => name);
}
