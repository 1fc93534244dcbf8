import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RotateOptions, rotate } from "../../../infra/commands/rotate-secret/rotate.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import {
  APP_ID,
  type OperatorWorld,
  STACK,
  startOperatorWorld,
  WABA,
} from "../../support/operator-world.ts";
import { createTestTerminal } from "../../support/terminal.ts";

const HOUR = 3_600_000;
/** Each test has a time of its own, so that none sees another's events. */
let start = Date.parse("2026-01-01T00:00:00Z");
let world: OperatorWorld;

beforeAll(async () => {
  world = await startOperatorWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  start += 30 * 24 * HOUR;
  world.reset();
  world.secretText = toText(OLD_APP_SECRET);
});

function toText(...appSecrets: string[]): string {
  return JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
}

function secrets(): string[] {
  return JSON.parse(world.secretText).appSecrets;
}

function run(
  difference: Partial<RotateOptions> = {},
  now = start,
  terminal = createTestTerminal(),
  env: Record<string, string> = { WHATSAPP_APP_SECRET: APP_SECRET },
) {
  const options: RotateOptions = {
    data: world.data,
    appId: APP_ID,
    graphUrl: world.graph.url,
    graphVersion: "v25.0",
    keep: 24 * HOUR,
    yes: true,
    ...difference,
  };
  return rotate({ options, env, terminal, now }).then((code) => ({ code, terminal }));
}

/** Stores an event that Meta, or a drill, sent at this time. */
async function receive(at: number, appSecretIndex: number, requester = "1000") {
  const client = createDynamoDB({ endpoint: world.dynamodbEndpoint });
  await createEventTable({ client, tableName: world.tableName }).record({
    wabaId: WABA,
    eventKey: `${at}#${appSecretIndex}${requester}`,
    event: "PIN_CHANGED",
    requester,
    time: Math.floor(at / 1000),
    receivedAt: new Date(at).toISOString(),
    test: false,
    appSecretIndex,
  });
}

describe("a rotation", () => {
  test("saves the new app secret first, keeps the old, and takes it away at last", async () => {
    const { terminal } = await run();
    expect(secrets()).toEqual([APP_SECRET, OLD_APP_SECRET]);
    expect(terminal.text()).toContain("both app secrets are accepted");
    await receive(start + HOUR, 1);
    await receive(start + 2 * HOUR, 0);
    const later = await run({}, start + 3 * HOUR);
    expect(later.terminal.text()).toMatch(/new secret {3}1 match, last 1 hour ago/);
    expect(later.terminal.text()).toMatch(/old secret {3}1 match, last 2 hours ago/);
    expect(later.terminal.text()).toContain("Next, in 21 hours, at");
    const { code } = await run({ finish: true }, start + 25 * HOUR);
    expect(code).toBe(0);
    expect(JSON.parse(world.secretText)).toEqual(JSON.parse(toText(APP_SECRET)));
    const again = await run({ finish: true }, start + 26 * HOUR);
    expect(again.terminal.text()).toBe("No rotation is under way.");
  });

  test("takes away none but the one that it replaced", async () => {
    const third = "11111111111111111111111111111111";
    world.secretText = toText(third, OLD_APP_SECRET);
    await expect(run()).rejects.toThrow("2 app secrets are saved");
    await run({ replaces: 2 });
    expect(secrets()).toEqual([APP_SECRET, third, OLD_APP_SECRET]);
    await run({ finish: true, force: true });
    expect(secrets()).toEqual([APP_SECRET, third]);
  });

  test("asks the operator which one goes, and for consent", async () => {
    const third = "11111111111111111111111111111111";
    world.secretText = toText(third, OLD_APP_SECRET);
    const terminal = createTestTerminal(APP_SECRET, "1", false);
    await expect(run({ yes: false }, start, terminal, {})).rejects.toThrow("Nothing was changed.");
    expect(secrets()).toEqual([third, OLD_APP_SECRET]);
    expect(terminal.questions).toHaveLength(3);
  });

  test("reads deliveries soon after the change as neither, and drills not at all", async () => {
    await run();
    await receive(start + 60_000, 0);
    await receive(start + HOUR, 0, "drill-1a2b3c4d");
    const { terminal } = await run({ json: true }, start + 2 * HOUR);
    expect(JSON.parse(terminal.out.join(""))).toMatchObject({
      state: "under way",
      deliveries: { matchedNew: 0, matchedOld: 0, unsure: 1 },
    });
  });

  test("learns from the metric of deliveries that store nothing", async () => {
    await run({ stack: STACK });
    world.aws.metrics.MatchedSecretIndex = [[0, 4]];
    const { terminal } = await run({ stack: STACK }, start + 2 * HOUR);
    expect(terminal.text()).toContain("old secret   4 matches");
  });
});

describe("a rotation that must not go on", () => {
  const refuses = async (attempt: Promise<unknown>, message: string) => {
    const before = world.secretText;
    await expect(attempt).rejects.toThrow(message);
    expect(world.secretText).toBe(before);
  };

  test("stops at a new secret that is not the app's, or has another form", async () => {
    const other = { WHATSAPP_APP_SECRET: "11111111111111111111111111111111" };
    await refuses(run({}, start, undefined, other), "This is not the app secret of app");
    const broken = { WHATSAPP_APP_SECRET: `${APP_SECRET}\n` };
    await refuses(run({}, start, undefined, broken), "ends in a line break");
  });

  test("stops where nothing is new, or nothing was set", async () => {
    world.secretText = toText(APP_SECRET);
    await refuses(run(), "This app secret is the first already");
    world.secretText = toText();
    await refuses(run(), "No app secret is set yet");
  });

  test("keeps the old one until its time is up", async () => {
    await run();
    await refuses(run({ finish: true }, start + HOUR), "is kept for 23 hours more");
  });

  test("keeps the old one while deliveries match it", async () => {
    await run();
    await receive(start + 2 * HOUR, 0);
    await receive(start + 24 * HOUR, 1);
    await refuses(run({ finish: true }, start + 25 * HOUR), "a delivery matched it 1 hour ago");
  });

  test("keeps the old one until a delivery matched the new", async () => {
    await run();
    await refuses(run({ finish: true }, start + 25 * HOUR), "No delivery has matched the new");
  });

  test("never removes the last one, whatever is forced", async () => {
    const rotation = {
      startedAt: new Date(start).toISOString(),
      keepUntil: "",
      retiring: APP_SECRET,
    };
    const verifyToken = VERIFY_TOKEN;
    world.secretText = JSON.stringify({ verifyToken, appSecrets: [APP_SECRET], rotation });
    await refuses(
      run({ finish: true, force: true }),
      "No app secret of the right form would be left",
    );
  });
});

test("no secret is ever shown", async () => {
  const { terminal } = await run();
  const { terminal: done } = await run({ finish: true, force: true, json: true });
  for (const secret of [APP_SECRET, OLD_APP_SECRET]) {
    expect(terminal.text() + done.text()).not.toContain(secret);
  }
});
