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

/** Of these variables an empty one is none at all. */
async function deliver(difference: Record<string, string> = {}) {
  const all = { ...LAMBDA_ENVIRONMENT, NODE_EXTRA_CA_CERTS: CA_FILE, ...difference };
  const environment = Object.fromEntries(Object.entries(all).filter(([, value]) => value));
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
    const expected = ["GetSecretValue", "Publish", "PutItem", "Query", "UpdateItem"];
    expect([...operations].sort()).toEqual(expected);
    for (const { headers } of aws.requests) {
      expect(headers["x-amz-security-token"]).toBe("session-token");
      expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
    }
  });

  test.each([
    [{ AWS_REGION: "eu-central-1" }, "", "eu-central-1.amazonaws.com"],
    [{ AWS_REGION: "cn-north-1" }, "", "cn-north-1.amazonaws.com.cn"],
    [{ AWS_REGION: "us-gov-west-1" }, "", "us-gov-west-1.amazonaws.com"],
    [{ AWS_USE_FIPS_ENDPOINT: "true" }, "-fips", "eu-central-1.amazonaws.com"],
  ])("asks the hosts of %j", async (environment, variant, suffix) => {
    expect(await deliver(environment)).toEqual([200]);
    const hosts = ["dynamodb", "secretsmanager", "sns"].map(
      (name) => `${name}${variant}.${suffix}`,
    );
    expect([...new Set(aws.requests.map(({ host }) => host))].sort()).toEqual(hosts);
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

  test.each([
    ["where a certificate is self-signed", "NODE_EXTRA_CA_CERTS"],
    ["without credentials", "AWS_ACCESS_KEY_ID"],
  ])("answers 503 %s, and asks for nothing", async (_, missing) => {
    expect(await deliver({ [missing]: "" })).toEqual([503]);
    expect(aws.requests).toEqual([]);
  });
});
