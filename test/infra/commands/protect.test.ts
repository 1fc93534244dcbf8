import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rehearseProtect } from "../../../infra/commands/drill/rehearsal.ts";
import { type ProtectOptions, protect } from "../../../infra/commands/protect/protect.ts";
import { openDeployment } from "../../../infra/deployment/open.ts";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { saveItem } from "../../../lambda/facts/memory.ts";
import { readPinReadings } from "../../../lambda/numbers/pin-readings.ts";
import { createEventTable, type EventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { ATTRIBUTE, OUTBOX, TABLE } from "../../../lambda/shared/item-names.ts";
import {
  APP_SECRET,
  entry,
  payload,
  resetRequest,
  securityChange,
  sign,
} from "../../support/builders.ts";
import { emptyTable } from "../../support/failures.ts";
import {
  APP_ID,
  type OperatorWorld,
  OTHER_APP_ID,
  STACK,
  startOperatorWorld,
  TOKEN,
  WABA,
} from "../../support/operator-world.ts";
import { runWith, unseen } from "../../support/terminal.ts";

const FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:Hooks-Watchdog-1:protect";
const SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"];

let world: OperatorWorld;
let dynamodb: DynamoDBClient;
let table: EventTable;
/** The function as Lambda has it. */
let handler: (event: unknown, context: { invokedFunctionArn: string }) => Promise<unknown>;
/** Everything that this process wrote, the function's log too. */
const written: string[] = [];

beforeAll(async () => {
  world = await startOperatorWorld();
  const { tableName, dynamodbEndpoint: endpoint, topicArn } = world;
  dynamodb = createDynamoDB({ ...LOCAL_AWS, endpoint });
  table = createEventTable({ client: dynamodb, tableName });
  Object.assign(process.env, {
    TABLE_NAME: tableName,
    ALERT_TOPIC_ARN: topicArn,
    OPERATIONS_TOPIC_ARN: `${topicArn}-operations`,
    SECRET_ID: "secret",
    TOKEN_SECRET_ID: "token",
    STACK_ID: `arn:aws:cloudformation:us-east-1:123456789012:stack/${STACK}/1-2`,
    PUBLIC_URL: "https://hooks.example",
    WEBHOOK_FUNCTION: "function",
    GRAPH_URL: world.graph.url,
    PROTECT: "true",
  });
  ({ handler } = await import("../../../lambda/watchdog-handler.ts"));
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.reset();
  await emptyTable(world);
  const { aws, graph } = world;
  Object.assign(aws.stack?.outputs ?? {}, { ProtectFunctionArn: FUNCTION_ARN });
  aws.secret = JSON.stringify({ ...JSON.parse(aws.secret), appId: APP_ID });
  aws.token = JSON.stringify({ token: TOKEN, wabaIds: [WABA] });
  aws.invoke = (invokedFunctionArn, event) => handler(event, { invokedFunctionArn });
  aws.parameters.clear();
  graph.fault = () => undefined;
  setToken();
  written.length = 0;
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A number of the account that was turned off a moment ago, or of which Meta sent this. */
async function turnOff(...events: string[]): Promise<string> {
  const numbers = world.graph.accounts.get(WABA)?.numbers ?? [];
  const number = `1555123000${numbers.length}`;
  const display_phone_number = `+1 ${number.slice(1, 4)}-${number.slice(4)}`;
  numbers.push({ id: `9${number}`, display_phone_number, is_pin_enabled: false });
  for (const event of events.length > 0 ? events : [undefined]) await deliver(number, event);
  return number;
}

let delivered = 0;

async function deliver(display_phone_number: string, event = "PIN_REQUEST_SUCCESS") {
  delivered += 1;
  const time = Math.floor(Date.now() / 1000) - 300 + delivered;
  const changes = [securityChange(resetRequest({ display_phone_number, event }))];
  const body = payload(entry({ id: WABA, time, changes }));
  const headers = { "x-hub-signature-256": sign(body) };
  expect((await fetch(world.webhookUrl, { method: "POST", headers, body })).status).toBe(200);
}

/** The PIN that Meta has. */
function pinOf(number: string): string {
  const all = [...world.graph.accounts.values()].flatMap(({ numbers }) => numbers);
  return all.find(({ id }) => id === `9${number}`)?.pin ?? "no PIN";
}

const placeOf = (number: string) => `/whatsapp-pins/${STACK}/${number}`;

/** Without answers the operator agrees; with none of them nobody is there. */
async function run(
  difference: Partial<ProtectOptions>,
  env: Record<string, string> = {},
  ...answers: Parameters<typeof runWith>[1][]
) {
  const options: ProtectOptions = {
    ...(difference.data === undefined && { stack: STACK }),
    as: "Ann Example",
    phone: [],
    waba: [],
    graphUrl: world.graph.url,
    graphVersion: "v25.0",
    ...difference,
  };
  return runWith(
    (terminal) => protect({ options, env, terminal, now: Date.now }),
    ...(answers.length > 0 || options.yes || options.as === undefined ? answers : [true]),
  );
}

/** Who sets a PIN does not know how long events are kept: so many wait for the relay, which does. */
async function expectToExpireByRelay(count: number): Promise<void> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: world.tableName }));
  const answered = Items.filter((item) => item[ATTRIBUTE.answers]);
  const marks = answered.map((item) => [item[TABLE.ttl], item[ATTRIBUTE.outbox]?.S]);
  expect(marks).toEqual(Array(count).fill([undefined, OUTBOX.answer]));
}

