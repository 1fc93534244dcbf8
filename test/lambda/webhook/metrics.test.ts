import { beforeEach, describe, expect, test } from "vitest";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
import {
  APP_SECRET,
  entry,
  META_EXAMPLE,
  newWabaId,
  payload,
  resetRequest,
  securityChange,
  sign,
  VERIFY_TOKEN,
} from "../../support/builders.ts";
import { storedAlert } from "../../support/stored-alerts.ts";
import {
  createMemoryWorld,
  postOf,
  type TestFunction,
  unreachable,
  visitOf,
  type World,
} from "../../support/world.ts";

const MINUTE = 60_000;

let world: World;
let withoutSns: TestFunction;
let withoutTable: TestFunction;

beforeEach(() => {
  world = createMemoryWorld({}, { repeatAfterMinutes: [5, 15] });
  withoutSns = world.functionWith({ sns: unreachable() });
  withoutTable = world.functionWith({ dynamodb: unreachable() });
});

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

function changesOf(count: number) {
  return Array.from({ length: count }, (_, index) =>
    securityChange(resetRequest({ requester: String(index) })),
  );
}

function deliveryOf(event: string, difference: object = {}): string {
  return payload(entry({ changes: [securityChange(resetRequest({ event }))], ...difference }));
}

const get = (rawPath: string, rawQueryString = "") =>
  world.send({ rawPath, rawQueryString, requestContext: { http: { method: "GET" } } });

/** What the link of an alert that is published now does: it is visited, or a form is sent. */
async function useLink(form?: Record<string, string>, fn: Pick<World, "send"> = world) {
  const id = newWabaId();
  await world.deliver(payload(entry({ id })));
  world.clock.now += 7 * MINUTE;
  const [stored = storedAlert()] = await world.storedOf(id);
  await fn.send(visitOf(toLinkQuery(stored), form));
}

/** The table, which loses what this update would have changed. */
function withoutUpdate(part: string): Pick<World, "dynamodb"> {
  const send = (command: { input: { UpdateExpression?: string } }) =>
    command.input.UpdateExpression?.includes(part)
      ? Promise.reject(new Error("no"))
      : world.dynamodb.send(command as never);
  return { dynamodb: { send } as unknown as World["dynamodb"] };
}

const ACCEPTED = { DeliveryAccepted: 1, MatchedSecretIndex: [0] };
const STORED = { ...ACCEPTED, EventStored: 1 };
const PUBLISHED = { AlertPublished: 1, IncidentOpened: 1, AlertLatency: [0] };
const ALERTED = { ...STORED, ...PUBLISHED, ResetRequestStored: 1 };

/** What happens, and what the last line then counts. */
type Situation = readonly [act: () => Promise<unknown>, metrics: Metrics];

