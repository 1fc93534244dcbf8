import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { createLinkRuns } from "../../../lambda/incident/link-runs.ts";
import type { LinkRunRequest } from "../../../lambda/incident/pin-by-link.ts";
import { createGraph } from "../../../lambda/meta/graph.ts";
import type { StoredSecret } from "../../../lambda/meta/stored-secret.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
import { createRunClaims } from "../../../lambda/protect/claims.ts";
import { newPin } from "../../../lambda/protect/new-pin.ts";
import { openMeta } from "../../../lambda/protect/open-meta.ts";
import { isEnabledFor, parseProtectRequest } from "../../../lambda/protect/request.ts";
import { OUTCOMES } from "../../../lambda/protect/result.ts";
import { serveProtect } from "../../../lambda/protect/serve.ts";
import { type ServeLinkDeps, serveLink } from "../../../lambda/protect/serve-link.ts";
import type { HttpEvent } from "../../../lambda/shared/http.ts";
import { createLog } from "../../../lambda/shared/log.ts";
import {
  APP_SECRET,
  entry,
  newWabaId,
  payload,
  resetRequest,
  securityChange,
} from "../../support/builders.ts";
import { type GraphApi, startGraphApi } from "../../support/graph-api.ts";
import { APP_ID, TOKEN } from "../../support/operator-world.ts";
import { createMemoryWorld, visitOf, type World } from "../../support/world.ts";

const ADDRESS = "https://lambda.example/2015-03-31/functions/watchdog/invocations";
const ALIAS = "arn:aws:lambda:eu-central-1:000000000000:function:watchdog:protect-by-link";
const MINUTE = 60_000;

let world: World;
let graph: GraphApi;
/** What the webhook's function has started the watchdog's with. */
const started: LinkRunRequest[] = [];
/** Every PIN that was stored. */
const pins: string[] = [];

beforeAll(async () => {
  graph = await startGraphApi();
  graph.apps.set(APP_ID, { name: "Security hooks", secret: APP_SECRET });
});
afterAll(() => graph.close());
beforeEach(() => {
  started.length = 0;
  world = createMemoryWorld({
    startLinkRun: async (address, request) => {
      expect(address).toBe(ADDRESS);
      started.push(request);
    },
  });
});

/** Looks for secrets in the log. */
afterEach(() => world.stop());

interface Alerted {
  readonly id: string;
  readonly phone: string;
  readonly query: string;
}

/** A number that was turned off, the same again where one is given, and the link of its alert. */
async function turnOff(event = "PIN_REQUEST_SUCCESS", id = newWabaId()): Promise<Alerted> {
  world.clock.now += 2 * MINUTE;
  const phone = `1555${id.slice(-7)}`;
  const time = Math.floor(world.clock.now / 1000);
  const change = securityChange(resetRequest({ display_phone_number: phone, event }));
  await world.deliver(payload(entry({ id, time, changes: [change] })));
  const numbers = [{ id: `7${id}`, display_phone_number: `+${phone}`, is_pin_enabled: false }];
  graph.accounts.set(id, { apps: [APP_ID], numbers });
  const scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
  graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds: [id] });
  const stored = (await world.storedOf(id)).at(-1);
  if (!stored) throw new Error("The event is not stored");
  return { id, phone, query: toLinkQuery(stored) };
}

async function visit(
  { query }: Alerted,
  form?: Readonly<Record<string, string>>,
  difference: Partial<HttpEvent> = {},
  { send }: Pick<World, "send"> = world,
) {
  const stageVariables = { protectByLink: ADDRESS };
  const result = await send({ ...visitOf(query, form), stageVariables, ...difference });
  const status = result?.statusCode;
  return { status, text: result?.body ?? "", location: result?.headers.location ?? "" };
}

const press = (alerted: Alerted, name = "Ann") => visit(alerted, { name, protect: "now" });

/** Meta as the function finds it with this secret. */
function openWith(secret: Partial<StoredSecret>) {
  const ofGraph = createGraph({ baseUrl: graph.url, version: "v25.0" });
  const meta = { graph: ofGraph, readToken: async () => ({ token: TOKEN, wabaIds: [] }) };
  return openMeta(meta, async () => ({ verifyToken: "", appSecrets: [APP_SECRET], ...secret }));
}

