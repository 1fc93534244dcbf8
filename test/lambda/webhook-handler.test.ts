import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ATTRIBUTE } from "../../lambda/shared/item-names.ts";
import { startAwsOfFunction, useEnvironment } from "../support/aws-of-function.ts";
import { APP_SECRET, entry, payload, sign } from "../support/builders.ts";
import { LAMBDA_ENVIRONMENT } from "../support/fresh-process.ts";
import { EVERY_PART } from "../support/synthesise.ts";
import { toTemplateEnvironment } from "../support/template-environment.ts";
import { postOf } from "../support/world.ts";

/** Never called: by it TypeScript knows the type, and StrykerJS that this file tests the module. */
const importModule = () => import("../../lambda/webhook-handler.ts");

/** The module as Lambda loads it, once for each environment; what it imports stays loaded. */
function load(): ReturnType<typeof importModule> {
  const address = `../../lambda/webhook-handler.ts?${randomUUID()}`;
  return import(address);
}

const INVOCATION = { awsRequestId: "id-1", getRemainingTimeInMillis: () => 15_000 };
const REFUSED = { status: 400, body: JSON.stringify({ __type: "AccessDeniedException" }) };

const written = useEnvironment(LAMBDA_ENVIRONMENT);

describe("loading the function", () => {
  test("starts the first read of its secret, before any request", async () => {
    const aws = await startAwsOfFunction();
    await load();
    await aws.hasHeard(1);
    expect(aws.calls).toEqual([{ operation: "GetSecretValue", input: { SecretId: "webhook" } }]);
  });

  test.each(["TABLE_NAME", "ALERT_TOPIC_ARN", "SECRET_ID"])(
    "fails at once without %s",
    async (name) => {
      vi.stubEnv(name, "");
      await expect(load()).rejects.toThrow(`Environment variable ${name} is missing`);
    },
  );
});

test("a tick that waits for a place is held by its timer: Lambda fails an invocation for which nothing is under way", async () => {
  const entry = { wabaId: { S: "1" }, eventKey: { S: "2" }, dueAt: { N: "1" } };
  const error = { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException" };
  await startAwsOfFunction({
    Query: { body: JSON.stringify({ Items: [entry] }) },
    UpdateItem: { status: 400, body: JSON.stringify(error) },
  });
  const { handler } = await load();
  const timers = vi.spyOn(globalThis, "setTimeout");
  let left = 15_000;
  const getRemainingTimeInMillis = () => {
    left -= 250;
    return left;
  };
  await handler({ source: "aws.events" }, { ...INVOCATION, getRemainingTimeInMillis });
  const pauses = timers.mock.calls.flatMap(([, ms], index) => {
    return ms === 500 ? [timers.mock.results[index]?.value as NodeJS.Timeout] : [];
  });
  expect(pauses.length).toBeGreaterThan(0);
  expect(pauses.every((timer) => timer.hasRef())).toBe(true);
});

describe("a delivery to the loaded function", () => {
  test("is stored, alerted and answered, its tokens new for each event", async () => {
    const aws = await startAwsOfFunction();
    const { handler } = await load();
    for (let times = 0; times < 2; times += 1) {
      const body = payload(entry());
      const result = await handler(postOf(body, sign(body)), INVOCATION);
      expect(result).toMatchObject({ statusCode: 200 });
    }
    expect(aws.of("GetSecretValue"), "one read of the secret").toHaveLength(1);
    expect(aws.of("Publish")).toMatchObject([{ TopicArn: LAMBDA_ENVIRONMENT.ALERT_TOPIC_ARN }, {}]);
    const items = aws.of("PutItem").map(({ Item }) => Item as Record<string, { S: string }>);
    const forms = [
      [ATTRIBUTE.claimToken, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
      // 128 random bits.
      [ATTRIBUTE.incidentCode, /^[\w-]{22}$/],
    ] as const;
    for (const [name, form] of forms) {
      const [one, other] = items.map((item) => item[name]?.S);
      expect([one, other]).toEqual([expect.stringMatching(form), expect.stringMatching(form)]);
      expect(one, name).not.toBe(other);
    }
  });

  test("is logged in one line of JSON, at the time of the clock, with nothing before it", async () => {
    await startAwsOfFunction();
    const { handler } = await load();
    const body = payload();
    const before = Date.now();
    await handler(postOf(body, sign(body)), INVOCATION);
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^\{.*\}\n$/);
    const line = JSON.parse(written[0] ?? "");
    expect(line).toMatchObject({ message: "delivery accepted", FunctionName: "webhook" });
    expect(line._aws.Timestamp).toBeGreaterThanOrEqual(before);
    expect(line._aws.Timestamp).toBeLessThanOrEqual(Date.now());
  });

  test("is answered 503 where the secret is none of text", async () => {
    await startAwsOfFunction({
      GetSecretValue: { body: JSON.stringify({ SecretBinary: "e30=" }) },
    });
    const { handler } = await load();
    const body = payload();
    const result = await handler(postOf(body, sign(body, APP_SECRET)), INVOCATION);
    expect(result).toMatchObject({ statusCode: 503 });
    expect(written.join("")).toContain("MalformedSecretError");
  });
});

describe("with the environment of the deployed template", () => {
  const environment = toTemplateEnvironment("Function");

  beforeEach(() => {
    vi.unstubAllEnvs();
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  });

  test("each request goes to its own resource, and the mail's link to the public address", async () => {
    const aws = await startAwsOfFunction();
    const { handler } = await load();
    const body = payload(entry());
    const result = await handler(postOf(body, sign(body)), INVOCATION);
    expect(result).toMatchObject({ statusCode: 200 });
    expect(aws.of("GetSecretValue")[0]).toEqual({ SecretId: "<Secret>" });
    expect(aws.of("PutItem")[0]).toMatchObject({ TableName: "<Events>" });
    const [published] = aws.of("Publish");
    expect(published).toMatchObject({ TopicArn: "<AlertTopic>" });
    expect(JSON.parse(String(published?.Message)).email).toContain(
      `https://${EVERY_PART.domainName}/incident?`,
    );
  });

  test("the relay's rule starts a tick", async () => {
    const aws = await startAwsOfFunction();
    const { handler } = await load();
    await expect(handler({ source: "aws.events" }, INVOCATION)).resolves.toBeUndefined();
    expect(aws.of("Query")[0]).toMatchObject({ TableName: "<Events>" });
    expect(written.join("")).toContain('"message":"outbox relayed"');
  });
});

describe("warming up", () => {
  test("reads one page of the outbox while the secret is read, and nothing else", async () => {
    const aws = await startAwsOfFunction();
    const { warmUp } = await load();
    await warmUp();
    expect(aws.calls.map(({ operation }) => operation).sort()).toEqual(["GetSecretValue", "Query"]);
    expect(aws.of("Query")[0]).toMatchObject({ TableName: "events", IndexName: "outbox" });
  });

  test("does not fail where AWS refuses everything", async () => {
    await startAwsOfFunction({ GetSecretValue: REFUSED, Query: REFUSED });
    const { warmUp } = await load();
    await expect(warmUp()).resolves.toBeUndefined();
  });

  test.each(["GetSecretValue", "Query"])(
    "waits for %s, but two seconds at most",
    async (operation) => {
      const aws = await startAwsOfFunction({ [operation]: "hang" });
      const { warmUp } = await load();
      const isWarm = vi.fn();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const warming = warmUp().then(isWarm);
      await aws.hasHeard(2);
      await vi.advanceTimersByTimeAsync(1_999);
      expect(isWarm).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      await warming;
      expect(isWarm).toHaveBeenCalled();
    },
  );
});
