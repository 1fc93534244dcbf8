import { describe, expect, test } from "vitest";
import type { DigestItem } from "../../../lambda/alert/content/notice.ts";
import { countBytes, splitDigest, toMessage } from "../../../lambda/alert/message.ts";
import { splitToFit } from "../../../lambda/alert/split-to-fit.ts";
import { later, LINK as link, messageContext } from "../../support/notices.ts";

const context = messageContext();
const LIMIT = 256 * 1024;

function toItems(amount: number, texts = ""): DigestItem[] {
  return Array.from({ length: amount }, (_, index) => ({
    event: later(-index, {
      displayPhoneNumber: `${15_550_000_000 + index}${texts}`,
      event: `E${texts}`,
    }),
    link,
    repeat: 0,
  }));
}

describe("a digest", () => {
  test("of nothing is none", () => {
    expect(splitDigest([], context)).toEqual([]);
  });

  test("of a few events is one, the newest first", () => {
    const items = toItems(40);
    expect(splitDigest(items.toReversed(), context)).toEqual([{ kind: "digest", items }]);
  });

  test.each(["", "x".repeat(200), '😀"\\<'.repeat(60)])(
    "of 1500 events tells each once, in as few messages as SNS allows, with %s in them",
    (texts) => {
      const items = toItems(1500, texts);
      const digests = splitDigest(items, context);
      expect(digests.flatMap((digest) => digest.items)).toEqual(items);
      for (const [index, digest] of digests.entries()) {
        expect(countBytes(toMessage(digest, context))).toBeLessThanOrEqual(LIMIT);
        const next = digests[index + 1]?.items[0];
        const more = { ...digest, items: [...digest.items, ...(next ? [next] : [])] };
        if (next) expect(countBytes(toMessage(more, context))).toBeGreaterThan(LIMIT);
      }
    },
  );
});

describe("items of very different sizes", () => {
  test.each([
    [
      [1, 1, 1, 9, 9, 1, 1],
      [[1, 1, 1], [9], [9, 1], [1]],
    ],
    [
      [11, 1, 12, 1],
      [[11], [1], [12], [1]],
    ],
    [Array(100).fill(0.1).concat(10), [Array(100).fill(0.1), [10]]],
    [[10], [[10]]],
  ])("%j are split before the group would be too large", (sizes, groups) => {
    const sum = (some: readonly number[]) => Math.round(some.reduce((a, b) => a + b, 0) * 10) / 10;
    const split = { compose: sum, sizeOf: (size: number) => size, max: 10 };
    const found = splitToFit(sizes as number[], split);
    expect(found).toMatchObject(groups.map((items) => ({ items, composed: sum(items) })));
  });

  test("need few sizes to be taken, where a line tells where the limit is", () => {
    let taken = 0;
    const items = Array.from({ length: 1000 }, (_, index) => 100 + (index % 7));
    const sum = (some: readonly number[]) => {
      taken += 1;
      return some.reduce((a, b) => a + b, 500);
    };
    const split = { compose: sum, sizeOf: (size: number) => size, max: 90_000 };
    expect(splitToFit(items, split).map((group) => group.items.length)).toEqual([868, 132]);
    expect(taken, "sizes taken").toBeLessThanOrEqual(8);
  });
});

test("the size that counts is the message's with all attributes, in bytes", () => {
  const attributes = { é: { DataType: "String", StringValue: "value" } } as const;
  expect(countBytes({ subject: "ab", message: "cde", attributes })).toBe(2 + 3 + 2 + 6 + 5);
});