/** What the watchdog's handler gives its function. */
function depsWith(difference: Partial<ServeLinkDeps> = {}): ServeLinkDeps {
  // Of one second the worse counts, and nothing is as fast as this test.
  world.clock.now += 2_000;
  const { dynamodb: client, tableName } = world;
  return {
    isEnabled: true,
    invokedArn: ALIAS,
    openMeta: () => openWith({ appId: APP_ID }),
    pins: { placeOf: (number) => `/pins/${number}`, save: async (_, pin) => pins.push(pin) },
    claims: createRunClaims({ client, tableName }),
    alerts: {
      table: createEventTable({ client, tableName }),
      answers: createAnswerTable({ client, tableName, retentionDays: "unknown" }),
    },
    linkRuns: createLinkRuns({ client, tableName }),
    newPin,
    newToken: randomUUID,
    now: () => world.clock.now,
    pause: async () => {},
    log: createLog({
      writeLine: (line) => world.lines.push(line),
      functionName: "webhook",
      now: () => world.clock.now,
    }),
    ...difference,
  };
}

const run = (request: unknown, difference?: Partial<ServeLinkDeps>) =>
  serveLink(request, depsWith(difference));

const pinOf = ({ id }: Alerted) => graph.accounts.get(id)?.numbers[0]?.pin;

async function itemsOf({ id, phone }: Alerted) {
  const runs = await world.itemsOf("protect");
  return [...(await world.itemsOf(id)), ...runs.filter(({ eventKey }) => eventKey?.S === phone)];
}

