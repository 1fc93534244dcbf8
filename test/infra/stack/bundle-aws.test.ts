import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { bundleFunction } from "../../../infra/stack/bundle/bundle.ts";
import { META_EXAMPLE, sign } from "../../support/builders.ts";
import { LAMBDA_ENVIRONMENT, runFunction } from "../../support/fresh-process.ts";
import { CA_FILE, startTlsAws } from "../../support/tls-aws.ts";
import { postOf } from "../../support/world.ts";

const module = join(bundleFunction(), "index.mjs");
const aws = await startTlsAws();
afterAll(() => aws.stop());
beforeEach(() => {
  aws.requests.length = 0;
  aws.faults.clear();
});

const event = postOf(META_EXAMPLE, sign(META_EXAMPLE));

async function deliver(difference: Record<string, string | undefined> = {}) {
  const all = { ...LAMBDA_ENVIRONMENT, NODE_EXTRA_CA_CERTS: CA_FILE, ...difference };
  const environment = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { results } = await runFunction({ module, events: [event], environment, port: aws.port });
  return results.map(({ statusCode }) => statusCode);
}

function attemptsAt(operation: string): number {
  return aws.requests.filter((request) => request.operation === operation).length;
}

describe("the deployed bundle", () => {
  test("sends the session token, signed, with each request", async () => {
    expect(await deliver()).toEqual([200]);
    const operations = new Set(aws.requests.map(({ operation }) => operation));
    expect([...operations].sort()).toEqual([
      "GetSecretValue",
      "Publish",
      "PutItem",
      "Query",
      "UpdateItem",
    ]);
    for (const { headers } of aws.requests) {
      expect(headers["x-amz-security-token"]).toBe("session-token");
      expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
    }
  });

  test.each([
    ["eu-central-1", "eu-central-1.amazonaws.com"],
    ["cn-north-1", "cn-north-1.amazonaws.com.cn"],
    ["us-gov-west-1", "us-gov-west-1.amazonaws.com"],
  ])("asks the hosts of %s", async (region, suffix) => {
    expect(await deliver({ AWS_REGION: region })).toEqual([200]);
    expect([...new Set(aws.requests.map(({ host }) => host))].sort()).toEqual([
      `dynamodb.${suffix}`,
      `secretsmanager.${suffix}`,
      `sns.${suffix}`,
    ]);
  });

  test("asks FIPS hosts where the environment says so", async () => {
    expect(await deliver({ AWS_USE_FIPS_ENDPOINT: "true" })).toEqual([200]);
    for (const { host } of aws.requests) expect(host).toMatch(/^[a-z]+-fips\.eu-central-1\./);
  });

  test("retries a failing and a throttling service", async () => {
    const code = "ProvisionedThroughputExceededException";
    aws.faults.set("PutItem", [
      { status: 500, body: "{}" },
      { status: 400, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}` }) },
    ]);
    aws.faults.set("Publish", [{ status: 503, body: "" }]);
    expect(await deliver()).toEqual([200]);
    expect(attemptsAt("PutItem")).toBe(3);
    expect(attemptsAt("Publish")).toBe(2);
  });

  test("trusts no self-signed certificate", async () => {
    expect(await deliver({ NODE_EXTRA_CA_CERTS: undefined })).toEqual([503]);
    expect(aws.requests).toEqual([]);
  });

  test("answers 503 without credentials", async () => {
    expect(await deliver({ AWS_ACCESS_KEY_ID: undefined })).toEqual([503]);
    expect(aws.requests).toEqual([]);
  });

  test("answers 503 while the secret that it read at its start is broken", async () => {
    const broken = { status: 200, body: JSON.stringify({ SecretString: "not JSON" }) };
    aws.faults.set("GetSecretValue", [broken, broken]);
    expect(await deliver()).toEqual([503]);
  });

  test.each([
    ["is refused", { status: 400, body: JSON.stringify({ __type: "x#AccessDeniedException" }) }],
    ["gets no answer", { status: 0, body: "" }],
  ])("serves although its look at the outbox %s", async (_name, answer) => {
    aws.faults.set("Query", [answer]);
    expect(await deliver()).toEqual([200]);
  });
});
