import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { META_EXAMPLE, sign } from "../../support/builders.ts";
import { startLocalRun } from "../../support/local-run.ts";
import { runHere } from "../../support/run-here.ts";
import { type Served, serve } from "../../support/serve.ts";
import { toStable } from "../../support/terminal.ts";

const local = await startLocalRun();
afterAll(local.stop);

function simulate(...args: string[]) {
  return runHere("simulate", ["--data", local.data, ...args]);
}

/** A sentence as it stands on stderr, its line breaks undone. */
function toSentence(err: string): string {
  return err.replace(/\s+/g, " ").trim();
}

describe("simulate", () => {
  test("sends Meta's example; run again, it adds neither item nor alert", async () => {
    const own = await startLocalRun();
    const example = () =>
      runHere("simulate", ["--data", own.data], { WHATSAPP_APP_SECRET: "another app's" });
    const sent = `1 change in 1 POST to ${own.address.webhookUrl}\n`;
    expect(await example()).toEqual({ code: 0, out: "200 ok\n", err: sent });
    expect(await example()).toEqual({
      code: 0,
      out: "200 ok\n",
      err: `${sent}All of it was stored already: nothing was added. For another event give --time\nnow, --phone or --requester.\n`,
    });
    const { out } = await runHere("history", ["--data", own.data, "--json"]);
    expect(JSON.parse(out)).toMatchObject([{ wabaId: "102290129340398", alert: "open" }]);
    const { sqsEndpoint, alertQueueUrl: QueueUrl } = own.address;
    const sqs = new SQSClient({ ...LOCAL_AWS, endpoint: sqsEndpoint });
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    expect((await sqs.send(command)).Messages).toHaveLength(1);
    await own.stop();
  });

  test("says how many of several changes were stored already", async () => {
    const options = ["--waba", "77", "--time", "1700000000", "--count"];
    const sent = (count: number) => `${count} changes in 1 POST to ${local.address.webhookUrl}`;
    expect((await simulate("PIN_CHANGED", ...options, "2")).err).toBe(`${sent(2)}\n`);
    const { err } = await simulate("PIN_CHANGED", ...options, "3");
    expect(toSentence(err)).toBe(
      `${sent(3)} 2 of 3 changes were stored already. For another event give --time now, --phone or --requester.`,
    );
  });

  test.each([
    ["PIN_RESET_REQUES", " Did you mean PIN_RESET_REQUEST?"],
    ["pin_changed", " Did you mean PIN_CHANGED?"],
    ["SOMETHING_ELSE_ALTOGETHER\u0007", ""],
  ])("says that Meta documents no event %j, and sends it", async (event, hint) => {
    const { out, err } = await simulate(event, "--waba", "88");
    expect(out).toBe("200 ok\n");
    const sentence = `Meta documents no event ${event}: it is stored under that name.${hint}`;
    expect(toSentence(err)).toBe(
      `1 change in 1 POST to ${local.address.webhookUrl} ${sentence.replace("\u0007", "\ufffd")}`,
    );
  });

  const NOBODY = "--url http://127.0.0.1:65535/";

  test.each([
    "--time soon",
    "--count 0",
    "--url webhook",
    NOBODY,
    `${NOBODY} --app-secret x`,
    "--data /nowhere",
    "A B",
    "--app-secret wrong",
  ])("fails with %s", async (args) => {
    const { code, out, err } = await simulate(...args.split(" "));
    expect(code).toBe(1);
    expect(toStable(`${out}! ${toSentence(err)}`)).toMatchSnapshot();
  });
});

describe("a simulated delivery, byte by byte", () => {
  const received: object[] = [];
  const bodies: string[] = [];
  let statuses: number[] = [];
  let server: Served;

  beforeAll(async () => {
    server = await serve(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request)).toString("latin1");
      const { method, url, headers } = request;
      const signature = headers["x-hub-signature-256"];
      received.push({ method, url, signature, type: headers["content-type"] });
      bodies.push(body);
      response
        .writeHead(statuses.shift() ?? 200, { location: "/" })
        .end(`\x1b]0;gotcha\x07no\u202e${"o".repeat(600)}`);
    });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    received.length = 0;
    bodies.length = 0;
  });

  function post(...args: string[]) {
    const url = ["--url", `${server.url}/webhook`];
    return runHere("simulate", [...url, ...args], { WHATSAPP_APP_SECRET: "hush" });
  }

  test("has as many different changes as are asked for, a thousand to a POST", async () => {
    statuses = [500];
    const { code, out, err } = await post("PIN_CHANGED", "--count", "1001");
    expect([code, err]).toEqual([1, `1001 changes in 2 POSTs to ${server.url}/webhook\n`]);
    expect(out.match(/^\d+/gm), "one failure of two").toEqual(["500", "200"]);
    const seconds = Array.from({ length: 1001 }, (_, index) => 1_748_811_473 + index);
    const times = bodies.map((body) =>
      JSON.parse(body).entry.map((each: { time: number }) => each.time),
    );
    expect(times).toEqual([seconds.slice(0, 1000), seconds.slice(1000)]);
    expect((await post("--count", "1000")).err).toMatch(/^1000 changes in 1 POST to /);
  });

  test("is Meta's documented example, signed with the secret of the environment", async () => {
    expect((await post()).err).toBe(
      `1 change in 1 POST to ${server.url}/webhook\nThe same delivery again would add nothing.\n`,
    );
    const request = { method: "POST", url: "/webhook", type: "application/json" };
    expect(bodies).toEqual([META_EXAMPLE]);
    await post("--app-secret", "other");
    const signatures = ["hush", "other"].map((secret) => sign(META_EXAMPLE, secret));
    expect(received).toEqual(signatures.map((signature) => ({ ...request, signature })));
  });

  test("is what the options say, with what is not ASCII escaped, as Meta escapes it", async () => {
    const time = ["--time", "1700000000"];
    await post("PIN_FROZEN", "--waba", "66", "--requester", "ä\u{1f600}/", ...time);
    await post("PIN_CHANGED", "--phone", "+1 555-078-3882", ...time);
    const toBody = (id: string, value: string) =>
      `{"object":"whatsapp_business_account","entry":[{"id":"${id}","time":1700000000,"changes":[{"field":"security","value":{"display_phone_number":${value}}}]}]}`;
    expect(bodies).toEqual([
      toBody("66", '"15550783881","event":"PIN_FROZEN","requester":"\\u00e4\\ud83d\\ude00/"'),
      toBody("102290129340398", '"15550783882","event":"PIN_CHANGED"'),
    ]);
  });

  test("follows no redirect, and shows nothing that a terminal would obey", async () => {
    statuses = [302];
    const { code, out, err } = await post();
    expect(received).toHaveLength(1);
    expect(err, "nothing was stored that could be repeated").not.toContain("again");
    expect(code).toBe(1);
    expect(out).toBe(`302 ${"\ufffd]0;gotcha\ufffdno\ufffd".padEnd(500, "o")}\n`);
  });
});
