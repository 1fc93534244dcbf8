import type { Edit } from "./load-mutant.ts";
import { type Scenario, scenario } from "./scenario.ts";

/** A way to break the protocol on purpose, and where to look for the damage. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The unbroken application keeps all invariants here. */
  readonly scenario: Scenario;
  /** What the explorer must find. */
  readonly breaks: RegExp;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "a duplicate means done, with no relay",
    edits: [
      {
        file: "outbox/record.ts",
        find: "return takeOver(event, token, deps, metrics);",
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
        find: 'const messageId = await deps.topic.publish({ kind: "alert", event });',
        replace: 'const messageId = "";',
      },
      {
        file: "outbox/publish.ts",
        find: `.catch((error) => metrics.addFailure(METRIC.relayFailed, error));
  } catch (error) {`,
        replace: `.catch((error) => metrics.addFailure(METRIC.relayFailed, error));
    await deps.topic.publish({ kind: "alert", event });
  } catch (error) {`,
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 1 }),
    breaks: /A is marked as published, but SNS never accepted its alert/,
  },
  {
    name: "the relay claims without a condition",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: `        ConditionExpression: "alert = :pending AND (claimToken = :token OR dueAt < :now)",
`,
        replace: "",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 1 }),
    breaks: /A is settled and still in the outbox/,
  },
  {
    name: "the relay claims what another holds",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: "alert = :pending AND (claimToken = :token OR dueAt < :now)",
        replace: "alert = :pending",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 2 }),
    breaks: /A was alerted 2 times, with 0 faults that explain a repeat/,
  },
  {
    name: "stored unclaimed while the index shows only claims that ran out",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: `        [INDEXES.outbox.partitionKey]: text(OUTBOX.value),
        claimToken: text(claim.token),
        [INDEXES.outbox.sortKey]: number(claim.expiresAt),
`,
        replace: "",
      },
      {
        file: "outbox/event-table.ts",
        find: '"SET claimToken = :token,',
        replace: '"SET outbox = :pending, claimToken = :token,',
      },
      {
        file: "outbox/event-table.ts",
        find: "(claimToken = :token OR",
        replace: "(attribute_not_exists(claimToken) OR claimToken = :token OR",
      },
      {
        file: "outbox/record.ts",
        find: 'if (recorded === "stored") return { event, token };',
        replace: 'if (recorded === "stored") return takeOver(event, token, deps, metrics);',
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 1, attempts: 1 }),
    breaks: /A is stored and its alert is lost/,
  },
  {
    name: "a batch aborted at a poison item",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: 'if (isValidationError(error)) return "refused";',
        replace: "",
      },
      {
        file: "outbox/record.ts",
        find: "inParallel(startElsewhere(distinct, deps.now()), CONCURRENCY,",
        replace: "inParallel(events, 1,",
      },
      {
        file: "outbox/record.ts",
        find: "if (!hasTimeToWrite(invocation)) {",
        replace: `if (incomplete) return;
    if (!hasTimeToWrite(invocation)) {`,
      },
    ],
    scenario: scenario({ name: "", deliveries: ["PA"], ticks: 1 }),
    breaks: /not answered 200 although nothing fails.*A is never stored/,
  },
  {
    name: "a claim not known as one's own after a lost answer, with no relay",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: "(claimToken = :token OR dueAt < :now)",
        replace: "(dueAt < :now)",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], relay: false, faultKinds: ["lose"] }),
    breaks: /A is stored and its alert is lost/,
  },
  {
    name: "200 although storing failed",
    edits: [{ file: "outbox/record.ts", find: 'incomplete = "table";', replace: "" }],
    scenario: scenario({ name: "", deliveries: ["A"], faults: 2 }),
    breaks: /answered 200 and A not stored/,
  },
  {
    name: "publishing not awaited",
    edits: [
      {
        file: "webhook/receive.ts",
        find: "await publishAll(",
        replace: "void publishAll(",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"] }),
    breaks: /ended with 1 requests under way/,
  },
];
