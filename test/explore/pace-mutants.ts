import type { Mutant } from "./mutant.ts";
import { scenario } from "./scenario.ts";

const MARKS =
  "await inParallel(items, CONCURRENCY, (item) => markPublication(item, publication, run));";

const FULL = { single: 5, digest: 5 };
const ONE_LEFT = { single: 4, digest: 5 };

/** Mistakes in how messages are limited, and published together beyond the limit. */
export const PACE_MUTANTS: readonly Mutant[] = [
  {
    name: "places taken without a condition",
    edits: [
      {
        file: "outbox/pace.ts",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text that is edited has it
        find: "`attribute_not_exists(${time}) OR ${time} <= :start OR ${time} > :ahead`",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text that is edited has it
        replace: "`attribute_not_exists(${time}) OR t1 > :start OR t1 <= :ahead`",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A", "B"], paced: true, published: ONE_LEFT }),
    breaks: /SNS got 6 (single|digest) messages/,
  },
  {
    name: "a single message without a place",
    edits: [
      {
        file: "outbox/publish.ts",
        find: "if (await pace.take(kind, taker, now())) return true;",
        replace: "if ([pace, taker, now].length > 0) return true;",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A", "B"], paced: true, published: ONE_LEFT }),
    breaks: /SNS got 6 (single|digest) messages/,
  },
  {
    name: "an alert without a place is taken for published",
    edits: [
      {
        file: "outbox/publish.ts",
        find: "else await giveBack(ready, run);",
        replace: `else for (const item of ready.items) {
      await markPublication(item, { messageId: "", publishedAt: 0 }, run); void giveBack;
    }`,
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], paced: true, published: FULL }),
    breaks: /A is marked as published, but SNS never accepted its alert/,
  },
  {
    name: "only the first event of a digest is marked",
    edits: [
      {
        file: "outbox/publish.ts",
        find: MARKS,
        replace: MARKS.replace("items", "items.slice(0, 1)"),
      },
    ],
    scenario: scenario({
      name: "",
      deliveries: ["AB"],
      paced: true,
      faultKinds: [],
      published: { single: 5, digest: 0 },
    }),
    breaks: /was alerted 2 times, with 0 faults that explain a repeat/,
  },
  {
    name: "a tick that takes no place",
    edits: [
      {
        file: "outbox/tick-places.ts",
        find: 'if (await take("digest", at)) heldAt = at;',
        replace: "if ([take].length > 0) heldAt = at;",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 1, paced: true, published: FULL }),
    breaks: /SNS got 6 (single|digest) messages/,
  },
  {
    name: "a digest given back although SNS may have taken it",
    edits: [
      {
        file: "outbox/publish.ts",
        find: "if (!hadNoEffect(error)) {",
        replace: "if (!hadNoEffect(error) && false) {",
      },
    ],
    scenario: scenario({
      name: "",
      deliveries: ["A"],
      ticks: 1,
      faults: 2,
      faultKinds: ["lose"],
      paced: true,
      published: { single: 5, digest: 0 },
    }),
    breaks: /released the claim on A although SNS may have taken its alert/,
  },
];
