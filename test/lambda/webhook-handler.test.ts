import { EventEmitter, once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { APP_SECRET, entry, payload, SECRET_TEXT, sign } from "../support/builders.ts";
import { LAMBDA_ENVIRONMENT } from "../support/fresh-process.ts";
import { serve } from "../support/serve.ts";
import { EVERY_PART } from "../support/synthesise.ts";
import { toTemplateEnvironment } from "../support/template-environment.ts";
import { postOf } from "../support/world.ts";

/** What an operation is answered; `hang`: nothing at all. */
type Answer = { readonly status?: number; readonly body: string } | "hang";

const PUBLISHED = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`;

const ANSWERS: Readonly<Record<string, Answer>> = {
  GetSecretValue: { body: JSON.stringify({ SecretString: SECRET_TEXT }) },
  Publish: { body: PUBLISHED },
};

interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Stands in for all of AWS, and points the function's environment at itself. */
async function startAws(difference: Readonly<Record<string, Answer>> = {}) {
  const answers: Record<string, Answer> = { ...ANSWERS, ...difference };
  const calls: Call[] = [];
  const received = new EventEmitter();
  const { url, stop } = await serve(async (request, response) => {
    const call = toCall(request, await text(request));
    calls.push(call);
    received.emit("call");
    const answer = answers[call.operation] ?? { body: "{}" };
    if (answer !== "hang") response.writeHead(answer.status ?? 200).end(answer.body);
  });
  onTestFinished(stop);
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  return {
    calls,
    answers,
    async hasHeard(count: number) {
      while (calls.length < count) await once(received, "call");
    },
    of: (operation: string) => calls.filter((call) => call.operation === operation),
  };
}

function toCall({ headers }: IncomingMessage, body: string): Call {
  const target = String(headers["x-amz-target"] ?? "").split(".")[1];
  if (target) return { operation: target, input: JSON.parse(body) };
  const form = new URLSearchParams(body);
  return { operation: form.get("Action") ?? "", input: Object.fromEntries(form) };
}

/** The module as Lambda loads it: anew for each environment. */
function load() {
  vi.resetModules();
  return import("../../lambda/webhook-handler.ts");
}

const INVOCATION = { awsRequestId: "id-1", getRemainingTimeInMillis: () => 15_000 };
const REFUSED = { status: 400, body: JSON.stringify({ __type: "AccessDeniedException" }) };

let written: string[] = [];

beforeEach(() => {
  for (const [name, value] of Object.entries(LAMBDA_ENVIRONMENT)) vi.stubEnv(name, value);
  written = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    written.push(String(line));
    return true;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("loading the function", () => {
  test("starts the first read of its secret, before any request", async () => {
    const aws = await startAws();
    await load();
    await expect
      .poll(() => aws.calls.map(({ operation }) => operation))
      .toEqual(["GetSecretValue"]);
    expect(aws.calls[0]?.input).toEqual({ SecretId: "webhook" });
  });

  test.each(["TABLE_NAME", "ALERT_TOPIC_ARN", "SECRET_ID"])(
    "fails at once without %s",
    async (name) => {
      vi.stubEnv(name, "");
      await expect(load()).rejects.toThrow(`Environment variable ${name} is missing`);
    },
  );
});

describe("a tick that waits for a place", () => {
  test("is held by its timer: Lambda fails an invocation for which nothing is under way", async () => {
    const entry = { wabaId: { S: "1" }, eventKey: { S: "2" }, dueAt: { N: "1" } };
    const error = { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException" };
    await startAws({
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
});

describe("a delivery to the loaded function", () => {
  test("is stored, told and answered, its tokens new for each event", async () => {
    const aws = await startAws();
    const { handler } = await load();
    for (let times = 0; times < 2; times += 1) {
      const body = payload(entry());
      const result = await handler(postOf(body, sign(body)), INVOCATION);
      expect(result).toMatchObject({ statusCode: 200 });
    }
    expect(aws.of("GetSecretValue"), "one read of the secret").toHaveLength(1);
    expect(aws.of("Publish")).toMatchObject([
      { input: { TopicArn: LAMBDA_ENVIRONMENT.ALERT_TOPIC_ARN } },
      {},
    ]);
    const items = aws.of("PutItem").map(({ input }) => input.Item as Record<string, { S: string }>);
    for (const { claimToken, incidentCode } of items) {
      expect(claimToken?.S).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(incidentCode?.S, "128 random bits").toMatch(/^[\w-]{22}$/);
    }
    for (const name of ["claimToken", "incidentCode"]) {
      expect(new Set(items.map((item) => item[name]?.S)).size, name).toBe(2);
    }
  });

  test("is told in one line of JSON, at the time of the clock, with nothing before it", async () => {
    await startAws();
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
    await startAws({ GetSecretValue: { body: JSON.stringify({ SecretBinary: "e30=" }) } });
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
    const aws = await startAws();
    const { handler } = await load();
    const body = payload(entry());
    const result = await handler(postOf(body, sign(body)), INVOCATION);
    expect(result).toMatchObject({ statusCode: 200 });
    expect(aws.of("GetSecretValue")[0]?.input).toEqual({ SecretId: "<Secret>" });
    expect(aws.of("PutItem")[0]?.input).toMatchObject({ TableName: "<Events>" });
    const [published] = aws.of("Publish");
    expect(published?.input).toMatchObject({ TopicArn: "<AlertTopic>" });
    expect(JSON.parse(String(published?.input.Message)).email).toContain(
      `https://${EVERY_PART.domainName}/incident?`,
    );
  });

  test("the relay's rule starts a tick", async () => {
    const aws = await startAws();
    const { handler } = await load();
    await expect(handler({ source: "aws.events" }, INVOCATION)).resolves.toBeUndefined();
    expect(aws.of("Query")[0]?.input).toMatchObject({ TableName: "<Events>" });
    expect(written.join("")).toContain('"message":"outbox relayed"');
  });
});

describe("warming up", () => {
  test("reads one page of the outbox while the secret is read, and nothing else", async () => {
    const aws = await startAws();
    const { warmUp } = await load();
    await warmUp();
    expect(aws.calls.map(({ operation }) => operation).sort()).toEqual(["GetSecretValue", "Query"]);
    expect(aws.of("Query")[0]?.input).toMatchObject({ TableName: "events", IndexName: "outbox" });
  });

  test("does not fail where AWS refuses everything", async () => {
    await startAws({ GetSecretValue: REFUSED, Query: REFUSED });
    const { warmUp } = await load();
    await expect(warmUp()).resolves.toBeUndefined();
  });

  test.each(["GetSecretValue", "Query"])(
    "waits for %s, but two seconds at most",
    async (operation) => {
      const aws = await startAws({ [operation]: "hang" });
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