/** By the level and the message of that line. */
const SITUATIONS: Readonly<Record<string, Readonly<Record<string, Situation>>>> = {
  "INFO delivery accepted": {
    "a reset request is published": [() => world.deliver(payload(entry())), ALERTED],
    "a completed reset is published": [
      () => world.deliver(deliveryOf("PIN_REQUEST_SUCCESS")),
      { ...STORED, ...PUBLISHED, RequestSuccessStored: 1 },
    ],
    "a changed PIN is stored": [
      () => world.deliver(deliveryOf("PIN_CHANGED")),
      { ...STORED, PinChangedStored: 1 },
    ],
    "an event of an unknown name is stored": [
      () => world.deliver(deliveryOf("PIN_TELEPORTED")),
      { ...STORED, UnknownEventStored: 1 },
    ],
    "Meta's test is published, and opens no incident": [
      () => world.deliver(deliveryOf("PIN_CHANGED", { id: "0" })),
      { ...STORED, PinChangedStored: 1, TestEventStored: 1, AlertPublished: 1, AlertLatency: [0] },
    ],
    "the same delivery comes again, with an event twice": [
      async () => {
        const one = entry();
        await world.deliver(payload(one));
        await world.deliver(payload(one, one));
      },
      { ...ACCEPTED, EventDuplicate: 2 },
    ],
    "values are missing": [
      () => world.deliver(payload({ id: newWabaId(), time: 1, changed_fields: ["security"] })),
      { ...STORED, UnknownEventStored: 1, ValuesMissing: 1 },
    ],
    "six reset requests come in one delivery": [
      () => world.deliver(payload(entry({ changes: changesOf(6) }))),
      {
        ...ACCEPTED,
        EventStored: 6,
        ResetRequestStored: 6,
        AlertPublished: 6,
        DigestPublished: 1,
        IncidentOpened: 6,
        AlertLatency: [0, 0, 0, 0, 0, 0],
      },
    ],
    "a sixth reset request comes within a minute": [
      async () => {
        for (let count = 0; count < 6; count += 1) await world.deliver(payload(entry()));
      },
      { ...STORED, ResetRequestStored: 1, AlertPaced: 1 },
    ],
    "the second of two app secrets matches": [
      () => {
        const text = JSON.stringify({ verifyToken: "t", appSecrets: ["a".repeat(32), APP_SECRET] });
        return world.functionWith({ readSecret: async () => text }).deliver(payload());
      },
      { ...ACCEPTED, MatchedSecretIndex: [1] },
    ],
  },
  "ERROR delivery accepted": {
    "another field and two malformed entries come with a reset request": [
      () => {
        const changes = [{ field: "messages" }, securityChange()];
        return world.deliver(payload(null, 7, entry({ changes })));
      },
      { ...ALERTED, FieldIgnored: 1, ChangeQuarantined: 2 },
    ],
    "SNS takes nothing": [
      () => withoutSns.deliver(payload(entry())),
      { ...STORED, ResetRequestStored: 1, AlertPublishFailed: 1 },
    ],
    "an alert is published and cannot be marked": [
      () => world.functionWith(withoutUpdate("alertMessageId")).deliver(payload(entry())),
      { ...STORED, ResetRequestStored: 1, AlertPublished: 1, AlertLatency: [0], RelayFailed: 1 },
    ],
  },
  "ERROR delivery failed": {
    "DynamoDB takes nothing": [
      () => withoutTable.deliver(payload(entry())),
      { EventStoreFailed: 1, DeliveryFailed: 1, MatchedSecretIndex: [0] },
    ],
    "no time is left to store": [
      () => world.deliverWithin(payload(entry()), 2_999),
      { DeliveryFailed: 1, MatchedSecretIndex: [0] },
    ],
  },
  "WARN request rejected": {
    "nothing is signed": [
      () => world.send(postOf(META_EXAMPLE, undefined)),
      { SignatureMalformed: 1 },
    ],
    "Meta signs with another secret": [
      () => world.deliver(META_EXAMPLE, "f".repeat(32)),
      { SignatureMismatch: 1 },
    ],
    "a stranger signs something else": [
      () => world.send(postOf('{"object":"page"}', sign("x"))),
      { ForeignSignatureMismatch: 1 },
    ],
    "a signed body is no payload": [() => world.deliver("{"), { PayloadRejected: 1 }],
    "a body is too large": [
      () => world.deliver("x".repeat(4 * 1024 * 1024 + 1)),
      { SizeRejected: 1 },
    ],
    "a handshake has another token": [() => get("/webhook"), { HandshakeRejected: 1 }],
    "another path is asked for": [() => get("/"), {}],
    "a link is none": [() => get("/incident"), {}],
  },
  "INFO subscription confirmed": {
    "a handshake has the token": [
      () => get("/webhook", `hub.mode=subscribe&hub.challenge=1&hub.verify_token=${VERIFY_TOKEN}`),
      {},
    ],
  },
  "ERROR request rejected": {
    "the secret holds no app secret": [
      () =>
        world.functionWith({ readSecret: async () => '{"verifyToken":"t"}' }).deliver(payload()),
      { SecretUnavailable: 1 },
    ],
  },
  "INFO outbox relayed": {
    "nothing is pending": [() => world.tick(), { RelayRun: 1 }],
    "two alerts have waited three minutes": [
      async () => {
        await withoutSns.deliver(payload(entry()));
        world.clock.now += MINUTE;
        await withoutSns.deliver(payload(entry()));
        world.clock.now += 2 * MINUTE;
        await world.tick();
      },
      {
        RelayRun: 1,
        OutboxSize: [2],
        OutboxAge: [180],
        AlertPublished: 2,
        IncidentOpened: 2,
        AlertLatency: expect.toSatisfy((each) => `${[...each].sort()}` === "120000,180000"),
      },
    ],
    "an alert is repeated that nobody has answered": [
      async () => {
        await world.deliver(payload(entry()));
        world.clock.now += 5 * MINUTE + 1;
        await world.tick();
      },
      { RelayRun: 1, RepeatPublished: 1, OpenIncidents: [1], UnansweredMinutes: [5] },
    ],
  },
  "ERROR outbox relayed": {
    "the outbox cannot be read": [() => withoutTable.tick().catch(() => {}), { RelayFailed: 1 }],
  },
  "INFO incident shown": {
    "somebody looks at the page": [() => useLink(), {}],
  },
  "INFO answer invalid": {
    "somebody sends a form without a name": [() => useLink({ answer: "handling" }), {}],
  },
  "INFO incident answered": {
    "somebody answers after seven minutes": [
      () => useLink({ name: "Ada", answer: "handling" }),
      { IncidentAcknowledged: 1, AcknowledgementMinutes: [7] },
    ],
  },
  "ERROR incident failed": {
    "an answer cannot be stored": [
      () => {
        const failing = world.functionWith(withoutUpdate("answers"));
        return useLink({ name: "Ada", answer: "handling" }, failing);
      },
      { IncidentFailed: 1 },
    ],
  },
};

const ALL = Object.entries(SITUATIONS).flatMap(([line, situations]) => {
  return Object.entries(situations).map(([name, situation]) => [name, line, ...situation] as const);
});

describe("what is counted, exactly", () => {
  test.each(ALL)("when %s: %s", async (_, expected, act, metrics) => {
    await act();
    const line = world.lastLine();
    expect(metricsOf(line), "the line counts this, and nothing else").toEqual(metrics);
    expect(`${line.level} ${line.message}`).toBe(expected);
    expect(line.requestId).toMatch(/^[\w-]{36}$/);
    const isError = line.level === "ERROR" && line.message !== "request rejected";
    expect("failures" in line, "reasons stand in error lines, and in no other").toBe(isError);
  });
});
