import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { TUNED } from "../../../lambda/shared/sdk-tuning.ts";
import { type Respond, serve } from "../../support/serve.ts";

const OPTIONS = {
  region: "eu-central-1",
  credentials: {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalr",
    sessionToken: "t".repeat(99),
  },
};

/** A service that answers so until the test's end. */
async function serveOnce(respond: Respond) {
  const { url, stop } = await serve(respond);
  onTestFinished(stop);
  return url;
}

function toCommand(id: string) {
  return new GetItemCommand({ TableName: "events", Key: { wabaId: { S: id } } });
}

function toAnswer(id: string): string {
  return JSON.stringify({ Item: { wabaId: { S: id } } });
}

async function readId(request: IncomingMessage): Promise<string> {
  return JSON.parse(await text(request)).Key.wabaId.S;
}

interface Args {
  readonly request: { readonly headers: Record<string, string> };
}

function fixId(next: (args: Args) => unknown) {
  return (args: Args) => {
    args.request.headers["amz-sdk-invocation-id"] = "the same";
    return next(args);
  };
}

/** Each request carries a random id among the signed headers: here it is always the same. */
function withoutRandomId(client: DynamoDBClient): DynamoDBClient {
  client.middlewareStack.addRelativeTo(fixId as never, {
    name: "fixId",
    relation: "after",
    toMiddleware: "retryMiddleware",
  });
  return client;
}

describe("a request of a tuned client", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 24) }));
  afterEach(() => void vi.useRealTimers());

  test("carries the very signature that the SDK's own code makes, on every day", async () => {
    const signatures: (string | undefined)[] = [];
    const endpoint = await serveOnce((request, response) => {
      signatures.push(request.headers.authorization);
      response.end(toAnswer("1"));
    });
    const plain = withoutRandomId(new DynamoDBClient({ ...OPTIONS, endpoint, maxAttempts: 3 }));
    const tuned = withoutRandomId(createDynamoDB({ ...OPTIONS, endpoint }));
    for (const day of [24, 24, 25]) {
      vi.setSystemTime(Date.UTC(2026, 10, day));
      await plain.send(toCommand("1"));
      await tuned.send(toCommand("1"));
    }
    const [first, second, , , fifth, sixth] = signatures;
    expect(first).toMatch(/Signature=[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(fifth).not.toBe(first);
    expect(sixth).toBe(fifth);
  });
});

describe("an answer that is cut off in the middle of its body", () => {
  test("is no answer: the request is tried again", async () => {
    let attempts = 0;
    const endpoint = await serveOnce((_request, response) => {
      attempts += 1;
      const body = toAnswer("1");
      response.writeHead(200, { "content-length": body.length });
      if (attempts > 1) response.end(body);
      else response.write(body.slice(0, 10), () => response.destroy());
    });
    const { Item } = await createDynamoDB({ ...OPTIONS, endpoint }).send(toCommand("1"));
    expect(Item).toEqual({ wabaId: { S: "1" } });
    expect(attempts).toBe(2);
  });
});

describe("an answer in many pieces", () => {
  test("is read whole", async () => {
    const value = "ä€😀".repeat(50_000);
    const endpoint = await serveOnce((_request, response) => {
      const body = Buffer.from(toAnswer(value));
      for (let at = 0; at < body.length; at += 7_777) response.write(body.subarray(at, at + 7_777));
      response.end();
    });
    const { Item } = await createDynamoDB({ ...OPTIONS, endpoint }).send(toCommand("1"));
    expect(Item).toEqual({ wabaId: { S: value } });
  });
});

describe("many requests of one client at once", () => {
  test("get their own answers, although they share one chain of middleware", async () => {
    const endpoint = await serveOnce((request, response) => {
      void readId(request).then((id) => response.end(toAnswer(id)));
    });
    const client = createDynamoDB({ ...OPTIONS, endpoint });
    const ids = Array.from({ length: 200 }, (_, index) => String(index));
    const answers = await Promise.all(ids.map((id) => client.send(toCommand(id))));
    expect(answers.map(({ Item }) => Item?.wabaId?.S)).toEqual(ids);
  });
});

describe("the hash that signs requests", () => {
  const Sha256 = TUNED.sha256;
  const [a, b] = [Buffer.from("a"), Buffer.from("é")];

  function hex(bytes: Uint8Array): string {
    return Buffer.from(bytes).toString("hex");
  }

  test("without a secret is SHA-256 of all that it was given", async () => {
    const sha256 = new Sha256();
    sha256.update(a);
    sha256.update(b);
    expect(hex(await sha256.digest())).toBe(createHash("sha256").update("aé").digest("hex"));
  });

  const bytes = Uint8Array.from([1, 2, 3, 4, 5]);
  const nine = Uint8Array.from([9]);
  const secrets = {
    text: ["AWS4é", Buffer.from("AWS4é")],
    "other text": ["AWS4e", Buffer.from("AWS4e")],
    "empty text": ["", Buffer.alloc(0)],
    bytes: [bytes, bytes],
    "a part of bytes": [bytes.subarray(1, 3), Buffer.from([2, 3])],
    "larger numbers": [Uint16Array.from([0x0102, 0x0304]), Buffer.from([2, 1, 4, 3])],
    "a buffer": [bytes.buffer, bytes],
  } as const;

  test.each(Object.entries(secrets))(
    "under %s is its HMAC, also the second time",
    async (_, [secret, key]) => {
      const expected = createHmac("sha256", key).update("a").digest("hex");
      for (let times = 0; times < 2; times += 1) {
        const sha256 = new Sha256(secret);
        sha256.update(a);
        expect(hex(await sha256.digest())).toBe(expected);
      }
    },
  );

  test.each([undefined, "key"])(
    "begins anew after a reset, under the secret %j too",
    async (secret) => {
      const [used, fresh] = [new Sha256(secret), new Sha256(secret)];
      used.update(b);
      used.reset();
      for (const each of [used, fresh]) each.update(a);
      expect(hex(await used.digest())).toBe(hex(await fresh.digest()));
    },
  );

  test.each([
    ["text", "a secret of the tests", "a secret of the tests"],
    ["bytes", nine, nine],
  ])("prepares the key of a secret once, so that signing stays fast: %s", async (_, one, same) => {
    const create = vi.spyOn(Buffer, "from");
    onTestFinished(() => create.mockRestore());
    new Sha256(one);
    create.mockClear();
    new Sha256(same);
    expect(create).not.toHaveBeenCalled();
  });
});

describe("a client of the SDK", () => {
  test("gets these options, and keeps its chain of middleware", () => {
    expect(Object.keys(TUNED)).toEqual(["streamCollector", "sha256", "cacheMiddleware"]);
    expect(createDynamoDB(OPTIONS).config).toMatchObject(TUNED);
    expect(TUNED.cacheMiddleware).toBe(true);
  });
});
