import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { hadNoEffect } from "../../../lambda/shared/failure.ts";
import { startFunction } from "../../../lambda/shared/start-function.ts";
import { type SignedRequest, toAwsSignature } from "../../support/aws-signature.ts";
import { type Served, serve } from "../../support/serve.ts";

const SECRET_KEY = "secret of the tests";
const PATH = "/2015-03-31/functions/watchdog:protect-by-link/invocations";

let seen: SignedRequest | undefined;
let status: number;
let served: Served;
let address: string;

beforeAll(async () => {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
  vi.stubEnv("AWS_SESSION_TOKEN", "session");
  served = await serve(async (request, response) => {
    seen = { url: request.url ?? "", headers: request.headers, body: await text(request) };
    response.writeHead(status).end();
  });
  address = `${served.url}${PATH}`;
});
beforeEach(() => {
  status = 202;
});
afterAll(() => {
  vi.unstubAllEnvs();
  return served.stop();
});

test("a function is started with a signed, asynchronous invocation of its alias", async () => {
  await startFunction(address, { protectByLink: { token: "ä" } });
  if (!seen) throw new Error("Nothing was sent");
  expect(seen.url).toBe(PATH);
  expect(JSON.parse(seen.body)).toEqual({ protectByLink: { token: "ä" } });
  expect(seen.headers).toMatchObject({
    "x-amz-invocation-type": "Event",
    "x-amz-security-token": "session",
    authorization: expect.stringContaining("/eu-west-1/lambda/aws4_request"),
  });
  expect(seen.headers.authorization).toContain("host;x-amz-content-sha256;x-amz-date");
  expect(seen.headers.authorization).toContain(`=${toAwsSignature(seen, SECRET_KEY)}`);
});

test.each([
  [403, true],
  [500, false],
])("Lambda's answer %i is an error, known to have started nothing: %s", async (answer, nothing) => {
  status = answer;
  const error = await startFunction(address, {}).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(`Lambda answered ${answer}`);
  expect(hadNoEffect(error)).toBe(nothing);
});

test("no connection is an error that has started nothing", async () => {
  const starting = startFunction("http://nothing.invalid/x", {});
  expect(hadNoEffect(await starting.catch((thrown: unknown) => thrown))).toBe(true);
});