/** The sentence of a run that went well, which one snapshot has. */
const SET = [/A new PIN is set, version 1.*?a minute\./gs, "…"] as const;

const GIVEN = { WHATSAPP_SYSTEM_USER_TOKEN: ` ${TOKEN}\n` };

describe("with a kept token", () => {
  test("the function sets a PIN that only the parameter shows, and the alert is answered", async () => {
    const number = await turnOff();
    // A number in digits needs no settings.
    world.aws.denied.add("GetTemplate");
    const { screen, text } = await run({ phone: [`+1 (${number.slice(1)})`] });
    expect(screen()).toMatchSnapshot();
    const pin = pinOf(number);
    expect(world.aws.parameters.get(placeOf(number))).toEqual([pin]);
    const [stored] = await table.numberHistory(number);
    expect(stored?.alert).toBe("acknowledged");
    expect(stored?.answers).toMatchObject([
      { name: "Ann Example", answer: "pin-set", origin: "protect", from: "protect" },
    ]);
    expect(written.join("")).toContain('"outcome":"protected"');
    expect([text, ...written, JSON.stringify(stored)].join()).not.toContain(pin);
  });

  test("a second run sets the next version, and it is shown where it is asked for", async () => {
    const number = await turnOff();
    await run({ phone: [number] }, { WHATSAPP_SYSTEM_USER_TOKEN: " " });
    const set = { phone: [number], showPin: true, yes: true };
    expect((await run(set)).text).toContain(`+${number}: PIN ${pinOf(number)} (version 2)`);
    const { screen } = await run({ ...set, json: true });
    expect(screen([pinOf(number), "PIN"])).toMatchSnapshot();
    expect((await run({ ...set, showPin: false, json: true })).text).not.toContain(pinOf(number));
    const show = { phone: [number], showPin: true, as: undefined };
    const shown = await run(show);
    expect([shown.code, shown.text]).toEqual([0, `+${number}: PIN ${pinOf(number)} (version 4)`]);
    expect((await run({ ...show, json: true })).json()).toEqual({
      numbers: [{ number, pins: [{ version: 4, pin: pinOf(number) }] }],
    });
    const both = await run({ ...show, phone: [number, "15559"] });
    expect([both.code, both.out[1]]).toEqual([1, "+15559: no PIN of it is stored here."]);
  });

  test("all PINs that Meta may have are shown, the newest first", async () => {
    const number = await turnOff();
    await run({ phone: [number] });
    failPost(LOST);
    const doubtful = await run({ phone: [number], showPin: true });
    const [first, second] = world.aws.parameters.get(placeOf(number)) ?? [];
    const shown = async () => {
      const { code, out } = await run({ phone: [number], showPin: true, as: undefined });
      return [code, ...out];
    };
    const both = [
      1,
      `+${number}: PIN ${second} (version 2, or another of these)`,
      `+${number}: PIN ${first} (version 1, or another of these)`,
    ];
    expect(await shown()).toEqual(both);
    expect([doubtful.code, ...doubtful.out.slice(-2)]).toEqual(both);
    world.aws.parameters.set(placeOf(number), [first ?? ""]);
    const one = `+${number}: PIN ${first} (version 1)`;
    expect(await shown(), "somebody deleted the newest").toEqual([0, one]);
    world.aws.parameters.delete(placeOf(number));
    expect(await shown()).toEqual([1, `+${number}: no PIN of it is stored here.`]);
  });

  test("every number that is off or disputed gets one, and nothing is asked of the others", async () => {
    const disputed = await turnOff("PIN_RESET_REQUEST", "PIN_CHANGED");
    const remembered = await turnOff("PIN_CHANGED");
    const numbers = [disputed, remembered, await turnOff(), await turnOff()];
    // Meta has told the watchdog since.
    const pins = [[remembered, false, Date.now() - 60_000]];
    await saveItem({ dynamodb, tableName: world.tableName }, `account#${WABA}`, { pins });
    await turnOff("PIN_CHANGED");
    for (const odd of ["abc", "../../../x", "x\u001b[2J", "x15550783881"]) await deliver(odd);
    expect((await run({ allUnprotected: true, yes: true })).screen(SET)).toMatchSnapshot();
    expect([...world.aws.parameters.keys()].sort()).toEqual(numbers.map(placeOf));
    await expectToExpireByRelay(4);
    const again = await run({ allUnprotected: true, yes: true });
    expect(again.screen()).toMatchSnapshot();
    vi.stubEnv("FORCE_COLOR", "1");
    const one = await run({ phone: ["15559999999", numbers[0] ?? ""], yes: true });
    const heads = one.out.flatMap((line) => /\[3\dm\+\d+/.exec(line) ?? []);
    const yellowAndGreen = ["[33m+15559999999", `[32m+${numbers[0]}`];
    expect([one.code, heads], "one of two").toEqual([1, yellowAndGreen]);
    await emptyTable(world);
    const none = await run({ allUnprotected: true, yes: true });
    expect(none.text).toBe("No phone number is off or disputed: nothing was changed.");
    const machine = await run({ allUnprotected: true, json: true }, {}, false);
    expect(machine.json()).toEqual({ name: "Ann Example", numbers: [] });
  });

  test("a number is found by its label, and gets one PIN however often it is named", async () => {
    const number = await turnOff();
    const labels = { [number]: "Support DE", 1: "Sales\u202e", 2: "sales\u202e" };
    world.aws.environment = { NUMBER_LABELS: JSON.stringify(labels) };
    expect((await run({ phone: [" support de ", number, `+${number}`] })).code).toBe(0);
    expect(world.aws.parameters.get(placeOf(number))).toEqual([pinOf(number)]);
    for (const [label, sentence] of [
      [
        "S\u202e",
        "S� is neither a phone number nor the label of one (Sales�, sales�, Support DE).",
      ],
      ["Sales\u202e", "Sales� is the label of several numbers: name one by its digits."],
    ] as const) {
      await world.refuses(() => run({ phone: [number, label] }), sentence);
    }
  });

  test("nothing is changed when the operator does not agree, or nobody is named", async () => {
    const number = await turnOff();
    const named = { phone: [number] };
    for (const options of [{ ...named, json: true }, { allUnprotected: true }]) {
      await world.refuses(() => run(options, GIVEN, false), "Nothing was changed.");
    }
    for (const [options, sentence] of [
      [{ as: undefined }, 'Say who you are with --as "YOUR NAME": the others are informed.'],
      [{ phone: [] }, "Name the number with --phone, or take all with --all-unprotected."],
      [{ phone: [], showPin: true, as: undefined }, "Name the number with --phone, or take all"],
      [{ phone: ["+1 5"] }, "15 is neither a phone number nor the label of one."],
    ] as const) {
      await world.refuses(() => run({ ...named, ...options }), sentence);
    }
    expect(world.aws.calls).not.toContain("InvokeFunction");
    expect([world.graph.requests, pinOf(number)]).toEqual([[], "no PIN"]);
  });

  test("a drill says for each account whether it would work, and sets none", async () => {
    const number = await turnOff();
    const rehearsed = async () => {
      const lines = await rehearseProtect(await openDeployment({ stack: STACK }));
      return lines.slice(2).join("\n");
    };
    const said = [await rehearsed()];
    setToken(SCOPES, []);
    said.push(await rehearsed());
    world.aws.denied.add("InvokeFunction");
    said.push(await rehearsed());
    world.aws.denied.clear();
    for (const answer of [{ errorMessage: "Task timed out" }, { sentence: "It is off." }]) {
      world.aws.invoke = async () => answer;
      said.push(await rehearsed());
    }
    expect(said.join("\n")).toMatchSnapshot();
    world.aws.invoke = () => Promise.reject(new Error("down"));
    await expect(rehearsed()).rejects.toThrow("Service error");
    expect(pinOf(number)).toBe("no PIN");
  });

  test("what Meta said at its end is kept for the number's state, also without an alert", async () => {
    const number = "15561230001";
    const unknown = { id: `9${number}`, display_phone_number: number, is_pin_enabled: false };
    world.graph.accounts.get(WABA)?.numbers.push(unknown);
    const { text } = await run({ phone: [number] });
    expect(text).toContain("No alert about this number is stored");
    const readings = await readPinReadings({ dynamodb, tableName: world.tableName });
    const said = { displayPhoneNumber: number, isPinEnabled: true };
    expect(readings).toContainEqual(expect.objectContaining(said));
  });
});

const setToken = (scopes = SCOPES, wabaIds = [WABA]) =>
  world.graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds });

