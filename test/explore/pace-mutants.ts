import { type Mutant, mutant } from "./mutant.ts";

const MARKS =
  "await inParallel(items, CONCURRENCY, (item) => markPublication(item, publication, run));";

const FULL = { single: 5, digest: 5 };
const ONE_LEFT = { single: 4, digest: 5 };

/** Mistakes in how messages are limited, and published together beyond the limit. */
export const PACE_MUTANTS: readonly Mutant[] = [
  mutant(
    "places taken without a condition",
    /SNS got 6 (single|digest) messages/,
    { deliveries: ["A", "B"], paced: true, published: ONE_LEFT },
    [
      "outbox/pace.ts",
      "`attribute_not_exists(${time}) OR ${time} <= :start OR ${time} > :ahead`",
      "`attribute_not_exists(${time}) OR t1 > :start OR t1 <= :ahead`",
    ],
  ),
  mutant(
    "a single message without a place",
    /SNS got 6 (single|digest) messages/,
    { deliveries: ["A", "B"], paced: true, published: ONE_LEFT },
    [
      "outbox/publish.ts",
      "if (await pace.take(kind, taker, now())) return true;",
      "if ([pace, taker, now].length > 0) return true;",
    ],
  ),
  mutant(
    "an alert without a place is taken for published",
    /A is marked as published, but SNS never accepted its alert/,
    { deliveries: ["A"], paced: true, published: FULL },
    [
      "outbox/publish.ts",
      "else await giveBack(ready, run);",
      `else for (const item of ready.items) {
      await markPublication(item, { messageId: "", publishedAt: 0 }, run); void giveBack;
    }`,
    ],
  ),
  mutant(
    "only the first event of a digest is marked",
    /was alerted 2 times, with 0 faults that explain a repeat/,
    { deliveries: ["AB"], paced: true, faultKinds: [], published: { single: 5, digest: 0 } },
    ["outbox/publish.ts", MARKS, MARKS.replace("items", "items.slice(0, 1)")],
  ),
  mutant(
    "a tick that takes no place",
    /SNS got 6 (single|digest) messages/,
    { deliveries: ["A"], ticks: 1, paced: true, published: FULL },
    [
      "outbox/tick-places.ts",
      'if (await take("digest", at)) heldAt = at;',
      "if ([take].length > 0) heldAt = at;",
    ],
  ),
  mutant(
    "a digest given back although SNS may have taken it",
    /released the claim on A although SNS may have taken its alert/,
    {
      deliveries: ["A"],
      ticks: 1,
      faults: 2,
      faultKinds: ["lose"],
      paced: true,
      published: { single: 5, digest: 0 },
    },
    ["outbox/publish.ts", "if (!hadNoEffect(error)) {", "if (!hadNoEffect(error) && false) {"],
  ),
];
