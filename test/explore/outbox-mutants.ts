import { type Mutant, mutant } from "./mutant.ts";
import { FULL, OPEN } from "./open-alert.ts";

const MARKS =
  "await inParallel(items, CONCURRENCY, (item) => markPublication(item, publication, run));";

const ONE_LEFT = { single: 4, digest: 5 };

/** Mistakes in how an alert is claimed, published and marked. */
const CLAIM_MUTANTS: readonly Mutant[] = [
  mutant(
    "a duplicate means done, with no relay",
    /A is stored and its alert is lost/,
    { deliveries: ["A"], relay: false, faultKinds: ["crash"] },
    [
      "outbox/record.ts",
      "return run.invocation.hasTimeToPublish() ? takeOver(event, token, run) : undefined;",
      "return undefined;",
    ],
  ),
  mutant(
    "marked before it is published",
    /A is marked as published, but SNS never accepted its alert/,
    { deliveries: ["A"], ticks: 1 },
    ["outbox/publish.ts", "messageId = await run.topic.publish(message);", 'messageId = "";'],
    ["outbox/publish.ts", MARKS, `${MARKS} await run.topic.publish(message);`],
  ),
  mutant(
    "the relay claims what another holds",
    /A was alerted 2 times, with 0 faults that explain a repeat/,
    { ...OPEN, ticks: 2, minutesLater: 6, isInstant: true, faults: 0 },
    ["outbox/claims.ts", " AND (${TOKEN} = :token OR ${DUE_AT} < :now)", ""],
  ),
  mutant(
    "a claim not known as one's own after a lost answer, with no relay",
    /A is stored and its alert is lost/,
    { deliveries: ["A"], relay: false, faultKinds: ["lose"] },
    ["outbox/claims.ts", "(${TOKEN} = :token OR ${DUE_AT} < :now)", "(${DUE_AT} < :now)"],
  ),
  mutant(
    "a claim given back although SNS may have taken the message",
    /released the claim on A although SNS may have taken its alert/,
    { deliveries: ["A"], isInstant: true, attempts: 1 },
    ["outbox/publish.ts", "if (!hadNoEffect(error)) {", "if (!hadNoEffect(error) && false) {"],
  ),
  mutant("publishing not awaited", /ended with 1 requests under way/, { deliveries: ["A"] }, [
    "webhook/receive.ts",
    "await publishDelivered(",
    "void publishDelivered(",
  ]),
];

/** Mistakes in how messages are limited, and published together beyond the limit. */
const PACE_MUTANTS: readonly Mutant[] = [
  mutant(
    "places taken without a condition",
    /SNS got 6 (single|digest) messages/,
    { deliveries: ["A", "B"], isInstant: true, faults: 0, paced: true, published: ONE_LEFT },
    [
      "outbox/pace.ts",
      "`attribute_not_exists(${time}) OR ${time} <= :start OR ${time} > :ahead`",
      "`attribute_not_exists(${time}) OR t1 > :start OR t1 <= :ahead`",
    ],
  ),
  mutant(
    "a single message without a place",
    /SNS got 6 (single|digest) messages/,
    { deliveries: ["A", "B"], isInstant: true, faults: 0, paced: true, published: ONE_LEFT },
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
    { deliveries: ["A"], ticks: 1, faults: 0, paced: true, published: FULL },
    [
      "outbox/tick-places.ts",
      'if (await take("digest", at)) heldAt = at;',
      "if ([take].length > 0) heldAt = at;",
    ],
  ),
];

/** Mistakes in the order of a tick's work. */
const TICK_MUTANTS: readonly Mutant[] = [
  mutant(
    "a tick reads all before it claims",
    /tick 1 reads on although [AB] is due/,
    {
      ...OPEN,
      sentBefore: "AB",
      ticks: 1,
      minutesLater: 6,
      pageSize: 1,
      isInstant: true,
      faults: 0,
    },
    [
      "outbox/relay.ts",
      "for await (const page of run.outbox.queue(queue, startedAt)) {",
      "for (const page of [(await Array.fromAsync(run.outbox.queue(queue, startedAt))).flat()]) {",
    ],
  ),
  mutant(
    "repeats before first alerts",
    /tick 1 reads the repeat queue before alert/,
    { deliveries: ["A"], ticks: 1, faults: 0 },
    [
      "outbox/relay.ts",
      "[OUTBOX.answer, OUTBOX.alert, OUTBOX.repeat];",
      "[OUTBOX.answer, OUTBOX.repeat, OUTBOX.alert];",
    ],
  ),
  mutant(
    "a tick claims more than it can publish",
    /tick 1 claimed A and could not publish it/,
    { deliveries: ["A"], ticks: 1, faults: 0, paced: true, published: FULL },
    ["outbox/relay.ts", "if (!(await tick.places.hold())) return;", ""],
  ),
];

export const OUTBOX_MUTANTS = [...CLAIM_MUTANTS, ...PACE_MUTANTS, ...TICK_MUTANTS];
