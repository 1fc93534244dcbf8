import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { PROTECT } from "../../lambda/shared/names.ts";
import { startAwsOfFunction, useEnvironment } from "../support/aws-of-function.ts";
import { SECRET_TEXT } from "../support/builders.ts";
import { EVERY_PART } from "../support/synthesise.ts";
import { toTemplateEnvironment } from "../support/template-environment.ts";

const INVOCATION = { invokedFunctionArn: "arn:aws:lambda:eu-central-1:1:function:watchdog" };

/** The template refers to the stack; Lambda has its ARN. */
const STACK_ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/Hooks/1a2b";
const GRAPH = "https://graph.facebook.com/";
const HEARTBEAT_URL = "https://monitor.example/ping";
const environment = { ...toTemplateEnvironment("Watchdog"), STACK_ID, HEARTBEAT_URL };

/** Never called: by it TypeScript knows the type, and StrykerJS that this file tests the module. */
const importModule = () => import("../../lambda/watchdog-handler.ts");

/** The module as Lambda loads it, once for each environment; what it imports stays loaded. */
function load(): ReturnType<typeof importModule> {
  const address = `../../lambda/watchdog-handler.ts?${randomUUID()}`;
  return import(address);
}

const written = useEnvironment(environment);
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (url: unknown) => {
    asked.push(String(url));
    if (!String(url).startsWith(GRAPH)) throw new TypeError("fetch failed");
    return Response.json({ error: { code: 190, message: "no" } }, { status: 400 });
  });
});

describe("the watchdog's function with the environment of the deployed template", () => {
  test("runs for its daily rule: mails to the operations topic, and remembers in the table", async () => {
    const SecretString = JSON.stringify({ ...JSON.parse(SECRET_TEXT), appId: "1234567890" });
    const answers = { GetSecretValue: { body: JSON.stringify({ SecretString }) } };
    const { of } = await startAwsOfFunction(answers);
    const { handler } = await load();
    await expect(handler({ source: "aws.events" }, INVOCATION)).resolves.toBeUndefined();
    const mails = of("Publish");
    expect(mails.map(({ TopicArn }) => TopicArn)).toEqual(Array(2).fill("<OperationsTopic>"));
    expect(String(mails[0]?.Message)).toContain("npm run status -- --stack Hooks");
    const kinds = mails.map((mail) => mail["MessageAttributes.entry.1.Value.StringValue"]);
    expect(kinds).toEqual(["check", "heartbeat"]);
    expect(of("PutItem")).toEqual([
      expect.objectContaining({
        TableName: "<Events>",
        Item: expect.objectContaining({ wabaId: { S: "watchdog" } }),
      }),
    ]);
    expect(of("GetSecretValue")).toContainEqual({ SecretId: "<Secret>" });
    const { report } = JSON.parse(JSON.parse(String(mails[0]?.Message)).default);
    expect(report.failed.map(({ id }: { id: string }) => id).join(" ")).toBe(
      "handshake forged subscribers operations-subscribers alarms relay table meta-app",
    );
    const topics = of("ListSubscriptionsByTopic").map(({ TopicArn }) => TopicArn);
    expect(topics.sort()).toEqual(["<AlertTopic>", "<OperationsTopic>"]);
    const webhook = `https://${EVERY_PART.domainName}/webhook`;
    const places = [GRAPH, webhook, HEARTBEAT_URL].filter((place) => {
      return asked.some((url) => url.startsWith(place));
    });
    expect(places, "no heartbeat, since checks fail").toEqual([GRAPH, webhook]);
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
    const alert = { wabaId: "1", eventKey: "2" };
    const Key = { wabaId: { S: "1" }, eventKey: { S: "2" } };
    const Item = { ...Key, alert: { S: "open" }, displayPhoneNumber: { S: "15550783881" } };
    const { of } = await startAwsOfFunction({ GetItem: { body: JSON.stringify({ Item }) } });
    const { handler } = await load();
    const byLink = { invokedFunctionArn: `${INVOCATION.invokedFunctionArn}:${PROTECT.linkAlias}` };
    await handler({ protectByLink: { ...alert, token: "t".repeat(22) } }, byLink);
    expect(written.at(-1)).toContain("new PIN asked for by link");
    const widgetContext = { theme: "dark", forms: { all: { name: "Ann" } } };
    await handler({ widgetContext, acknowledge: { ...alert, answer: "planned" } }, INVOCATION);
    expect(of("GetItem")).toMatchObject([{ Key }, { Key }]);
    const number = { wabaId: { S: "protect" }, eventKey: { S: "15550783881" } };
    const TableName = "<Events>";
    expect(of("UpdateItem")).toMatchObject([
      { TableName, Key: number },
      { TableName, Key },
    ]);
  });

  test.each([
    [PROTECT.alias, "PROTECT"],
    [PROTECT.linkAlias, "PROTECT_BY_LINK"],
  ])("sets a PIN by the alias %s where the setting %s allows it", async (alias, setting) => {
    const { of } = await startAwsOfFunction();
    const invokedFunctionArn = `${INVOCATION.invokedFunctionArn}:${alias}`;
    const allowing: string[] = [];
    for (const name of ["PROTECT", "PROTECT_BY_LINK"]) {
      vi.stubEnv("PROTECT", "").stubEnv("PROTECT_BY_LINK", "").stubEnv(name, "true");
      const { handler } = await load();
      const result = await handler({ protect: "rehearse" }, { invokedFunctionArn });
      const said = `${JSON.stringify(result)} ${written.at(-1)}`;
      if (!/Deploy the stack with|not allowed/.test(said)) allowing.push(name);
    }
    expect(allowing).toEqual([setting]);
    expect(of("GetSecretValue")).toEqual(
      setting === "PROTECT" ? [{ SecretId: "<TokenSecret>" }] : [],
    );
  });

  test.each(["OPERATIONS_TOPIC_ARN", "TABLE_NAME", "SECRET_ID", "STACK_ID"])(
    "fails at once without %s",
    async (name) => {
      vi.stubEnv(name, "");
      await expect(load()).rejects.toThrow(`Environment variable ${name} is missing`);
    },
  );
});
