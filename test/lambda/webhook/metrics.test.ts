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

/** What a line counts: exactly the metrics that its own directive names. */
function toCounts(line: Readonly<Record<string, unknown>>): string {
  const { CloudWatchMetrics = [] } = (line._aws ?? {}) as {
    CloudWatchMetrics?: { Metrics: { Name: string }[] }[];
  };
  const names = CloudWatchMetrics.flatMap((directive) => directive.Metrics.map(({ Name }) => Name));
  const toText = (value: unknown) => (Array.isArray(value) ? `[${value.sort()}]` : value);
  return names.map((name) => `${name} ${toText(line[name])}`).join(", ");
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

/** What happens before the last line is written. */
const SITUATIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  "a reset request is published": () => world.deliver(payload(entry())),
  "a completed reset is published": () => world.deliver(deliveryOf("PIN_REQUEST_SUCCESS")),
  "a changed PIN is stored": () => world.deliver(deliveryOf("PIN_CHANGED")),
  "an event of an unknown name is stored": () => world.deliver(deliveryOf("PIN_TELEPORTED")),
  "Meta's test is published, and opens no incident": () =>
    world.deliver(deliveryOf("PIN_CHANGED", { id: "0" })),
  "the same delivery comes again, with an event twice": async () => {
    const one = entry();
    await world.deliver(payload(one));
    await world.deliver(payload(one, one));
  },
  "values are missing": () =>
    world.deliver(payload({ id: newWabaId(), time: 1, changed_fields: ["security"] })),
  "six reset requests come in one delivery": () =>
    world.deliver(payload(entry({ changes: changesOf(6) }))),
  "a sixth reset request comes within a minute": async () => {
    for (let count = 0; count < 6; count += 1) await world.deliver(payload(entry()));
  },
  "the second of two app secrets matches": () => {
    const text = JSON.stringify({ verifyToken: "t", appSecrets: ["a".repeat(32), APP_SECRET] });
    return world.functionWith({ readSecret: async () => text }).deliver(payload());
  },
  "another field and two malformed entries come with a reset request": () => {
    const changes = [{ field: "messages" }, securityChange()];
    return world.deliver(payload(null, 7, entry({ changes })));
  },
  "SNS takes nothing": () => withoutSns.deliver(payload(entry())),
  "an alert is published and cannot be marked": () =>
    world.functionWith(withoutUpdate("alertMessageId")).deliver(payload(entry())),
  "DynamoDB takes nothing": () => withoutTable.deliver(payload(entry())),
  "no time is left to store": () => world.deliverWithin(payload(entry()), 2_999),
  "nothing is signed": () => world.send(postOf(META_EXAMPLE, undefined)),
  "Meta signs with another secret": () => world.deliver(META_EXAMPLE, "f".repeat(32)),
  "a stranger signs something else": () => world.send(postOf('{"object":"page"}', sign("x"))),
  "a signed body is no payload": () => world.deliver("{"),
  "a body is too large": () => world.deliver("x".repeat(4 * 1024 * 1024 + 1)),
  "a handshake has another token": () => get("/webhook"),
  "another path is asked for": () => get("/"),
  "a link is none": () => get("/incident"),
  "a handshake has the token": () =>
    get("/webhook", `hub.mode=subscribe&hub.challenge=1&hub.verify_token=${VERIFY_TOKEN}`),
  "the secret holds no app secret": () =>
    world.functionWith({ readSecret: async () => '{"verifyToken":"t"}' }).deliver(payload()),
  "nothing is pending": () => world.tick(),
  "two alerts have waited three minutes": async () => {
    await withoutSns.deliver(payload(entry()));
    world.clock.now += MINUTE;
    await withoutSns.deliver(payload(entry()));
    world.clock.now += 2 * MINUTE;
    await world.tick();
  },
  "an alert is repeated that nobody has answered": async () => {
    await world.deliver(payload(entry()));
    world.clock.now += 5 * MINUTE + 1;
    await world.tick();
  },
  "the outbox cannot be read": () => withoutTable.tick().catch(() => {}),
  "somebody looks at the page": () => useLink(),
  "somebody sends a form without a name": () => useLink({ answer: "handling" }),
  "somebody answers after seven minutes": () => useLink({ name: "Ada", answer: "handling" }),
  "an answer cannot be stored": () => {
    const failing = world.functionWith(withoutUpdate("answers"));
    return useLink({ name: "Ada", answer: "handling" }, failing);
  },
};

describe("what is counted, exactly", () => {
  test.each(Object.entries(SITUATIONS))("when %s", async (_, act) => {
    await act();
    const line = world.lastLine();
    expect(`${line.level} ${line.message}: ${toCounts(line)}`).toMatchSnapshot();
    expect(line.requestId).toMatch(/^[\w-]{36}$/);
    const isError = line.level === "ERROR" && line.message !== "request rejected";
    expect("failures" in line, "reasons stand in error lines, and in no other").toBe(isError);
  });
});
