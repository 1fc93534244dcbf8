import type { IncomingMessage, ServerResponse } from "node:http";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type DrillOptions, drill } from "../../../infra/commands/drill/drill.ts";
import { awaitPublished } from "../../../infra/commands/drill/poll.ts";
import { toKey } from "../../../lambda/event/event-item.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { emptyTable } from "../../support/failures.ts";
import { startLocalRun } from "../../support/local-run.ts";
import { STACK, startOperatorWorld } from "../../support/operator-world.ts";
import { type Respond, serve } from "../../support/serve.ts";
import { createTestTerminal, runWith } from "../../support/terminal.ts";

const world = await startOperatorWorld();
const { tableName } = world;
const dynamodb = createDynamoDB({ endpoint: world.dynamodbEndpoint });
afterAll(() => world.stop());

/** With an empty table no pace holds an alert back: no drill waits for another's minute to pass. */
beforeEach(async () => {
  world.reset();
  await emptyTable(world);
});

function run({ timeout = 600, ...difference }: Partial<DrillOptions> = {}) {
  const options = { event: "PIN_RESET_REQUEST", phone: "16505551111", timeout, ...difference };
  const where = options.stack === undefined && { data: world.data };
  return runWith((terminal) => drill({ options: { ...where, ...options }, terminal, pauseMs: 50 }));
}

/** Hands a request on to the system. */
async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const headers = { "x-hub-signature-256": String(request.headers["x-hub-signature-256"]) };
  const body = Buffer.concat(await Array.fromAsync(request));
  const init = { method, headers, ...(method === "POST" && { body }) };
  const answer = await fetch(new URL(url, world.webhookUrl), init);
  response.writeHead(answer.status).end(await answer.text());
}

/** Puts a server in front of the stack. */
async function openDoor(respond: Respond) {
  const door = await serve(respond);
  if (world.aws.stack) world.aws.stack.outputs.WebhookUrl = `${door.url}/webhook`;
  return door;
}

describe("a drill on the local run", () => {
  test("prints each step with its time, and what the subscribers should have", async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    const [sent, answered, stored, published, page, ...rest] = out;
    expect(sent).toBe(`     0 ms  sending PIN_RESET_REQUEST to ${world.webhookUrl}`);
    expect(answered).toMatch(/^ +\d+ ms {2}answered 200$/);
    expect(stored).toMatch(/^ +\d+ ms {2}stored as 0 \/ \d{16}#[0-9a-f]{16}$/);
    expect(published).toMatch(/^ +\d+ ms {2}alert published, \d+ ms after the delivery came in$/);
    expect(page).toMatch(
      /^ +\d+ ms {2}the page behind its link answers 200, and says that it is a test$/,
    );
    expect(rest.join("\n")).toContain('sqs alerts\n    the JSON document, with "test":true');
    expect(rest.at(-1)).toContain("npm start");
  });

  test("answers machines with one document", async () => {
    const { json } = await run({ json: true, event: "PIN_CHANGED", phone: "15550001111" });
    const { wabaId, eventKey, latency, ...rest } = json();
    const time = expect.any(Number);
    expect(rest).toEqual({
      milliseconds: { answered: time, stored: time, published: time, page: time },
      messageId: expect.stringMatching(/./),
      subscribers: [expect.objectContaining({ protocol: "sqs", confirmed: true })],
    });
    expect(latency).toBeGreaterThanOrEqual(0);
    const found = await createEventTable({ client: dynamodb, tableName }).find({
      wabaId,
      eventKey,
    });
    expect(found?.event).toMatchObject({
      test: true,
      event: "PIN_CHANGED",
      displayPhoneNumber: "15550001111",
      requester: expect.stringMatching(/^drill-[0-9a-f]{8}$/),
    });
    expect(Math.abs(Date.now() / 1000 - (found?.event.time ?? 0))).toBeLessThan(600);
  });

  test("says that an alert has no page where alerts are not repeated", async () => {
    const own = await startLocalRun({ appSecrets: [APP_SECRET], repeatAfterMinutes: [] });
    const { code, text } = await run({ data: own.data });
    expect([code, text]).toEqual([0, expect.stringContaining("it has no page: alerts are not")]);
    expect((await run({ data: own.data, json: true })).json().milliseconds).not.toHaveProperty(
      "page",
    );
    await own.stop();
  });
});

