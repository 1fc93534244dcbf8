import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rehearseProtect } from "../../../infra/commands/drill/rehearsal.ts";
import { type ProtectOptions, protect } from "../../../infra/commands/protect/protect.ts";
import { openDeployment } from "../../../infra/deployment/open.ts";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { toNumberStates } from "../../../lambda/numbers/number-state.ts";
import { readPinReadings } from "../../../lambda/numbers/pin-readings.ts";
import { createEventTable, type EventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import {
  entry,
  newWabaId,
  payload,
  resetRequest,
  securityChange,
  sign,
} from "../../support/builders.ts";
import { emptyTable } from "../../support/failures.ts";
import {
  APP_ID,
  type OperatorWorld,
  STACK,
  startOperatorWorld,
  TOKEN,
  WABA,
} from "../../support/operator-world.ts";
import { createTestTerminal, unseen } from "../../support/terminal.ts";

const FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:Hooks-Watchdog-1:protect";
const SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"];

let world: OperatorWorld;
let table: EventTable;
/** The function as Lambda has it. */
let handler: (event: unknown, context: { invokedFunctionArn: string }) => Promise<unknown>;
/** Everything that this process wrote, the function's log too. */
const written: string[] = [];

beforeAll(async () => {
  world = await startOperatorWorld();
  const { tableName, dynamodbEndpoint: endpoint, topicArn } = world;
  table = createEventTable({ client: createDynamoDB({ ...LOCAL_AWS, endpoint }), tableName });
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
  graph.tokens.set(TOKEN, { appId: APP_ID, scopes: SCOPES, wabaIds: [WABA] });
  written.length = 0;
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

/** A number of the account that was turned off a moment ago. */
async function turnOff(): Promise<string> {
  const number = `1555${newWabaId().slice(-7)}`;
  const display_phone_number = `+1 ${number.slice(1, 4)}-${number.slice(4)}`;
  const numbers = world.graph.accounts.get(WABA)?.numbers ?? [];
  numbers.push({ id: `9${number}`, display_phone_number, is_pin_enabled: false });
  await deliverOff(number);
  return number;
}

async function deliverOff(number: string): Promise<void> {
  const event = { display_phone_number: number, event: "PIN_REQUEST_SUCCESS" };
  const time = Math.floor(Date.now() / 1000) - 60;
  const body = payload(entry({ id: WABA, time, changes: [securityChange(resetRequest(event))] }));
  const headers = { "x-hub-signature-256": sign(body) };
  expect((await fetch(world.webhookUrl, { method: "POST", headers, body })).status).toBe(200);
}

/** The PIN that Meta has. */
function pinOf(number: string): string {
  const all = [...world.graph.accounts.values()].flatMap(({ numbers }) => numbers);
  return all.find(({ id }) => id === `9${number}`)?.pin ?? "no PIN";
}

const placeOf = (number: string) => `/whatsapp-pins/${STACK}/${number}`;

async function run(
  difference: Partial<ProtectOptions>,
  {
    env = {},
    answers = [true],
  }: { env?: object; answers?: (boolean | ReturnType<typeof unseen>)[] } = {},
) {
  const terminal = createTestTerminal(...answers);
  const options: ProtectOptions = {
    ...(difference.data === undefined && { stack: STACK }),
    as: "Ann Example",
    phone: [],
    waba: [],
    graphUrl: world.graph.url,
    graphVersion: "v25.0",
    ...difference,
  };
  const code = await protect({ options, env: { ...env }, terminal, now: Date.now });
  return { code, terminal, text: terminal.text().replace(/\s+/g, " ") };
}

describe("with a kept token", () => {
  test("the function sets a PIN that only the parameter shows, and the alert is answered", async () => {
    const number = await turnOff();
    const { code, text, terminal } = await run({ phone: [`+1 (${number.slice(1)})`] });
    expect(code).toBe(0);
    expect(text).toContain(
      `+${number}: A new PIN is set, version 1 of ${placeOf(number)}: Meta says that two-step verification is on.`,
    );
    expect(terminal.questions).toEqual(["Make these changes?"]);
    const pin = pinOf(number);
    expect(world.aws.parameters.get(placeOf(number))).toEqual([pin]);
    const [stored] = await table.numberHistory(number);
    expect(stored?.alert).toBe("acknowledged");
    expect(stored?.answers).toMatchObject([
      { name: "Ann Example", answer: "pin-set", origin: "protect", from: "protect" },
    ]);
    expect(written.join("")).toContain('"outcome":"protected"');
    for (const said of [text, written.join(""), JSON.stringify(stored)]) {
      expect(said).not.toContain(pin);
    }
  });

  test("a second run sets the next version, and it is shown where it is asked for", async () => {
    const number = await turnOff();
    await run({ phone: [number] });
    const { text } = await run({ phone: [number], showPin: true, yes: true }, { answers: [] });
    expect(text).toContain(`+${number}: PIN ${pinOf(number)} (version 2)`);
    const shown = await run({ phone: [number], showPin: true, as: undefined }, { answers: [] });
    expect([shown.code, shown.text]).toEqual([0, `+${number}: PIN ${pinOf(number)} (version 2)`]);
    const unknown = await run({ phone: ["15559"], showPin: true, as: undefined }, { answers: [] });
    expect(unknown.code, "no PIN is stored").toBe(1);
  });

  test("every number that is off gets one, and nothing is asked of those that are on", async () => {
    const numbers = [await turnOff(), await turnOff()].sort();
    for (const odd of ["abc", "../../../x", "x\u001b[2J", "x15550783881"]) await deliverOff(odd);
    const { code, text, terminal } = await run({ allUnprotected: true, json: true, yes: true });
    expect(code).toBe(0);
    const said = JSON.parse(text.slice(text.indexOf('{ "name"'), text.lastIndexOf("}") + 1));
    const done = said.numbers.map(({ number }: { number: string }) => number);
    expect(done.sort()).toEqual(numbers);
    const left = terminal.err.find((line) => line.startsWith("Left out"));
    expect(left).toMatch(/: (?=.*abc)(?=.*\.\.\/x)(?=.*x15550783881)(?=.*x\ufffd\[2J)/);
    const again = await run({ allUnprotected: true, yes: true });
    expect(again.text).toContain("No phone number is off or disputed: nothing was changed.");
    const one = await run({ phone: [numbers[0] ?? "", "15559999999"], yes: true });
    expect(one.code, "one of two").toBe(1);
  });

  test("a number is found by its label", async () => {
    const number = await turnOff();
    world.aws.environment = { NUMBER_LABELS: JSON.stringify({ [number]: "Support DE" }) };
    expect((await run({ phone: ["support de"] })).code).toBe(0);
    expect(pinOf(number)).toMatch(/^\d{6}$/);
    await expect(run({ phone: ["Sales"] })).rejects.toThrow(
      "Sales is neither a phone number nor the label of one (Support DE).",
    );
  });

  test("nothing is changed when the operator does not agree, or nobody is named", async () => {
    const number = await turnOff();
    await expect(run({ phone: [number] }, { answers: [false] })).rejects.toThrow(
      "Nothing was changed.",
    );
    await expect(run({ phone: [number], as: undefined })).rejects.toThrow("Say who you are");
    await expect(run({})).rejects.toThrow("Name the number with --phone");
    expect(pinOf(number)).toBe("no PIN");
  });

  test("a drill says for each account whether it would work, and sets none", async () => {
    const number = await turnOff();
    const rehearsed = async () => {
      const lines = await rehearseProtect(await openDeployment({ stack: STACK }));
      return lines.join(" ").replace(/\s+/g, " ");
    };
    expect(await rehearsed()).toContain(`account ${WABA}: npm run protect would work`);
    world.graph.tokens.set(TOKEN, { appId: APP_ID, scopes: SCOPES, wabaIds: [] });
    expect(await rehearsed()).toContain(`account ${WABA}: The system-user token may not use`);
    world.aws.denied.add("InvokeFunction");
    expect(await rehearsed()).toContain("allow them lambda:InvokeFunction on");
    expect(pinOf(number)).toBe("no PIN");
  });

  test("what Meta said at its end counts for the number's state, also without an alert", async () => {
    const number = `1556${newWabaId().slice(-7)}`;
    const unknown = { id: `9${number}`, display_phone_number: number, is_pin_enabled: false };
    world.graph.accounts.get(WABA)?.numbers.push(unknown);
    const { text } = await run({ phone: [number] });
    expect(text).toContain("No alert about this number is stored");
    const source = {
      dynamodb: createDynamoDB({ endpoint: world.aws.url }),
      tableName: world.tableName,
    };
    const readings = await readPinReadings(source);
    const [state] = toNumberStates(
      [],
      readings.filter((r) => r.displayPhoneNumber === number),
    );
    expect(state).toMatchObject({ state: "protected", says: "Meta" });
  });

  test("the function sets one only by its alias, and only with the setting", async () => {
    const number = await turnOff();
    const event = { protect: { number, name: "Ann Example" } };
    const dashboard = FUNCTION_ARN.replace(/:protect$/, "");
    expect(await handler(event, { invokedFunctionArn: dashboard })).toMatchObject({
      outcome: "refused",
      sentence: expect.stringContaining("invoke the function's alias protect"),
    });
    for (const other of [{}, { protect: { number: "1", name: "A" } }, { widgetContext: {} }]) {
      expect(await handler(other, { invokedFunctionArn: FUNCTION_ARN })).toMatchObject({
        outcome: "refused",
      });
    }
    expect(pinOf(number)).toBe("no PIN");
  });
});

/** What an operator is told, by what is wrong. */
const FAULTS: readonly (readonly [string, () => void, RegExp])[] = [
  [
    "the operator may not invoke the function",
    () => world.aws.denied.add("InvokeFunction"),
    /The PIN was not changed\. These AWS credentials may not set a PIN: allow them lambda:InvokeFunction on arn:aws:lambda:\S+:protect, or set WHATSAPP_SYSTEM_USER_TOKEN\./,
  ],
  [
    "the function dies",
    () => Object.assign(world.aws, { invoke: async () => ({ errorMessage: "Task timed out" }) }),
    /It is not known whether a new PIN was set\. .* Run it again/,
  ],
  [
    "the token lacks the second permission",
    () =>
      world.graph.tokens.set(TOKEN, { appId: APP_ID, scopes: SCOPES.slice(0, 1), wabaIds: [WABA] }),
    /lacks the permission whatsapp_business_messaging: generate one with it/,
  ],
  [
    "the token is no longer valid",
    () => world.graph.tokens.clear(),
    /The system-user token is no longer valid: generate a new one/,
  ],
  [
    "the account is not assigned",
    () => world.graph.tokens.set(TOKEN, { appId: APP_ID, scopes: SCOPES, wabaIds: [] }),
    /was not found, and 1 account could not be read\. The system-user token may not use account 102290129340398: give/,
  ],
  [
    "the number is in no account of the token",
    () => void world.graph.accounts.get(WABA)?.numbers.splice(0),
    /is in none of the accounts that the system-user token may use \(102290129340398\)/,
  ],
  [
    "Meta limits the rate",
    () => failPost(RATE_LIMIT),
    /Meta's rate limit is reached: try again in an hour .* Version 1 of \S+ is not in use/,
  ],
  [
    "Meta's answer is lost",
    () => failPost({ status: 502, body: "bad gateway", isCarriedOut: true }),
    /Meta did not say whether it took the new PIN\. .* The PIN is version 1 or the one before this system set any/,
  ],
];

function failPost(fault: ReturnType<OperatorWorld["graph"]["fault"]>): void {
  world.graph.fault = ({ method }) => (method === "POST" ? fault : undefined);
}

const RATE_LIMIT = {
  status: 400,
  body: JSON.stringify({ error: { message: "(#80007) Rate limit issues", code: 80007 } }),
};

describe("in one sentence", () => {
  test.each(FAULTS)("the command says what to do when %s", async (_, arrange, words) => {
    const number = await turnOff();
    arrange();
    const { code, text } = await run({ phone: [number] });
    expect(code).toBe(1);
    expect(text).toMatch(words);
    const [stored] = await table.numberHistory(number);
    expect(stored?.answers).toEqual([]);
    expect(text).not.toContain(pinOf(number));
  });
});

describe("without a kept token the command sets the PIN itself", () => {
  test("with one that is typed unseen, once for all numbers", async () => {
    const numbers = [await turnOff(), await turnOff()];
    world.aws.token = "{}";
    const { code, terminal } = await run({ phone: numbers }, { answers: [true, unseen(TOKEN)] });
    expect(code).toBe(0);
    expect(terminal.questions).toEqual(["Make these changes?", "System-user token (not shown)"]);
    for (const number of numbers) {
      expect(world.aws.parameters.get(placeOf(number))).toEqual([pinOf(number)]);
    }
  });

  test("with one in the environment, which comes first", async () => {
    const number = await turnOff();
    world.aws.denied.add("InvokeFunction");
    const env = { WHATSAPP_SYSTEM_USER_TOKEN: TOKEN };
    expect((await run({ phone: [number] }, { env })).code).toBe(0);
  });

  test("on the local run, with the PIN in a file that only its owner reads", async () => {
    const number = await turnOff();
    const local = { data: world.data, appId: APP_ID, phone: [number] };
    const env = { WHATSAPP_SYSTEM_USER_TOKEN: TOKEN };
    expect((await run(local, { env })).code).toBe(0);
    const file = join(world.data, "pins", number);
    expect(readFileSync(file, "utf8")).toBe(`${pinOf(number)}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await run({ ...local, showPin: true }, { env })).text).toContain(
      `PIN ${pinOf(number)} (version 2)`,
    );
    expect(existsSync(join(world.data, "pins"))).toBe(true);
    rmSync(join(world.data, "pins"), { recursive: true });
  });

  test("and says that none was given, where nobody can be asked", async () => {
    world.aws.token = "{}";
    const number = await turnOff();
    const { code, text } = await run({ phone: [number], yes: true }, { answers: [] });
    expect(code).toBe(1);
    expect(text).toContain("no system-user token is kept");
  });
});
