import { join } from "node:path";
import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, describe, expect, test } from "vitest";
import { bundleFunction } from "../../../infra/stack/bundle/bundle.ts";
import { toKey } from "../../../lambda/event/event-item.ts";
import { toStoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
import { PACE } from "../../../lambda/shared/names.ts";
import {
  entry,
  META_EXAMPLE,
  newWabaId,
  payload,
  resetRequest,
  SECRET_TEXT,
  securityChange,
  sign,
  VERIFY_TOKEN,
} from "../../support/builders.ts";
import { startDynamoDB, startQueues } from "../../support/engines.ts";
import { LAMBDA_ENVIRONMENT, runFunction } from "../../support/fresh-process.ts";
import { serve } from "../../support/serve.ts";
import { synthesise } from "../../support/synthesise.ts";
import { postOf } from "../../support/world.ts";

const database = await startDynamoDB();
const queues = await startQueues();
const secretsManager = await serve((_request, response) => {
  response.end(JSON.stringify({ Name: "webhook", SecretString: SECRET_TEXT }));
});
afterAll(() => Promise.all([database, queues, secretsManager].map((each) => each.stop())));

const environment = {
  ...LAMBDA_ENVIRONMENT,
  // As the engines' own clients have it: dynalite keeps a table for each region and access key.
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "x",
  AWS_SECRET_ACCESS_KEY: "x",
  TABLE_NAME: database.tableName,
  ALERT_TOPIC_ARN: queues.topicArn,
  AWS_ENDPOINT_URL: queues.endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
};

/** What is in the table, but for the times by which messages are paced. */
async function storedEvents() {
  const command = new ScanCommand({ TableName: database.tableName });
  const { Items = [] } = await database.client.send(command);
  return Items.filter(({ wabaId }) => wabaId?.S !== PACE.partition);
}

const handshake = {
  ...postOf("", undefined),
  rawQueryString: `hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${VERIFY_TOKEN}`,
  requestContext: { http: { method: "GET" } },
};

describe("the bundle in a fresh process with Lambda's environment alone", () => {
  test("confirms the subscription, stores a delivery once, alerts once, and relays", async () => {
    const delivery = postOf(META_EXAMPLE, sign(META_EXAMPLE));
    const forged = postOf(META_EXAMPLE, sign(META_EXAMPLE, "another"));
    const tick = { source: "aws.events", "detail-type": "Scheduled Event" };
    const { results, log } = await runFunction({
      module: join(bundleFunction(), "index.mjs"),
      events: [handshake, delivery, delivery, forged, tick],
      environment,
    });
    expect(results.map((result) => result?.statusCode)).toEqual([200, 200, 200, 401, undefined]);
    expect(results[0]?.body).toBe("1158201444");
    for (const line of log.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("message");

    expect(await storedEvents(), "the event is stored once, and its alert is open").toMatchObject([
      { event: { S: "PIN_RESET_REQUEST" }, alert: { S: "open" } },
    ]);

    const { Messages } = await queues.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queues.queueUrl, MaxNumberOfMessages: 10 }),
    );
    expect(Messages?.length, "one alert, whatever was repeated").toBe(1);
    expect(Messages?.[0]?.Body).toContain("102290129340398");
  });
});

/** Five alerts in all: more would find no place for a message of their own. */
describe("the bundle with the environment of a synthesised stack", () => {
  const EVENTS = ["PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"];

  /** Delivers these events to the function of these settings; what it stores of each. */
  async function deliverTo(settings: Record<string, unknown>, events: readonly string[]) {
    const id = newWabaId();
    const changes = events.map((event) => securityChange(resetRequest({ event })));
    const body = payload(entry({ id, changes }));
    const { Variables } = synthesise(settings).propertiesOf("Function").Environment;
    // Only a deployment knows its resources.
    const given = Object.entries<string>(Variables).filter(([, value]) => !value.startsWith("<"));
    const { results } = await runFunction({
      module: join(bundleFunction(), "index.mjs"),
      events: [postOf(body, sign(body))],
      environment: { ...environment, ...Object.fromEntries(given) },
    });
    expect(results).toMatchObject([{ statusCode: 200 }]);
    const items = (await storedEvents()).filter(({ wabaId }) => wabaId?.S === id);
    const stored = new Map(items.map((item) => [item.event?.S, item]));
    return events.map((event) => stored.get(event) ?? {});
  }

  test("alerts exactly what the setting alertEvents names, and repeats unless that is off", async () => {
    const settings = { alertEvents: "PIN_RESET_REQUEST", repeatAfterMinutes: "off" };
    const alerts = (await deliverTo(settings, EVENTS)).map(({ alert }) => alert?.S);
    expect(alerts, "what became of each event's alert").toEqual(["none", "published", "none"]);
  });

  test("alerts of every event where no setting says otherwise, kept for ever", async () => {
    const items = await deliverTo({}, EVENTS);
    const found = items.map(({ alert, expiresAt }) => [alert?.S, expiresAt]);
    expect(found, "what became of each event's alert").toEqual([
      ["published", undefined],
      ["open", undefined],
      ["open", undefined],
    ]);
  });

  test("lets DynamoDB delete events after so many days as the setting retentionDays says", async () => {
    const settings = { retentionDays: 400, alertEvents: "PIN_RESET_REQUEST" };
    const [{ receivedAt, expiresAt } = {}] = await deliverTo(settings, ["PIN_CHANGED"]);
    const receivedSeconds = Math.floor(Date.parse(receivedAt?.S ?? "") / 1000);
    expect(Number(expiresAt?.N) - receivedSeconds, "seconds kept").toBe(400 * 86_400);
  });
});

test("the bundle starts the watchdog's function, signed, for whoever presses the page's button", async () => {
  const started: [string | undefined, string | undefined][] = [];
  const lambda = await serve((request, response) => {
    started.push([request.url, request.headers.authorization]);
    response.writeHead(202).end();
  });
  // As if nothing had been published: a paced alert is not open yet.
  const Key = toKey({ wabaId: PACE.partition, eventKey: "single" });
  await database.client.send(new DeleteItemCommand({ TableName: database.tableName, Key }));
  const module = join(bundleFunction(), "index.mjs");
  const id = newWabaId();
  const change = { event: "PIN_REQUEST_SUCCESS", display_phone_number: "15550009999" };
  const time = Math.floor(Date.now() / 1000);
  const body = payload(entry({ id, time, changes: [securityChange(resetRequest(change))] }));
  await runFunction({ module, events: [postOf(body, sign(body))], environment });
  const item = (await storedEvents()).find(({ wabaId }) => wabaId?.S === id) ?? {};
  const pressed = {
    rawPath: "/incident",
    rawQueryString: toLinkQuery(toStoredAlert(item)),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    stageVariables: { protectByLink: `${lambda.url}/invocations?Qualifier=protect-by-link` },
    body: "name=Ann&protect=now",
    requestContext: { http: { method: "POST", sourceIp: "203.0.113.7" } },
  };
  const { results } = await runFunction({ module, events: [pressed], environment });
  await lambda.stop();
  expect(results.map(({ statusCode }) => statusCode)).toEqual([303]);
  expect(started).toEqual([
    ["/invocations?Qualifier=protect-by-link", expect.stringMatching(/us-east-1\/lambda\/aws4/)],
  ]);
});
