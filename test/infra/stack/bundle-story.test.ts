import { join } from "node:path";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, expect, test } from "vitest";
import { bundleFunction } from "../../../infra/stack/bundle/bundle.ts";
import { toStoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
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
import { postOf, visitOf } from "../../support/world.ts";

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

/** The stored events of an account. */
async function eventsOf(wabaId: string) {
  const command = new ScanCommand({ TableName: database.tableName });
  const { Items = [] } = await database.client.send(command);
  return Items.filter((item) => item.wabaId?.S === wabaId);
}

const handshake = {
  ...postOf("", undefined),
  rawQueryString: `hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${VERIFY_TOKEN}`,
  requestContext: { http: { method: "GET" } },
};

test("the bundle in a fresh process with Lambda's environment alone confirms the subscription, stores a delivery once, alerts once, and relays", async () => {
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

  const account = "102290129340398";
  const events = await eventsOf(account);
  expect(events, "the event is stored once, and its alert is open").toMatchObject([
    { event: { S: "PIN_RESET_REQUEST" }, alert: { S: "open" } },
  ]);

  const { Messages = [] } = await queues.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queues.queueUrl, MaxNumberOfMessages: 10 }),
  );
  const own = Messages.filter(({ Body }) => Body?.includes(account));
  expect(own, "one alert, whatever was repeated").toHaveLength(1);
});

test("the bundle starts the watchdog's function, signed, for whoever presses the page's button", async () => {
  const started: [string | undefined, string | undefined][] = [];
  const lambda = await serve((request, response) => {
    started.push([request.url, request.headers.authorization]);
    response.writeHead(202).end();
  });
  const module = join(bundleFunction(), "index.mjs");
  const id = newWabaId();
  const change = { event: "PIN_REQUEST_SUCCESS", display_phone_number: "15550009999" };
  const time = Math.floor(Date.now() / 1000);
  const body = payload(entry({ id, time, changes: [securityChange(resetRequest(change))] }));
  await runFunction({ module, events: [postOf(body, sign(body))], environment });
  const [item = {}] = await eventsOf(id);
  const pressed = {
    ...visitOf(toLinkQuery(toStoredAlert(item)), { name: "Ann", protect: "now" }),
    stageVariables: { protectByLink: `${lambda.url}/invocations?Qualifier=protect-by-link` },
  };
  const { results } = await runFunction({ module, events: [pressed], environment });
  await lambda.stop();
  expect(results.map(({ statusCode }) => statusCode)).toEqual([303]);
  expect(started).toEqual([
    ["/invocations?Qualifier=protect-by-link", expect.stringMatching(/us-east-1\/lambda\/aws4/)],
  ]);
});