describe("the button of an alert's page", () => {
  test("has a PIN set, which is announced by name and address and never shown", async () => {
    const alerted = await turnOff();
    expect((await visit(alerted)).text).toMatch(/<button type="submit" name="protect"/);
    expect(await press(alerted)).toMatchObject({ status: 303, location: /#pin$/ });
    expect((await visit(alerted)).text).toMatch(
      /A new PIN is being set<\/h2>\n<p><bdi>Ann asked for it by link at \d\d:\d\d UTC/,
    );
    expect(started).toHaveLength(1);
    await run(started[0]);
    const line = { level: "INFO", message: "new PIN asked for by link", outcome: "protected" };
    expect(world.lastLine()).toMatchObject(line);
    const pin = String(pinOf(alerted));
    expect(pin).toMatch(/^\d{6}$/);
    expect(pins.at(-1)).toBe(pin);

    const page = (await visit(alerted)).text;
    expect(page).toContain("Two-step verification is on, says Meta.");
    expect(page).toMatch(/<h2 id="pin-title">A new PIN is set<\/h2>/);
    expect(page).toContain("Ann</bdi></strong>: a new PIN is set, asked for by link");
    expect(page).not.toContain('name="protect"');
    await world.tick();
    const [alert] = (await world.alertsOf(alerted.id)).filter(
      ({ document }) => document.kind === "acknowledged",
    );
    expect(alert?.email).toMatch(/"Ann" asked by link for a new PIN, and it is set\./);
    expect(alert?.email).toMatch(/from\s+203\.0\.113\.7/);
    expect(alert?.email.replace(/\s+/g, " ")).toContain("somebody else has the link");
    const said = JSON.stringify([page, alert, world.lines, await itemsOf(alerted)]);
    expect(said).not.toContain(pin);
  });

  test("sets one PIN in ten minutes, also when two press at once, and Lambda delivers twice", async () => {
    const alerted = await turnOff();
    const before = pins.length;
    await Promise.all([press(alerted), press(alerted, "Ben"), press(alerted, "Eve")]);
    expect(started).toHaveLength(1);
    await Promise.all([run(started[0]), run(started[0])]);
    expect(pins.length - before).toBe(1);
    const again = await turnOff("PIN_REQUEST_SUCCESS", alerted.id);
    expect((await visit(again)).text).toMatch(/can be asked for again at \d\d:\d\d UTC/);
    await press(again);
    expect(started).toHaveLength(1);
    world.clock.now += 10 * MINUTE;
    await press(again, "Ben");
    await run(started[1]);
    expect(pins.length - before).toBe(2);
  });

  test("wants a name, and says so", async () => {
    const alerted = await turnOff();
    const { status, text } = await press(alerted, " ");
    expect([status, started.length]).toEqual([400, 0]);
    expect(text).toMatch(/id="pin-error" role="alert">Enter your name\./);
  });

  test.each([
    ["an alert that somebody has ended", "PIN_REQUEST_SUCCESS", { name: "Ann", answer: "planned" }],
    ["a PIN that was changed", "PIN_CHANGED", undefined],
  ])("is not there for %s, and a press does nothing", async (_, event, answer) => {
    const alerted = await turnOff(event);
    if (answer) await visit(alerted, answer);
    expect((await visit(alerted)).text).not.toContain('name="protect"');
    await press(alerted);
    expect(started).toEqual([]);
  });

  test("is not there without the setting, nor does a press do anything", async () => {
    const alerted = await turnOff();
    const without = { stageVariables: {} };
    expect((await visit(alerted, undefined, without)).text).not.toContain("protect=");
    expect((await visit(alerted, { name: "Ann", protect: "now" }, without)).status).toBe(400);
    expect(started).toEqual([]);
  });
});

describe("after a press the page says", () => {
  test.each<[string, (alerted: Alerted) => unknown, Partial<ServeLinkDeps>]>([
    ["why Meta refused, and what to do", () => graph.tokens.get(TOKEN)?.scopes.pop(), {}],
    [
      "that the number is not in the event's account",
      ({ id }) => graph.accounts.set(id, { apps: [APP_ID], numbers: [] }),
      {},
    ],
    ["that no app is named", () => {}, { openMeta: () => openWith({}) }],
    [
      "that no secret is the app's",
      () => {},
      { openMeta: () => openWith({ appId: APP_ID, appSecrets: [] }) },
    ],
    ["that no token is kept", () => {}, { openMeta: async () => undefined }],
  ])("%s, and names no other account", async (_, change, difference) => {
    const alerted = await turnOff();
    graph.tokens.get(TOKEN)?.wabaIds.push("999000999000");
    change(alerted);
    await press(alerted);
    await run(started[0], difference);
    const { text } = await visit(alerted);
    const [, part = ""] = /<section id="pin"[^>]*>(.*?)<\/section>/s.exec(text) ?? [];
    const said = part.replaceAll(alerted.phone, "PHONE").replaceAll(alerted.id, "WABA");
    const words = said.replace(/<[^>]*>|\n/g, " ").replace(/\s+/g, " ");
    expect(words.replace(/\d\d:\d\d UTC/g, "TIME")).toMatchSnapshot();
    expect(text).not.toContain("999000999000");
    expect(pinOf(alerted)).toBeUndefined();
  });

  test("that nothing is known, where the run never ended", async () => {
    const alerted = await turnOff();
    await press(alerted);
    world.clock.now += 5 * MINUTE;
    expect((await visit(alerted)).text).toMatch(/It is not known whether .* No result came\./s);
  });

  test("that it did not work, where the function could not be started; the next press does", async () => {
    const alerted = await turnOff();
    const denied = Object.assign(new Error("Lambda answered 403"), {
      $metadata: { httpStatusCode: 403 },
    });
    const fn = world.functionWith({ startLinkRun: () => Promise.reject(denied) });
    const failed = await visit(alerted, { name: "Ann", protect: "now" }, {}, fn);
    expect(failed.status).toBe(503);
    expect(world.lines.some((line) => line.includes("IncidentFailed"))).toBe(true);
    await press(alerted);
    expect(started).toHaveLength(1);
  });
});

describe("the watchdog's function sets no PIN by link", () => {
  const ask = async () => {
    const alerted = await turnOff();
    await press(alerted);
    return { alerted, request: started.at(-1) as LinkRunRequest };
  };

  test.each<[string, Partial<ServeLinkDeps>]>([
    ["without the setting", { isEnabled: false }],
    ["by the alias for operators", { invokedArn: ALIAS.replace("-by-link", "") }],
    ["by its own name", { invokedArn: ALIAS.replace(":protect-by-link", "") }],
  ])("%s", async (_, difference) => {
    const { alerted, request } = await ask();
    await run(request, difference);
    expect(world.lastLine()).toMatchObject({ level: "WARN", outcome: "not allowed" });
    expect(pinOf(alerted)).toBeUndefined();
  });

  test("of a number that the caller names, or for a wish that nobody has noted", async () => {
    const { alerted, request } = await ask();
    const { protectByLink } = request;
    await run({ protect: { number: alerted.phone, name: "Eve" } });
    await run({ protectByLink: { ...protectByLink, number: "15550000000" } });
    await run({ protectByLink: { ...protectByLink, token: "other" } });
    await run({ protectByLink: { ...protectByLink, eventKey: "other" } });
    const outcomes = world.lines.slice(-4).map((line) => JSON.parse(line).outcome);
    expect(outcomes).toEqual(["malformed", "malformed", "not asked for", "no such event"]);
    expect(pinOf(alerted)).toBeUndefined();
    await run(request);
    expect(pinOf(alerted)).toMatch(/^\d{6}$/);
  });

  test("so late that people have gone on meanwhile", async () => {
    const { alerted, request } = await ask();
    world.clock.now += 3 * MINUTE;
    await run(request);
    expect(pinOf(alerted)).toBeUndefined();
  });
});

describe("the alias for operators", () => {
  const OPERATOR = ALIAS.replace("-by-link", "");
  const WATCHDOG = ALIAS.replace(":protect-by-link", "");

  async function ask(event: unknown, invokedArn: string, difference: Partial<ServeLinkDeps> = {}) {
    const request = parseProtectRequest(event, invokedArn);
    return request && serveProtect(request, depsWith({ invokedArn, ...difference }));
  }

  test("sets a PIN of a number in the name of a person, or says whether it could", async () => {
    const alerted = await turnOff();
    const accounts = [{ wabaId: alerted.id }];
    expect(await ask({ protect: "rehearse" }, OPERATOR)).toEqual({ accounts });
    expect(world.lastLine()).toMatchObject({ level: "INFO", outcome: "rehearsed" });
    const wish = { protect: { number: alerted.phone, name: "Ann" } };
    expect(await ask(wish, OPERATOR)).toMatchObject({ outcome: "protected" });
    expect(world.lastLine()).toMatchObject({ level: "INFO", message: "new PIN asked for" });
    expect(pinOf(alerted)).toMatch(/^\d{6}$/);
  });

  test.each<[string, object, string, Partial<ServeLinkDeps>, string]>([
    ["by the function's own name", {}, WATCHDOG, {}, "invoke the function's alias protect"],
    ["by the alias for links", {}, ALIAS, {}, "invoke the function's alias protect"],
    ["without the setting", {}, OPERATOR, { isEnabled: false }, "with the setting protect"],
    ["of what is no number", { number: "1" }, OPERATOR, {}, "The request must name a number"],
    ["in nobody's name", { name: " " }, OPERATOR, {}, "The request must name a number"],
    ["without a token", {}, OPERATOR, { openMeta: async () => undefined }, "no system-user token"],
  ])("sets none %s, and says why", async (_, wish, invokedArn, difference, words) => {
    const alerted = await turnOff();
    const protect = { number: alerted.phone, name: "Ann", ...wish };
    const served = await ask({ protect }, invokedArn, difference);
    expect(served).toMatchObject({ sentence: expect.stringContaining(words) });
    expect(world.lastLine()).toMatchObject({ level: "WARN" });
    expect(pinOf(alerted)).toBeUndefined();
  });

  test("takes everything that comes by it for a wish, and nothing else of the function's", () => {
    expect(parseProtectRequest({ widgetContext: {} }, OPERATOR)).toBe("malformed");
    expect(parseProtectRequest({ widgetContext: {} }, WATCHDOG)).toBeUndefined();
    expect(parseProtectRequest(null, WATCHDOG)).toBeUndefined();
    const isOn = (arn: string) => isEnabledFor(arn, { protect: true, protectByLink: false });
    expect([OPERATOR, WATCHDOG, ALIAS].map(isOn)).toEqual([true, true, false]);
  });
});

test.each(OUTCOMES)("the page has a title of its own for the outcome %s", async (outcome) => {
  const { toPinPart } = await import("../../../lambda/incident/pin-part.ts");
  const run = { name: "Ann", from: "::1", askedAt: 0, result: { outcome, sentence: "Why." } };
  const { markup } = toPinPart({ isOffered: false, run }, 1);
  expect(markup).toMatch(outcome === "doubtful" ? /It is not known/ : /<h2[^>]*>(?!It is not)/);
});
