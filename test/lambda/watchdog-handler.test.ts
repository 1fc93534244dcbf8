import { beforeEach, describe, expect, test, vi } from "vitest";
import { PROTECT } from "../../lambda/shared/names.ts";
import { startAwsOfFunction, useEnvironment } from "../support/aws-of-function.ts";
import { EVERY_PART } from "../support/synthesise.ts";
import { toTemplateEnvironment } from "../support/template-environment.ts";

const INVOCATION = { invokedFunctionArn: "arn:aws:lambda:eu-central-1:1:function:watchdog" };

/** The template refers to the stack; Lambda has its ARN. */
const STACK_ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/Hooks/1a2b";
const HEARTBEAT_URL = "https://monitor.example/ping";
const environment = { ...toTemplateEnvironment("Watchdog"), STACK_ID, HEARTBEAT_URL };

/** The module as Lambda loads it. */
function load() {
  vi.resetModules();
  return import("../../lambda/watchdog-handler.ts");
}

const written = useEnvironment(environment);
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (url: unknown) => {
    asked.push(String(url));
    throw new TypeError("fetch failed");
  });
});

describe("the watchdog's function with the environment of the deployed template", () => {
  test("runs for its daily rule: mails to the operations topic, and remembers in the table", async () => {
    const { of } = await startAwsOfFunction();
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
    const { of } = await startAwsOfFunction();
    const { handler } = await load();
    await expect(handler({ describe: true }, INVOCATION)).resolves.toMatchObject({
      markdown: expect.any(String),
    });
    const widget = await handler({ widgetContext: { theme: "dark" } }, INVOCATION);
    expect(JSON.stringify(widget)).toContain("<style>");
    expect(of("Publish")).toEqual([]);
    expect(asked).toEqual([]);
  });

  test("looks into the table for who asks by an alert's link, and for who answers in the widget", async () => {
    const { of } = await startAwsOfFunction();
    const { handler } = await load();
    const alert = { wabaId: "1", eventKey: "2" };
    const Key = { wabaId: { S: "1" }, eventKey: { S: "2" } };
    const byLink = { invokedFunctionArn: `${INVOCATION.invokedFunctionArn}:${PROTECT.linkAlias}` };
    await handler({ protectByLink: { ...alert, token: "t".repeat(22) } }, byLink);
    expect(written.at(-1)).toContain("new PIN asked for by link");
    const widgetContext = { theme: "dark", forms: { all: { name: "Ann" } } };
    await handler({ widgetContext, acknowledge: { ...alert, answer: "planned" } }, INVOCATION);
    expect(of("GetItem")).toMatchObject([{ Key }, { Key }]);
  });

  test.each(["OPERATIONS_TOPIC_ARN", "TABLE_NAME", "SECRET_ID", "STACK_ID"])(
    "fails at once without %s",
    async (name) => {
      vi.stubEnv(name, "");
      await expect(load()).rejects.toThrow(`Environment variable ${name} is missing`);
    },
  );
});
