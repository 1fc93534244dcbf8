import { type Mutant, mutant } from "./mutant.ts";

/** Mistakes in what an error of DynamoDB means for the answer to Meta. */
export const TABLE_MUTANTS: readonly Mutant[] = [
  mutant(
    "200 although storing failed",
    /answered 200 and A not stored/,
    { deliveries: ["A"], faults: 2 },
    ["outbox/record.ts", 'incomplete = "table";', ""],
  ),
  mutant(
    "any error of DynamoDB is a refusal of the item",
    /answered 200 and A not stored/,
    { deliveries: ["A"], outage: "AccessDeniedException" },
    [
      "outbox/event-table.ts",
      "if (!isValidationError(error)) throw error;",
      'if (!isValidationError(error)) return "duplicate";',
    ],
  ),
  mutant("a refused item is acknowledged", /answered 200 and P not stored/, { deliveries: ["P"] }, [
    "outbox/event-table.ts",
    "const stored = await putOnce({ ...toPlainItem(event), ...marks });",
    'const stored = "stored" as string; void toPlainItem;',
  ]),
  mutant(
    "an item refused in its plain form too is acknowledged, while the key is disabled",
    /answered 200 and A not stored/,
    { deliveries: ["A"], outage: "ValidationException" },
    [
      "outbox/event-table.ts",
      "const stored = await putOnce({ ...toPlainItem(event), ...marks });",
      'const stored = await putOnce({ ...toPlainItem(event), ...marks }).catch(() => "duplicate" as const);',
    ],
  ),
  mutant(
    "the plain form without its outbox marks",
    /F is pending and not in the outbox/,
    { deliveries: ["F"], ticks: 1 },
    [
      "outbox/event-table.ts",
      "putOnce({ ...toPlainItem(event), ...marks })",
      'putOnce({ ...toPlainItem(event), alert: text("pending") })',
    ],
  ),
  mutant(
    "a batch aborted at an item that can't be stored",
    /not answered 200 although nothing fails.*A is never stored/,
    { deliveries: ["PA"], ticks: 1 },
    [
      "outbox/record.ts",
      "inParallel(inTurn(distinct, run.now()), CONCURRENCY,",
      "inParallel(events, 1,",
    ],
    [
      "outbox/record.ts",
      "if (!invocation.hasTimeToWrite()) {",
      `if (incomplete) return;
    if (!invocation.hasTimeToWrite()) {`,
    ],
    [
      "outbox/record.ts",
      "return events.length <= CONCURRENCY ? events : startElsewhere(events, now);",
      "return [...events];",
    ],
  ),
];
