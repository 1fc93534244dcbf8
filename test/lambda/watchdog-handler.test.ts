import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { SECRET_TEXT } from "../support/builders.ts";
import { serve } from "../support/serve.ts";
import { EVERY_PART } from "../support/synthesise.ts";
import { toTemplateEnvironment } from "../support/template-environment.ts";

const PUBLISHED = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`;
const INVOCATION = { invokedFunctionArn: "arn:aws:lambda:eu-central-1:1:function:watchdog" };

interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Stands in for all of AWS, and points the function's environment at itself. */
async function startAws() {
  const calls: Call[] = [];
  const { url, stop } = await serve(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers["x-amz-target"] ?? "").split(".")[1];
    const form = new URLSearchParams(body);
    const operation = target ?? form.get("Action") ?? "";
    calls.push({ operation, input: target ? JSON.parse(body) : Object.fromEntries(form) });
    const secret = JSON.stringify({ SecretString: SECRET_TEXT });
    const answers: Record<string, string> = { GetSecretValue: secret, Publish: PUBLISHED };
    response.writeHead(200).end(answers[operation] ?? (target ? "{}" : "<a/>"));
  });
  onTestFinished(stop);
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  return (operation: string) =>
    calls.filter((call) => call.operation === operation).map(({ input }) => input);
}

/** The template refers to the stack; Lambda has its ARN. */
const STACK_ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/Hooks/1a2b";
const HEARTBEAT_URL = "https://monitor.example/ping";
const environment = { ...toTemplateEnvironment("Watchdog"), STACK_ID, HEARTBEAT_URL };

/** The module as Lambda loads it. */
function load() {
  vi.resetModules();
  return import("../../lambda/watchdog-handler.ts");
}

let written: string[] = [];
let asked: string[] = [];

beforeEach(() => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  written = [];
  asked = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    written.push(String(line));
    return true;
  });
  vi.stubGlobal("fetch", async (url: unknown) => {
    asked.push(String(url));
    throw new TypeError("fetch failed");
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

describe("the watchdog's function with the environment of the deployed template", () => {
  test("runs for its daily rule: mails to the operations topic, and remembers in the table", async () => {
    const of = await startAws();
    const { handler } = await load();
    await expect(handler({ source: "aws.events" }, INVOCATION)).resolves.toBeUndefined();
    const mails = of("Publish");
    expect(mails.map(({ TopicArn }) => TopicArn)).toEqual([
      "<OperationsTopic>",
      "<OperationsTopic>",
    ]);
    const kinds = mails.map((mail) => mail["MessageAttributes.entry.1.Value.StringValue"]);
    expect(kinds).toEqual(["check", "heartbeat"]);
    expect(of("PutItem")).toEqual([
      expect.objectContaining({
        TableName: "<Events>",
        Item: expect.objectContaining({ wabaId: { S: "watchdog" } }),
      }),
    ]);
    expect(of("GetSecretValue")).toContainEqual({ SecretId: "<Secret>" });
    const topics = of("ListSubscriptionsByTopic").map(({ TopicArn }) => TopicArn);
    expect(topics.sort()).toEqual(["<AlertTopic>", "<OperationsTopic>"]);
    expect(asked.some((url) => url.startsWith(`https://${EVERY_PART.domainName}/webhook`))).toBe(
      true,
    );
    expect(asked, "no heartbeat, since checks fail").not.toContain(HEARTBEAT_URL);
    expect(written.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ message: "watchdog ran", WatchdogRun: 1 }),
    ]);
  });

  test("answers the dashboard's widget, and runs no check that calls the webhook", async () => {
    const of = await startAws();
    const { handler } = await load();
    await expect(handler({ describe: true }, INVOCATION)).resolves.toMatchObject({
      markdown: expect.any(String),
    });
    const widget = await handler({ widgetContext: { theme: "dark" } }, INVOCATION);
    expect(JSON.stringify(widget)).toContain("<style>");
    expect(of("Publish")).toEqual([]);
    expect(asked).toEqual([]);
  });

  test.each(["OPERATIONS_TOPIC_ARN", "TABLE_NAME", "SECRET_ID", "STACK_ID"])(
    "fails at once without %s",
    async (name) => {
      vi.stubEnv(name, "");
      await expect(load()).rejects.toThrow(`Environment variable ${name} is missing`);
    },
  );
});
