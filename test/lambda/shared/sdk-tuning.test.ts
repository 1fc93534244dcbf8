import { createHash, createHmac } from "node:crypto";
import { text } from "node:stream/consumers";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { TUNED } from "../../../lambda/shared/sdk-tuning.ts";
import { type SignedRequest, toAwsSignature } from "../../support/aws-signature.ts";
import { type Respond, serve } from "../../support/serve.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalr",
  sessionToken: "t".repeat(99),
};

/** A tuned client of a service that answers so until the test's end. */
async function startClient(respond: Respond) {
  const { url: endpoint, stop } = await serve(respond);
  onTestFinished(stop);
  const client = createDynamoDB({ endpoint, region: "eu-central-1", credentials });
  return async (id: string) => {
    const Key = { wabaId: { S: id } };
    return (await client.send(new GetItemCommand({ TableName: "events", Key }))).Item?.wabaId?.S;
  };
}

function toAnswer(id: string): string {
  return JSON.stringify({ Item: { wabaId: { S: id } } });
}

describe("a tuned client", () => {
  afterEach(() => void vi.useRealTimers());

  test("signs each request as AWS computes it, on every day", async () => {
    const seen: SignedRequest[] = [];
    const read = await startClient(async (request, response) => {
      seen.push({ url: request.url ?? "", headers: request.headers, body: await text(request) });
      // A date of another day would move the client's clock.
      response.setHeader("date", new Date().toUTCString()).end(toAnswer("1"));
    });
    vi.useFakeTimers({ toFake: ["Date"] });
    for (const day of [24, 24, 25]) {
      vi.setSystemTime(Date.UTC(2026, 10, day));
      await read("1");
    }
    for (const [index, day] of [24, 24, 25].entries()) {
      const request = seen[index] as SignedRequest;
      const signature = toAwsSignature(request, credentials.secretAccessKey);
      expect(request.headers.authorization).toContain(`Signature=${signature}`);
      expect(request.headers["x-amz-date"]).toBe(`202611${day}T000000Z`);
    }
  });

  test("tries again where an answer is cut off in the middle of its body", async () => {
    let attempts = 0;
    const read = await startClient((_request, response) => {
      attempts += 1;
      const body = toAnswer("1");
      response.writeHead(200, { "content-length": body.length });
      if (attempts > 1) response.end(body);
      else response.write(body.slice(0, 10), () => response.destroy());
    });
    expect(await read("1")).toBe("1");
    expect(attempts).toBe(2);
  });

  test("reads an answer in many pieces whole", async () => {
    const value = "ä€😀".repeat(50_000);
    const read = await startClient((_request, response) => {
      const body = Buffer.from(toAnswer(value));
      for (let at = 0; at < body.length; at += 7_777) response.write(body.subarray(at, at + 7_777));
      response.end();
    });
    expect(await read("1")).toBe(value);
  });

  test("gives many requests at once their own answers, although they share one chain", async () => {
    const read = await startClient(async (request, response) => {
      response.end(toAnswer(JSON.parse(await text(request)).Key.wabaId.S));
    });
    const ids = Array.from({ length: 200 }, (_, index) => String(index));
    expect(await Promise.all(ids.map(read))).toEqual(ids);
  });
});

describe("the hash that signs requests", () => {
  const Sha256 = TUNED.sha256;
  const bytes = Uint8Array.from([1, 2, 3, 4, 5]);
  type Secret = ConstructorParameters<typeof Sha256>[0];

  test.each<[string, Secret, Uint8Array | undefined]>([
    ["no secret", undefined, undefined],
    ["text", "AWS4é", Buffer.from("AWS4é")],
    ["bytes", bytes, bytes],
    ["a part of bytes", bytes.subarray(1, 3), Buffer.from([2, 3])],
    ["a buffer", bytes.buffer, bytes],
    ["a view of wider numbers", Uint16Array.of(0x1234), Buffer.from([0x34, 0x12])],
  ])(
    "with %s is SHA-256 or its HMAC, also the second time and after a reset",
    async (_, secret, key) => {
      const expected = key ? createHmac("sha256", key) : createHash("sha256");
      const used = new Sha256(secret);
      used.update(Buffer.from("b"));
      used.reset();
      const digests = [];
      for (const sha256 of [used, new Sha256(secret)]) {
        sha256.update(Buffer.from("a"));
        sha256.update(Buffer.from("é"));
        digests.push(Buffer.from(await sha256.digest()).toString("hex"));
      }
      const hex = expected.update("aé").digest("hex");
      expect(digests).toEqual([hex, hex]);
    },
  );

  test.each([
    ["text", "a secret of the tests", "a secret of the tests"],
    ["bytes", bytes, bytes],
  ])("prepares the key of a secret once, so that signing stays fast: %s", async (_, one, same) => {
    const create = vi.spyOn(Buffer, "from");
    onTestFinished(() => create.mockRestore());
    new Sha256(one);
    create.mockClear();
    new Sha256(same);
    expect(create).not.toHaveBeenCalled();
  });
});