const LOST = { status: 502, body: "bad gateway", isCarriedOut: true };
const OTHER = { sentence: "Look.", version: 3 };

const answering = (invoke: () => Promise<unknown>) => Object.assign(world.aws, { invoke });

function failPost(fault: ReturnType<OperatorWorld["graph"]["fault"]>): void {
  world.graph.fault = ({ method }) => (method === "POST" ? fault : undefined);
}

test.each<[string, () => unknown, number?]>([
  ["the operator may not invoke the function", () => world.aws.denied.add("InvokeFunction")],
  ["the function dies", () => answering(async () => ({ errorMessage: "Task timed out" }))],
  ["the function's answer is another's", () => answering(async () => ({ outcome: "done" }))],
  ["the answer is not stored", () => answering(async () => ({ ...OTHER, outcome: "unanswered" }))],
  ["Meta says that it is off", () => answering(async () => ({ ...OTHER, outcome: "unconfirmed" }))],
  ["Lambda fails", () => answering(() => Promise.reject(new Error()))],
  ["Lambda is away", () => vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:1"), 0],
  ["the token lacks the second permission", () => setToken(SCOPES.slice(0, 1))],
  ["the account is not assigned", () => setToken(SCOPES, [])],
  ["Meta's answer is lost", () => failPost(LOST)],
])("the command says in one sentence what to do when %s", async (_, arrange, runs = 1) => {
  const number = await turnOff();
  arrange();
  const { code, json, text } = await run({ phone: [number], json: true });
  const [{ outcome, sentence }] = json().numbers;
  expect(`${code} ${outcome}: ${sentence.replace(world.graph.url, "URL")}`).toMatchSnapshot();
  const [stored] = await table.numberHistory(number);
  expect(stored?.answers).toEqual([]);
  const invoked = world.aws.calls.filter((call) => call === "InvokeFunction");
  expect(invoked, "a second attempt would be a second run").toHaveLength(runs);
  expect(text).not.toContain(pinOf(number));
});

describe("without a kept token the command sets the PIN itself", () => {
  test("with one that is typed unseen, once for all numbers", async () => {
    const numbers = [await turnOff("PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"), await turnOff()];
    world.aws.token = "{}";
    const empty = run({ phone: numbers }, {}, true, unseen(" "));
    await expect(empty).rejects.toThrow("The system-user token is empty.");
    const { screen } = await run({ phone: numbers }, {}, true, unseen(` ${TOKEN} `));
    expect(screen(SET)).toMatchSnapshot();
    await expectToExpireByRelay(3);
    for (const number of numbers) {
      expect(world.aws.parameters.get(placeOf(number))).toEqual([pinOf(number)]);
    }
  });

  test("with one in the environment, which comes first", async () => {
    const number = await turnOff();
    world.aws.denied.add("InvokeFunction");
    const started = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: started + 3_600_000 });
    const running = run({ phone: [number] }, GIVEN);
    const { code, text } = await running.finally(() => vi.useRealTimers());
    expect([code, text]).toEqual([0, expect.stringContaining("- by this command, with a system-")]);
    const [stored] = await table.numberHistory(number);
    const at = Date.parse(stored?.answers[0]?.at ?? "");
    expect(Math.abs(at - started), "by DynamoDB's clock").toBeLessThan(60_000);
  });

  test("on the local run, and reads it again from its file", async () => {
    const number = await turnOff();
    // What is given says all; nothing else does.
    await emptyTable(world);
    const { aws, data, graph } = world;
    aws.secret = JSON.stringify({ verifyToken: "v", appSecrets: [], appId: OTHER_APP_ID });
    const seen = JSON.stringify({ data: { is_valid: true, scopes: SCOPES } });
    graph.fault = ({ path }) => (path === "/debug_token" ? { status: 200, body: seen } : undefined);
    const local = { data, appId: APP_ID, waba: [WABA], phone: [number], graphVersion: "v99.0" };
    const app = { WHATSAPP_APP_SECRET: APP_SECRET };
    writeFileSync(join(data, "meta-token.json"), '{"token":"kept","wabaIds":[]}');
    expect((await run(local, { ...GIVEN, ...app })).code).toBe(0);
    rmSync(join(data, "meta-token.json"));
    const { text } = await run({ ...local, showPin: true }, app, true, unseen(TOKEN));
    expect(graph.requests.filter(({ version }) => version !== "v99.0")).toEqual([]);
    const place = join(world.data, "pins", number);
    expect(text).toContain(`- by this command, with a system-user token - stored in ${place} - `);
    expect(text).toMatch(new RegExp(` \\+${number}: PIN ${pinOf(number)} \\(version 2\\)$`));
    rmSync(join(world.data, "pins"), { recursive: true });
  });

  test("and says that none was given, where nobody can be asked", async () => {
    world.aws.token = "{}";
    const number = await turnOff();
    const { code, text } = await run({ phone: [number], yes: true });
    expect([code, text]).toEqual([1, expect.stringContaining("no system-user token is kept")]);
    const here = () => run({ data: world.data, phone: [number], yes: true });
    await world.refuses(here, "there is no terminal to ask on: set WHATSAPP_SYSTEM_USER_TOKEN.");
  });
});
