import type { Mutant } from "./mutant.ts";
import { scenario } from "./scenario.ts";

/** Mistakes in what an error of DynamoDB means for the answer to Meta. */
export const TABLE_MUTANTS: readonly Mutant[] = [
  {
    name: "200 although storing failed",
    edits: [{ file: "outbox/record.ts", find: 'incomplete = "table";', replace: "" }],
    scenario: scenario({ name: "", deliveries: ["A"], faults: 2 }),
    breaks: /answered 200 and A not stored/,
  },
  {
    name: "any error of DynamoDB is a refusal of the item",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: "if (!isValidationError(error)) throw error;",
        replace: 'if (!isValidationError(error)) return "duplicate";',
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], outage: "AccessDeniedException" }),
    breaks: /answered 200 and A not stored/,
  },
  {
    name: "a throttled write is taken for a stored one",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: "if (!isValidationError(error)) throw error;",
        replace: 'if (!isValidationError(error)) return "duplicate";',
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], faultKinds: ["refuse"] }),
    breaks: /answered 200 and A not stored/,
  },
  {
    name: "a refused item is acknowledged",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: "const stored = await putOnce({ ...toPlainItem(event), ...marks });",
        replace: 'const stored = "stored" as string; void toPlainItem;',
      },
    ],
    scenario: scenario({ name: "", deliveries: ["P"] }),
    breaks: /answered 200 and P not stored/,
  },
  {
    name: "an item refused in its plain form too is acknowledged, while the key is disabled",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: "const stored = await putOnce({ ...toPlainItem(event), ...marks });",
        replace:
          'const stored = await putOnce({ ...toPlainItem(event), ...marks }).catch(() => "duplicate" as const);',
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], outage: "ValidationException" }),
    breaks: /answered 200 and A not stored/,
  },
  {
    name: "the plain form without its outbox marks",
    edits: [
      {
        file: "outbox/event-table.ts",
        find: "putOnce({ ...toPlainItem(event), ...marks })",
        replace: 'putOnce({ ...toPlainItem(event), alert: text("pending") })',
      },
    ],
    scenario: scenario({ name: "", deliveries: ["F"], ticks: 1 }),
    breaks: /F is pending and not in the outbox/,
  },
  {
    name: "a batch aborted at an item that can't be stored",
    edits: [
      {
        file: "outbox/record.ts",
        find: "inParallel(inTurn(distinct, run.now()), CONCURRENCY,",
        replace: "inParallel(events, 1,",
      },
      {
        file: "outbox/record.ts",
        find: "if (!invocation.hasTimeToWrite()) {",
        replace: `if (incomplete) return;
    if (!invocation.hasTimeToWrite()) {`,
      },
      {
        file: "outbox/record.ts",
        find: "return events.length <= CONCURRENCY ? events : startElsewhere(events, now);",
        replace: "return [...events];",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["PA"], ticks: 1 }),
    breaks: /not answered 200 although nothing fails.*A is never stored/,
  },
];
