import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { META_EXAMPLE, sign } from "../../support/builders.ts";
import { startLocalRun } from "../../support/local-run.ts";
import { runHere } from "../../support/run-here.ts";
import { type Served, serve } from "../../support/serve.ts";

const local = await startLocalRun();
afterAll(local.stop);

function simulate(...args: string[]) {
  return runHere("simulate", ["--data", local.data, ...args]);
}

/** A sentence as it stands on stderr, its line breaks undone. */
function toSentence(err: string): string {
  return err.replace(/\s+/g, " ").trim();
}

async function itemsOf(wabaId: string, { address } = local) {
  const { dynamodbEndpoint: endpoint, tableName: TableName } = address;
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint });
  const pages = await Array.fromAsync(paginateScan({ client }, { TableName }));
  return pages.flatMap(({ Items = [] }) => Items).filter((item) => item.wabaId?.S === wabaId);
}

describe("simulate", () => {
  test("sends Meta's example; run again, it adds neither item nor alert", async () => {
    const own = await startLocalRun();
    const example = () => runHere("simulate", ["--data", own.data]);
    const sent = `1 change in 1 POST to ${own.address.webhookUrl}\n`;
    expect(await example()).toEqual({ code: 0, out: "200 ok\n", err: sent });
    const again = await example();
    expect(again).toMatchObject({ code: 0, out: "200 ok\n" });
    expect(toSentence(again.err)).toContain("All of it was stored already: nothing was added.");
    expect(await itemsOf("102290129340398", own)).toMatchObject([{ alert: { S: "open" } }]);
    const { sqsEndpoint, alertQueueUrl: QueueUrl } = own.address;
    const sqs = new SQSClient({ ...LOCAL_AWS, endpoint: sqsEndpoint });
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    expect((await sqs.send(command)).Messages).toHaveLength(1);
    await own.stop();
  });

  test("sends what the options say", async () => {
    const options = ["--phone", "+1 555-078-3882", "--requester", "7", "--time", "1700000000"];
    await simulate("PIN_FROZEN", "--waba", "66", ...options);
    expect(await itemsOf("66")).toMatchObject([
      {
        event: { S: "PIN_FROZEN" },
        displayPhoneNumber: { S: "15550783882" },
        requester: { S: "7" },
        time: { N: "1700000000" },
      },
    ]);
  });

  test("says how many of several changes were stored already", async () => {
    const options = ["--waba", "77", "--time", "1700000000", "--count"];
    expect((await simulate("PIN_CHANGED", ...options, "2")).err).not.toContain("already");
    for (const item of await itemsOf("77"))
      expect(item, "Meta documents none").not.toHaveProperty("requester");
    const { err } = await simulate("PIN_CHANGED", ...options, "3");
    expect(toSentence(err)).toContain("2 of 3 changes were stored already");
  });

  test.each([
    ["PIN_RESET_REQEST", "Did you mean PIN_RESET_REQUEST?"],
    ["pin_changed", "Did you mean PIN_CHANGED?"],
    ["SOMETHING_ELSE_ALTOGETHER", "is stored under that name."],
  ])("says that Meta documents no event %s, and sends it", async (event, hint) => {
    const { out, err } = await simulate(event, "--waba", "88");
    expect(out).toBe("200 ok\n");
    expect(toSentence(err)).toContain(
      `Meta documents no event ${event}: it is stored under that name.`,
    );
    expect(toSentence(err)).toContain(hint);
  });

  test("fails when the answer is not 200", async () => {
    const { code, out } = await simulate("--app-secret", "wrong");
    expect([code, out]).toEqual([1, "401 signature mismatch\n"]);
  });

  test.each([
    [["--time", "soon"], "A time is a whole number of Unix seconds, or now."],
    [["--count", "0"], "A count is a whole number from 1 to 999999."],
    [["--url", "webhook"], "It must be an address such as https://example.com/webhook."],
    [["--url", "http://127.0.0.1:9/"], "With --url the app secret must be given"],
    [["--url", "http://127.0.0.1:9/", "--app-secret", "x"], "http://127.0.0.1:9/ does not answer"],
    [
      ["--data", "/nowhere"],
      "start it with npm start -- --data /nowhere in another terminal, or post to an address",
    ],
    [["A", "B"], "error: too many arguments"],
  ])("refuses %j in a sentence", async (args, sentence) => {
    const { code, out, err } = await simulate(...args);
    expect([code, out]).toEqual([1, ""]);
    expect(err.replace(/\s+/g, " ")).toContain(sentence);
    expect(err).not.toContain(" at ");
  });
});

describe("a simulated delivery, byte by byte", () => {
  const received: { body: string; signature: string | undefined }[] = [];
  let status = 302;
  let server: Served;

  beforeAll(async () => {
    server = await serve(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request)).toString("latin1");
      received.push({ body, signature: String(request.headers["x-hub-signature-256"]) });
      response.writeHead(status, { location: "/" }).end("\x1b]0;gotcha\x07no\u202e");
    });
  });
  afterAll(() => server.stop());

  function post(...args: string[]) {
    received.length = 0;
    const url = ["--url", `${server.url}/webhook`];
    return runHere("simulate", [...url, ...args], { WHATSAPP_APP_SECRET: "hush" });
  }

  test("has as many different changes as are asked for, a thousand to a POST", async () => {
    status = 200;
    const { code, err } = await post("PIN_CHANGED", "--count", "1001");
    expect([code, toSentence(err)]).toEqual([
      0,
      expect.stringMatching(/^1,?001 changes in 2 POSTs to/),
    ]);
    status = 302;
    const times = received.map(({ body }) =>
      JSON.parse(body).entry.map((e: { time: number }) => e.time),
    );
    expect(times.map(({ length }) => length)).toEqual([1000, 1]);
    expect(new Set(times.flat()).size).toBe(1001);
  });

  test("is Meta's documented example, signed with the secret of the environment", async () => {
    status = 200;
    const { err } = await post();
    status = 302;
    expect(toSentence(err)).toBe(
      `1 change in 1 POST to ${server.url}/webhook The same delivery again would add nothing.`,
    );
    expect(received).toEqual([{ body: META_EXAMPLE, signature: sign(META_EXAMPLE, "hush") }]);
  });

  test("has what is not ASCII escaped, as Meta escapes it", async () => {
    await post("--requester", "ä\u{1f600}/");
    expect(received[0]?.body).toContain('"requester":"\\u00e4\\ud83d\\ude00/"');
  });

  test("follows no redirect, and shows nothing that a terminal would obey", async () => {
    const { code, out, err } = await post();
    expect(received).toHaveLength(1);
    expect(err, "nothing was stored that could be repeated").not.toContain("again");
    expect(code).toBe(1);
    expect(out).toBe("302 \ufffd]0;gotcha\ufffdno\ufffd\n");
  });
});
