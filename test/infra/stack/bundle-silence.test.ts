import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bundleFunction } from "../../../infra/stack/bundle/bundle.ts";
import type { Webhook } from "../../../lambda/webhook/webhook.ts";
import { META_EXAMPLE, sign } from "../../support/builders.ts";
import { LAMBDA_ENVIRONMENT } from "../../support/fresh-process.ts";
import { serve } from "../../support/serve.ts";
import { GOOD_ANSWERS, toOperation } from "../../support/tls-aws.ts";
import { postOf } from "../../support/world.ts";

/** All of AWS in one, which answers well, but for one operation that it takes and never answers. */
const aws = { silent: "", operations: [] as string[], arrivals: new EventEmitter() };
const { url: endpoint, stop } = await serve(async (request, response) => {
  const operation = toOperation(request.headers, await text(request));
  aws.operations.push(operation);
  aws.arrivals.emit(operation);
  if (operation !== aws.silent) response.end(GOOD_ANSWERS[operation] ?? "{}");
});
afterAll(stop);

const module = pathToFileURL(join(bundleFunction(), "index.mjs")).href;

beforeEach(() => {
  aws.operations.length = 0;
  for (const [name, value] of Object.entries(LAMBDA_ENVIRONMENT)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
  // Time passes only while a request waits: connections take none, however busy the machine is.
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What an invocation has at most, and what one attempt may take. */
const INVOCATION_MS = 15_000;
const ATTEMPT_MS = 3_000;

const countAttempts = () => aws.operations.filter((name) => name === aws.silent).length;

/** Lets the time of each attempt pass once its request has come, and the pause before the next. */
async function passAttempts(attempts: number): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    while (countAttempts() < attempt) await once(aws.arrivals, aws.silent);
    await vi.advanceTimersByTimeAsync(ATTEMPT_MS);
    if (attempt < attempts) await vi.advanceTimersToNextTimerAsync();
  }
}

let environments = 0;

/** A fresh execution environment gets Meta's example: its answer, and the milliseconds until then. */
async function deliver(attempts: number) {
  const startedAt = Date.now();
  environments += 1;
  const loading = import(/* @vite-ignore */ `${module}?${environments}`);
  const passing = passAttempts(attempts);
  const { handler }: { handler: Webhook } = await loading;
  const getRemainingTimeInMillis = () => startedAt + INVOCATION_MS - Date.now();
  const invocation = { awsRequestId: "1", getRemainingTimeInMillis };
  const result = await handler(postOf(META_EXAMPLE, sign(META_EXAMPLE)), invocation);
  await passing;
  return { status: result?.statusCode, ms: Date.now() - startedAt };
}

/** Ends what hangs: a client that takes longer than this test lets pass is never answered. */
const HANGING = { timeout: 120_000 };

describe("the deployed bundle, while a service takes requests and never answers", HANGING, () => {
  test.each([
    ["DynamoDB", "PutItem", 3, 500],
    ["SNS", "Publish", 2, 200],
    ["Secrets Manager", "GetSecretValue", 2, 503],
  ])("(%s) gives each %s up after 3 seconds, tries %i times and answers %i", async (...row) => {
    const [, operation, attempts, status] = row;
    aws.silent = operation;
    const answer = await deliver(attempts);
    expect(answer.status, "the answer to Meta").toBe(status);
    expect(countAttempts(), "attempts").toBe(attempts);
    expect(answer.ms, "at least each attempt's time").toBeGreaterThanOrEqual(attempts * ATTEMPT_MS);
    expect(answer.ms, "answered within the invocation's time").toBeLessThan(INVOCATION_MS);
  });
});
