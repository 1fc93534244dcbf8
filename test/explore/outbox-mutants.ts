import type { Mutant } from "./mutant.ts";
import { scenario } from "./scenario.ts";

const MARKS =
  "await inParallel(items, CONCURRENCY, (item) => markPublication(item, publication, run));";

const CLAIMABLE = " AND (claimToken = :token OR dueAt < :now)";

/** Mistakes in how an alert is claimed, published and marked. */
export const OUTBOX_MUTANTS: readonly Mutant[] = [
  {
    name: "a duplicate means done, with no relay",
    edits: [
      {
        file: "outbox/record.ts",
        find: "return run.invocation.hasTimeToPublish() ? takeOver(event, token, run) : undefined;",
        replace: "return undefined;",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], relay: false, faultKinds: ["crash"] }),
    breaks: /A is stored and its alert is lost/,
  },
  {
    name: "marked before it is published",
    edits: [
      {
        file: "outbox/publish.ts",
        find: "messageId = await run.topic.publish(message);",
        replace: 'messageId = "";',
      },
      {
        file: "outbox/publish.ts",
        find: MARKS,
        replace: `${MARKS} await run.topic.publish(message);`,
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 1 }),
    breaks: /A is marked as published, but SNS never accepted its alert/,
  },
  {
    name: "the relay claims without a condition",
    edits: [
      {
        file: "outbox/claims.ts",
        find: `"outbox = :queue${CLAIMABLE}"`,
        replace: '"attribute_exists(wabaId)"',
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 1 }),
    breaks: /A is settled and still in the outbox/,
  },
  {
    name: "the relay claims what another holds",
    edits: [{ file: "outbox/claims.ts", find: CLAIMABLE, replace: "" }],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 2, faultKinds: ["crash"] }),
    breaks: /A was alerted 2 times, with 0 faults that explain a repeat/,
  },
  {
    name: "stored unclaimed while the index shows only claims that ran out",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: `        [INDEXES.outbox.partitionKey]: text(OUTBOX.alert),
        [INDEXES.outbox.sortKey]: number(claim.expiresAt),
        claimToken: text(claim.token),
`,
        replace: "",
      },
      {
        file: "outbox/claims.ts",
        find: '"SET claimToken = :token,',
        replace: '"SET outbox = :alert, claimToken = :token,',
      },
      {
        file: "outbox/claims.ts",
        find: '":queue": text(queue),',
        replace: '":queue": text("pending"), ":alert": text("alert"),',
      },
      {
        file: "outbox/claims.ts",
        find: '"outbox = :queue AND (claimToken = :token OR',
        replace: '"alert = :queue AND (attribute_not_exists(claimToken) OR claimToken = :token OR',
      },
      {
        file: "outbox/record.ts",
        find: 'if (recorded !== "duplicate") return { stored: toFreshAlert(event, incidentCode), token };',
        replace:
          'if (recorded !== "duplicate") return takeOver(event, token, run); void toFreshAlert;',
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 1, attempts: 1 }),
    breaks: /A is pending and not in the outbox/,
  },
  {
    name: "a claim not known as one's own after a lost answer, with no relay",
    edits: [
      {
        file: "outbox/claims.ts",
        find: "(claimToken = :token OR dueAt < :now)",
        replace: "(dueAt < :now)",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], relay: false, faultKinds: ["lose"] }),
    breaks: /A is stored and its alert is lost/,
  },
  {
    name: "a claim given back although SNS may have taken the message",
    edits: [
      {
        file: "outbox/publish.ts",
        find: "if (!hadNoEffect(error)) {",
        replace: "if (!hadNoEffect(error) && false) {",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 1, faults: 2 }),
    breaks: /released the claim on A although SNS may have taken its alert/,
  },
  {
    name: "publishing not awaited",
    edits: [
      {
        file: "webhook/receive.ts",
        find: "await publishDelivered(",
        replace: "void publishDelivered(",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"] }),
    breaks: /ended with 1 requests under way/,
  },
];