test("a drill is signed with the app secret that is saved first", async () => {
  const { appSecrets, ...rest } = JSON.parse(world.aws.secret);
  world.aws.secret = JSON.stringify({ ...rest, appSecrets: [...appSecrets, "1".repeat(32)] });
  expect((await run({ timeout: 5 })).code).toBe(0);
});

describe("a drill on a stack", () => {
  test("names for a chat's or pager's subscriber the title of its own form", async () => {
    const endpoint = "https://events.pagerduty.com/integration/secret/enqueue";
    world.aws.subscribers = [{ protocol: "https", endpoint }];
    const { text } = await run({ stack: STACK });
    expect(text).toContain(
      'a notification, title "[TEST] Two-step verification reset requested, 16505551111"',
    );
    expect(text).not.toContain("secret");
  });

  test("shows the mail's subject and the SMS, addresses masked", async () => {
    const { code, out, text } = await run({ stack: STACK });
    expect(code).toBe(0);
    const lines = out.join("\n");
    expect(lines).toContain(
      'email g…@example.com\n    a mail, subject "[TEST] WhatsApp alert: Two',
    );
    expect(lines).toContain(
      'sms +49…5678\n    "[TEST] WhatsApp this system: 2-step verification reset',
    );
    expect(text).toMatch(
      /A new PIN for a number: npm run protect -- --stack Hooks asks for a system-user token: the setting protect is off\.$/,
    );
    expect(out.filter((line) => line.length > 80 && !line.includes("http"))).toEqual([]);
  });

  test("fails when somebody never confirmed, or nobody is there", async () => {
    world.aws.subscribers.push({ protocol: "email", endpoint: "new@example.com", pending: true });
    const { code, text } = await run({ stack: STACK });
    expect(code).toBe(1);
    expect(text).toContain("nothing, for it never confirmed");
    world.aws.subscribers = [];
    const alone = await run({ stack: STACK });
    expect([alone.code, alone.text]).toEqual([1, expect.stringContaining("Nobody is subscribed")]);
  });

  test("shows what SNS delivered and filtered in the last day, where it may look", async () => {
    world.aws.metrics = {
      NumberOfNotificationsDelivered: [[60, 4]],
      NumberOfNotificationsFilteredOut: [[60, 1]],
    };
    const { text } = await run({ stack: STACK });
    expect(text).toContain("SNS's metrics of the last day: 4 delivered, 0 failed, 1 filtered out.");
    const machine = await run({ stack: STACK, json: true });
    expect(machine.json().deliveries).toEqual({ delivered: 4, failed: 0, filteredOut: 1 });
    world.aws.denied.add("GetMetricStatistics");
    const denied = await run({ stack: STACK });
    expect([denied.code, denied.text]).toEqual([
      0,
      expect.stringContaining("allow cloudwatch:GetMetricStatistics"),
    ]);
  });

  test("says that a filter policy decides", async () => {
    const attributes = { FilterPolicy: '{"event":["PIN_CHANGED"]}' };
    world.aws.subscribers = [
      { protocol: "https", endpoint: "https://page.example/x", attributes },
      { protocol: "https", endpoint: "https://all.example/x" },
    ];
    const { text } = await run({ stack: STACK });
    expect(text).toMatch(/https page\.example [^"]*"[^"]*", if its filter policy lets it through/);
    expect(text.match(/filter policy/g), "of the one that has one").toHaveLength(1);
  });

  test("waits for a function that has yet to read a new app secret", async () => {
    const statuses = [503, 401];
    const door = await openDoor(async (request, response) => {
      const status = request.method === "POST" ? statuses.shift() : undefined;
      if (status === undefined) return pass(request, response);
      response.writeHead(status).end();
    });
    const { code, out } = await run({ stack: STACK, timeout: 30 });
    expect(code).toBe(0);
    expect(out.filter((line) => line.includes("trying again"))).toHaveLength(2);
    await door.stop();
  });

  test("says so when it may not see the subscribers", async () => {
    world.aws.denied.add("ListSubscriptionsByTopic");
    const { code, text } = await run({ stack: STACK });
    expect(code).toBe(0);
    expect(text).toContain("may not see who is subscribed");
  });
});

describe("a drill that comes to nothing", () => {
  const withSecrets =
    (...appSecrets: string[]) =>
    () => {
      world.aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
    };
  const withAddress = (url: string) => () =>
    Object.assign(world.aws.stack?.outputs ?? {}, { WebhookUrl: url });

  test.each([
    ["No app secret is set", withSecrets()],
    ["The saved app secret ends in a line break", withSecrets(`${OLD_APP_SECRET}\n`)],
    ["answers 404: the address leads elsewhere", withAddress(`${world.webhookUrl}/elsewhere`)],
    ["does not answer (ECONNREFUSED)", withAddress("http://127.0.0.1:65535/webhook")],
  ])("says what is wrong: %s", async (sentence, arrange) => {
    arrange();
    await expect(run({ stack: STACK })).rejects.toThrow(sentence);
  });

  test.each([
    [401, "answers 401: the function knows another app secret than the one that is saved."],
    [503, "answers 503: the function has no app secret, or can't read it."],
    [500, "answers 500: see the function's log."],
    [200, "The delivery was answered 200, but no item appeared in whatsapp-security-events"],
  ])("says so when its time is up, answered %i", async (status, sentence) => {
    const door = await openDoor((_, response) => response.writeHead(status).end());
    await expect(run({ stack: STACK, timeout: 0 })).rejects.toThrow(sentence);
    await door.stop();
  });
});

describe("a drill whose alert is not out yet", () => {
  const id = { wabaId: "0", eventKey: "0000000000000001#drill", body: "", signature: "" };
  const source = { tableName, dynamodb };

  function put(alert: string) {
    const Item = { ...toKey(id), alert: { S: alert }, alertAttempts: { N: "2" } };
    return dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
  }

  test.each(["pending", "open"])("waits while the alert is %s, and then says so", async (alert) => {
    await put(alert);
    await expect(awaitPublished(source, id, Date.now() + 300)).rejects.toThrow(
      `The alert is still ${alert} after 2 attempts`,
    );
  });

  test("goes on once it is published", async () => {
    await put("pending");
    const waiting = awaitPublished(source, id, Date.now() + 60_000);
    await put("published");
    expect((await waiting).alert?.S).toBe("published");
  });
});

describe("the page behind a drill's alert", () => {
  /** A drill whose page is answered so; what it says instead, and what it printed. */
  async function runWithPage(answer: (response: ServerResponse) => void, json = false) {
    const links: string[] = [];
    const door = await openDoor(async (request, response) => {
      if (request.method === "POST") return pass(request, response);
      links.push(request.url ?? "");
      answer(response);
    });
    const terminal = createTestTerminal();
    const options = { stack: STACK, event: "PIN_CHANGED", phone: "1", timeout: 600, json };
    const failure: Error = await drill({ options, terminal, pauseMs: 50 }).then(
      () => new Error("nothing failed"),
      (error) => error,
    );
    await door.stop();
    const code = new URL(links[0] ?? "", "http://x").searchParams.get("c") ?? "";
    expect(code, "the link's code").toMatch(/^[\w-]{22}$/);
    expect(`${terminal.text()}${failure.message}`, "no output has the code").not.toContain(code);
    return failure.message;
  }

  test.each([
    [404, "answers 404: the address leads elsewhere, or the function reads another table"],
    [503, "answers 503: the function can't read the table"],
    [302, "answers 302: see the function's log"],
  ])("that answers %i fails the drill, and says what that means", async (status, sentence) => {
    const message = await runWithPage((response) =>
      response.writeHead(status, { location: "/elsewhere" }).end(),
    );
    expect(message).toMatch(
      /^The alert went out, but the page behind its link, http\S+\/incident,/,
    );
    expect(message).toContain(`${sentence}. People can't answer there`);
  });

  test("that is another fails the drill", async () => {
    const message = await runWithPage((response) => response.writeHead(200).end("<h1>Hello</h1>"));
    expect(message).toContain("does not say that it is a test: it is another.");
  });

  test("that cuts the connection fails the drill", async () => {
    const message = await runWithPage((response) => response.destroy());
    expect(message).toMatch(/\/incident, does not answer \(.+\)\. People/);
  });
});
