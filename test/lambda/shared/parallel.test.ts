import { describe, expect, test } from "vitest";
import { createLimiter, inParallel, startElsewhere } from "../../../lambda/shared/parallel.ts";

const ITEMS = ["a", "b", "c", "d", "e"];

const WAYS: Readonly<Record<string, typeof inParallel>> = {
  "of a list": inParallel,
  "as it comes": async (items, limit, work) => {
    const limited = createLimiter(limit);
    const answers = Array.from(items, (item) => limited(async () => [item, await work(item)]));
    expect(await Promise.all(answers)).toEqual(Array.from(items, (item) => [item, undefined]));
  },
};

describe.each(Object.entries(WAYS))("work in parallel, %s,", (_, runAll) => {
  test.each([1, 2, 9])(
    "is begun in order, at most %i at once, until all of it has ended",
    async (limit) => {
      const begun: string[] = [];
      const ends: (() => void)[] = [];
      let hasEnded = false;
      const all = runAll(ITEMS, limit, (item) => {
        begun.push(item);
        return new Promise((resolve) => ends.push(resolve));
      }).then(() => {
        hasEnded = true;
      });
      for (let ended = 0; ended < ITEMS.length; ended += 1) {
        await settle();
        expect(begun).toEqual(ITEMS.slice(0, limit + ended));
        expect(hasEnded, "not before the last one").toBe(false);
        ends[ended]?.();
      }
      await all;
      expect(begun).toEqual(ITEMS);
    },
  );

  test("takes its items from whatever can be iterated", async () => {
    const seen: number[] = [];
    await runAll(new Set([1, 2]), 3, async (item) => void seen.push(item));
    await runAll([], 3, () => Promise.reject(new Error("There is nothing to do")));
    expect(seen).toEqual([1, 2]);
  });

  test("that fails is known", async () => {
    const work = (item: string) => (item === "c" ? Promise.reject(new Error(item)) : settle());
    await expect(runAll(ITEMS, 2, work)).rejects.toThrow("c");
  });
});

/** Lets everything that can go on without an answer go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test.each([
  [0, "abcde"],
  [4, "eabcd"],
  [5, "abcde"],
  [7, "cdeab"],
])("a round that starts elsewhere at %i is %s", (now, letters) => {
  expect(startElsewhere(ITEMS, now).join("")).toBe(letters);
  expect(startElsewhere([], now)).toEqual([]);
});
