import type { Mutant } from "./mutant.ts";
import { scenario } from "./scenario.ts";

const MARKS =
  "await inParallel(told, CONCURRENCY, (one) => markWhole(one, publication, deps, invocation));";

/** Mistakes in how messages are limited, and told together beyond the limit. */
export const PACE_MUTANTS: readonly Mutant[] = [
  {
    name: "places taken without a condition",
    edits: [
      {
        file: "outbox/pace.ts",
        find: '"attribute_not_exists(t1) OR t1 <= :aMinuteAgo"',
        replace: '"attribute_not_exists(t1) OR t1 <= :now"',
      },
    ],
    scenario: scenario({
      name: "",
      deliveries: ["A", "B"],
      paced: true,
      published: { single: 4, digest: 0 },
    }),
    breaks: /SNS got 6 single messages in a minute/,
  },
  {
    name: "a place counted instead of taken",
    edits: [
      {
        file: "outbox/single.ts",
        find: 'deps.pace.take("single", deps.now())',
        replace: '((await deps.pace.countFree("single", deps.now())) > 0)',
      },
    ],
    scenario: scenario({
      name: "",
      deliveries: ["A", "B"],
      paced: true,
      published: { single: 4, digest: 0 },
    }),
    breaks: /SNS got 6 single messages in a minute/,
  },
  {
    name: "an alert without a place is taken for told",
    edits: [
      {
        file: "outbox/single.ts",
        find: "if (notice) metrics.add(METRIC.alertPaced);",
        replace:
          'if (notice) { await markTold(claimed, { messageId: "", publishedAt: 0, answers: 0 }, deps, invocation); return; }',
      },
    ],
    scenario: scenario({
      name: "",
      deliveries: ["A"],
      paced: true,
      published: { single: 5, digest: 0 },
    }),
    breaks: /A is marked as published, but SNS never accepted its alert/,
  },
  {
    name: "a digest is marked before it is published",
    edits: [
      {
        file: "outbox/digest.ts",
        find: "messageId = await deps.topic.publish(notice);",
        replace: 'messageId = "";',
      },
      {
        file: "outbox/digest.ts",
        find: MARKS,
        replace: `${MARKS} await deps.topic.publish(notice);`,
      },
    ],
    scenario: scenario({
      name: "",
      deliveries: ["A"],
      ticks: 1,
      paced: true,
      published: { single: 5, digest: 0 },
    }),
    breaks: /A is marked as published, but SNS never accepted its alert/,
  },
  {
    name: "only the first event of a digest is marked",
    edits: [
      {
        file: "outbox/digest.ts",
        find: MARKS,
        replace: MARKS.replace("told", "told.slice(0, 1)"),
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
    name: "a digest without a place of its own",
    edits: [
      {
        file: "outbox/digest.ts",
        find: 'if (await pace.take("digest", now())) return true;',
        replace: "if ([pace, now].length > 0) return true;",
      },
    ],
    scenario: scenario({
      name: "",
      deliveries: ["A"],
      ticks: 1,
      paced: true,
      published: { single: 5, digest: 5 },
    }),
    breaks: /SNS got 6 digest messages in a minute/,
  },
  {
    name: "a digest given back although SNS may have taken it",
    edits: [
      {
        file: "outbox/digest.ts",
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
