import { createHmac, hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { hadNoEffect } from "../../../lambda/shared/failure.ts";
import { startFunction } from "../../../lambda/shared/start-function.ts";
import { type Served, serve } from "../../support/serve.ts";

const SECRET_KEY = "secret of the tests";
const PATH = "/2015-03-31/functions/watchdog:protect-by-link/invocations";

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let seen: Seen | undefined;
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

/** As AWS computes it of what arrived: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function toSignature({ url, headers, body }: Seen): string {
  // Every service but S3 encodes the path once more.
  const path = url.replaceAll(":", "%3A");
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1] ?? "";
  const lines = names.split(";").map((name) => `${name}:${headers[name]}\n`);
  const canonical = ["POST", path, "", lines.join(""), names, hash("sha256", body)].join("\n");
  const date = String(headers["x-amz-date"]);
  const scope = [date.slice(0, 8), "eu-west-1", "lambda", "aws4_request"];
  const toSign = ["AWS4-HMAC-SHA256", date, scope.join("/"), hash("sha256", canonical)].join("\n");
  const key = scope.reduce<Buffer | string>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${SECRET_KEY}`,
  );
  return createHmac("sha256", key).update(toSign).digest("hex");
}

test("a function is started with a signed, asynchronous invocation of its alias", async () => {
  await startFunction(address, { protectByLink: { token: "ä" } });
  if (!seen) throw new Error("Nothing was sent");
  expect(seen.url).toBe(PATH);
  expect(JSON.parse(seen.body)).toEqual({ protectByLink: { token: "ä" } });
  expect(seen.headers).toMatchObject({
    "x-amz-invocation-type": "Event",
    "x-amz-security-token": "session",
    authorization: expect.stringContaining("host;x-amz-content-sha256;x-amz-date"),
  });
  expect(seen.headers.authorization).toContain(`Signature=${toSignature(seen)}`);
});

test.each([
  [403, true],
  [429, true],
  [500, false],
])("Lambda's answer %i is an error, known to have started nothing: %s", async (answer, nothing) => {
  status = answer;
  const error = await startFunction(address, {}).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(`Lambda answered ${answer}`);
  expect(hadNoEffect(error)).toBe(nothing);
});

test("no connection is an error that has started nothing", async () => {
  const error = await startFunction("http://nothing.invalid/x", {}).catch(
    (thrown: unknown) => thrown,
  );
  expect(hadNoEffect(error)).toBe(true);
});
