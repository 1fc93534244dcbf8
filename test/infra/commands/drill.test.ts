import type { IncomingMessage, ServerResponse } from "node:http";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { acknowledge } from "../../../infra/commands/acknowledge/acknowledge.ts";
import { type DrillOptions, drill } from "../../../infra/commands/drill/drill.ts";
import { awaitPublished, awaitStored } from "../../../infra/commands/drill/poll.ts";
import { history } from "../../../infra/commands/history/history.ts";
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

/** What differs from drill to drill. */
const VARYING = [
  [/ +\d+ ms/g, " 0 ms"],
  [world.webhookUrl, "https://hooks.example/webhook"],
  [/\d{16}#[0-9a-f]{16}/g, "TIME#DIGEST"],
  [/"(answered|stored|published|page|latency)":\d+/g, '"$1":0'],
  [/[0-9a-f]{8}-[0-9a-f-]{27}/g, "MESSAGE"],
] as const;

describe("a drill on the local run", () => {
  test("says what its queue should have, and where the mail and the SMS are shown", async () => {
    const { code, out } = await run();
    expect([code, ...out.slice(5)]).toMatchSnapshot();
  });

  test("answers machines with one document", async () => {
    const ran = await run({ json: true, event: "PIN_CHANGED", phone: "15550001111" });
    expect(ran.screen(...VARYING)).toMatchSnapshot();
    const { wabaId, eventKey, latency, milliseconds } = ran.json();
    const said = ran.err.slice(1).map((line) => Number.parseInt(line, 10));
    expect(Object.values(milliseconds), "as the lines say").toEqual(said);
    const id = { wabaId, eventKey };
    const found = await createEventTable({ client: dynamodb, tableName }).find(id);
    const { time = 0, receivedAt = "" } = found?.event ?? {};
    expect(found?.event).toMatchObject({
      test: true,
      event: "PIN_CHANGED",
      displayPhoneNumber: "15550001111",
      requester: expect.stringMatching(/^drill-[0-9a-f]{8}$/),
    });
    expect(Math.abs(Date.now() / 1000 - time)).toBeLessThan(600);
    expect(latency).toBe(Date.parse(found?.publishedAt ?? "") - Date.parse(receivedAt));
  });

  test("says that an alert has no page where alerts are not repeated", async () => {
    const own = await startLocalRun({ appSecrets: [APP_SECRET], repeatAfterMinutes: [] });
    const { code, text } = await run({ data: own.data });
    expect([code, text]).toEqual([
      0,
      expect.stringContaining(
        "ms it has no page: alerts are not repeated here, so that none waits for an answer By",
      ),
    ]);
    const { milliseconds } = (await run({ data: own.data, json: true })).json();
    expect(milliseconds).not.toHaveProperty("page");
    await own.stop();
  });
});

test("a drill is signed with the app secret that is saved first", async () => {
  const { appSecrets, ...rest } = JSON.parse(world.aws.secret);
  world.aws.secret = JSON.stringify({ ...rest, appSecrets: [...appSecrets, "1".repeat(32)] });
  expect((await run({ timeout: 5 })).code).toBe(0);
});

describe("a drill on a stack", () => {
  test("says what each kind of subscriber should have, and fails for who never confirmed", async () => {
    const attributes = { FilterPolicy: '{"event":["PIN_CHANGED"]}' };
    const endpoint = "https://events.pagerduty.com/integration/secret/enqueue";
    world.aws.subscribers.push(
      { protocol: "email", endpoint: "new@example.com", pending: true, attributes },
      { protocol: "https", endpoint },
      { protocol: "http", endpoint: "http://old.example/x" },
      { protocol: "email-json", endpoint: "robot@example.com" },
      { protocol: "https", endpoint: "https://page.example/x", attributes },
    );
    world.aws.metrics = {
      NumberOfNotificationsDelivered: [[60, 4]],
      NumberOfNotificationsFailed: [[60, 2]],
      NumberOfNotificationsFilteredOut: [[60, 1]],
    };
    const { out, screen } = await run({ stack: STACK });
    expect(screen(...VARYING)).toMatchSnapshot();
    expect(out.filter((line) => line.length > 80 && !line.includes("http"))).toEqual([]);
  });

  test("answers machines with subscribers and deliveries, too", async () => {
    const { code, json } = await run({ stack: STACK, json: true });
    const { subscribers, deliveries } = json();
    const [confirmed, what] = [true, expect.stringMatching(/\[TEST\]/)];
    expect([code, subscribers, deliveries]).toEqual([
      0,
      [
        { protocol: "email", endpoint: "g…@example.com", confirmed, what },
        { protocol: "sms", endpoint: "+49…5678", confirmed, what },
      ],
      { delivered: 0, failed: 0, filteredOut: 0 },
    ]);
  });

  test.each([
    ["nobody is subscribed", () => Object.assign(world.aws, { subscribers: [] })],
    ["the subscribers may not be seen", () => world.aws.denied.add("ListSubscriptionsByTopic")],
    ["the metrics may not be read", () => world.aws.denied.add("GetMetricStatistics")],
  ])("says so where %s", async (_situation, arrange) => {
    arrange();
    const { screen } = await run({ stack: STACK });
    const known = /^.*that it is a test\n| {2}\w+ .*(?=\n\nThese)|\nA new PIN .*(?=exit)/gs;
    expect(screen([known, "…\n"])).toMatchSnapshot();
  });

  test("fails where AWS does, whatever it asks", async () => {
    for (const action of ["GetMetricStatistics", "ListSubscriptionsByTopic"]) {
      world.aws.refused.set(action, { code: "InternalError", message: `No ${action}` });
      await expect(run({ stack: STACK })).rejects.toThrow(`No ${action}`);
    }
  });

  test("waits for a function that has yet to read a new app secret", async () => {
    const statuses = [503, 401];
    const door = await openDoor(async (request, response) => {
      const status = request.method === "POST" ? statuses.shift() : undefined;
      if (status === undefined) return pass(request, response);
      response.writeHead(status).end();
    });
    const { code, text } = await run({ stack: STACK, timeout: 30 });
    expect([code, text.replaceAll(/ \d+ ms /g, "; ")]).toEqual([
      0,
      expect.stringContaining(
        "; answered 503; an app secret just saved takes a minute: trying again; answered 401; an app secret just saved takes a minute: trying again; answered 200;",
      ),
    ]);
    await door.stop();
  });
});

test("a drill on a stack is in that stack's history, and its alert takes no answer", async () => {
  await run({ stack: STACK });
  const of = { options: { stack: STACK, format: "json", waba: "0" }, width: 80 } as const;
  const signal = AbortSignal.abort();
  const shown = await runWith((terminal) => history({ ...of, terminal, signal }));
  expect(shown.json()).toMatchObject([{ alert: "published", test: true }]);
  const options = { stack: STACK, all: true, as: "Ann", answer: "planned" } as const;
  const answered = runWith((terminal) => acknowledge({ options, terminal, now: Date.now }));
  await expect(answered).rejects.toThrow("in the history: npm run history -- --stack Hooks");
});

describe("a drill that comes to nothing", () => {
  test.each([
    ["No app secret is set, so that nothing is accepted: npm run connect -- --stack Hooks.", []],
    [
      "The saved app secret ends in a line break: set it without one (`printf %s` instead of `echo`): npm run connect -- --stack Hooks.",
      [`${OLD_APP_SECRET}\n`],
    ],
    ["http://127.0.0.1:65535/webhook does not answer (ECONNREFUSED).", [APP_SECRET]],
  ])("says what is wrong: %s", async (sentence, appSecrets) => {
    world.aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
    if (world.aws.stack) world.aws.stack.outputs.WebhookUrl = "http://127.0.0.1:65535/webhook";
    const failure = await run({ stack: STACK }).catch(String);
    expect(failure).toBe(`UserError: ${sentence}`);
  });

  test.each([
    [401, 600, 3, "the function knows another app secret than the one that is saved."],
    [401, 20, 1, "the function knows another app secret than the one that is saved."],
    [503, 600, 3, "the function has no app secret, or can't read it."],
    [404, 600, 1, "the address leads elsewhere."],
    [500, 600, 1, "see the function's log."],
    [302, 600, 1, "see the function's log."],
  ])(
    "answered %i each half minute gives up after %i s, at most 90",
    async (status, timeout, posts, meaning) => {
      let answered = 0;
      vi.useFakeTimers({ toFake: ["Date"] });
      const door = await openDoor((_, response) => {
        answered += 1;
        vi.setSystemTime(Date.now() + 30_000);
        response.writeHead(status, { location: "/" }).end();
      });
      const failure = await run({ stack: STACK, timeout }).catch(String);
      vi.useRealTimers();
      const sentence = `UserError: ${door.url}/webhook answers ${status}: ${meaning}`;
      expect([failure, answered]).toEqual([sentence, posts]);
      await door.stop();
    },
  );

  test("says that no item appeared, once its time is up", async () => {
    let status = 200;
    const door = await openDoor((_, response) => response.writeHead(status).end());
    const failure = () => run({ stack: STACK, timeout: 0 }).catch(String);
    expect(await failure()).toBe(
      `UserError: The delivery was answered 200, but no item appeared in ${tableName}: see the function's log.`,
    );
    status = 204;
    expect(await failure(), "which is none of the function's answers").toContain("answers 204");
    await door.stop();
  });
});

describe("a drill whose alert is not out yet", () => {
  const id = { wabaId: "0", eventKey: "0000000000000001#drill", body: "", signature: "" };
  const source = { tableName, dynamodb };

  function put(alert: string, N = "2") {
    const Item = { ...toKey(id), alert: { S: alert }, alertAttempts: { N } };
    return dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
  }

  test.each(["pending", "open"])("waits while the alert is %s, and then says so", async (alert) => {
    const attempts = alert === "open" ? "no" : "2";
    await put(alert, attempts.replace("no", "0"));
    expect((await awaitStored(source, id, 0)).alert?.S).toBe(alert);
    await expect(awaitPublished(source, id, Date.now() + 300)).rejects.toThrow(
      `The alert is still ${alert} after ${attempts} attempts: SNS does not take it, and the relay tries again each minute; see infra/RUNBOOK.md, "Alert pending too long".`,
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
  const elsewhere = "the address leads elsewhere, or the function reads another table";

  test.each([
    [`answers 404: ${elsewhere}`, 404],
    ["answers 503: the function can't read the table", 503],
    ["answers 302: see the function's log", 302],
    ["answers 500: see the function's log", 500],
    ["does not say that it is a test: it is another", 200],
    ["does not answer (UND_ERR_SOCKET)", 0],
  ])("%s: the drill fails, and no output has the link's code", async (fault, status) => {
    const links: string[] = [];
    const door = await openDoor(async (request, response) => {
      if (request.method === "POST") return pass(request, response);
      links.push(request.url ?? "");
      if (status === 0) response.destroy();
      else response.writeHead(status, { location: "/elsewhere" }).end("<h1>Hello</h1>");
    });
    const terminal = createTestTerminal();
    const options = { stack: STACK, event: "PIN_CHANGED", phone: "1", timeout: 600 };
    const failure = await drill({ options, terminal, pauseMs: 50 }).catch(String);
    await door.stop();
    expect(failure).toBe(
      `UserError: The alert went out, but the page behind its link, ${door.url}/incident, ${fault}. People can't answer there; npm run acknowledge works without it.`,
    );
    const code = new URL(links[0] ?? "", door.url).searchParams.get("c") ?? "";
    expect(code).toMatch(/^[\w-]{22}$/);
    expect(terminal.text()).not.toContain(code);
  });
});
