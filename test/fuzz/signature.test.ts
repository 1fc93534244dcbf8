import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  APP_SECRET,
  META_EXAMPLE,
  OLD_APP_SECRET,
  sign,
  VERIFY_TOKEN,
} from "../support/builders.ts";
import { createMemoryWorld, postOf } from "../support/world.ts";
import { anyText } from "./payloads.ts";
import { RUNS, TIMEOUT } from "./runs.ts";

const RIGHT = sign(META_EXAMPLE);

/** What an attacker, a proxy or a mistake makes of the right header. */
const nearlyRight = fc.oneof(
  fc.tuple(fc.nat(RIGHT.length - 1), anyText).map(([at, text]) => splice(at, 0, text)),
  fc
    .tuple(fc.nat(RIGHT.length - 1), fc.string())
    .map(([at, text]) => splice(at, text.length, text)),
  fc.nat(RIGHT.length - 1).map((length) => RIGHT.slice(0, length)),
  fc.constantFrom(
    `"${RIGHT}"`,
    `sha256=${"0".repeat(64)}`,
    `sha1=${createHmac("sha1", APP_SECRET).update(META_EXAMPLE).digest("hex")}`,
    sign(META_EXAMPLE, OLD_APP_SECRET),
    sign(META_EXAMPLE, VERIFY_TOKEN),
    sign(META_EXAMPLE, ""),
    sign(`${META_EXAMPLE} `),
  ),
);

function splice(at: number, length: number, text: string): string {
  return RIGHT.slice(0, at) + text + RIGHT.slice(at + length);
}

const hexDigest = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `sha256=${Buffer.from(bytes).toString("hex")}`);

const anyHeader = fc.oneof(anyText, nearlyRight, hexDigest).filter((header) => header !== RIGHT);

const world = createMemoryWorld({}, { alertEvents: [] });

async function answerTo(header: string) {
  const before = await world.countItems();
  const result = await world.send(postOf(META_EXAMPLE, header));
  return { status: result?.statusCode, stored: (await world.countItems()) - before };
}

describe("a signature header", { timeout: TIMEOUT }, () => {
  test("that is any other text is refused, and nothing is stored", async () => {
    const property = fc.asyncProperty(anyHeader, async (header) => {
      expect(await answerTo(header)).toEqual({ status: 401, stored: 0 });
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test("that is the right one is accepted", async () => {
    expect(await answerTo(RIGHT)).toEqual({ status: 200, stored: 1 });
  });
});
