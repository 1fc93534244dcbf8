import { type Mutant, mutant } from "./mutant.ts";

const MARKS =
  "await inParallel(items, CONCURRENCY, (item) => markPublication(item, publication, run));";

const CLAIMABLE = " AND (${TOKEN} = :token OR ${DUE_AT} < :now)";

/** Mistakes in how an alert is claimed, published and marked. */
export const OUTBOX_MUTANTS: readonly Mutant[] = [
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
    "the relay claims without a condition",
    /A is settled and still in the outbox/,
    { deliveries: ["A"], ticks: 1 },
    ["outbox/claims.ts", `\`\${QUEUE} = :queue${CLAIMABLE}\``, '"attribute_exists(wabaId)"'],
  ),
  mutant(
    "the relay claims what another holds",
    /A was alerted 2 times, with 0 faults that explain a repeat/,
    { deliveries: ["A"], ticks: 2, faultKinds: ["crash"] },
    ["outbox/claims.ts", CLAIMABLE, ""],
  ),
  mutant(
    "stored unclaimed while the index shows only claims that ran out",
    /A is pending and not in the outbox/,
    { deliveries: ["A"], ticks: 1, attempts: 1 },
    [
      "outbox/event-table.ts",
      `        [ATTRIBUTE.outbox]: text(OUTBOX.alert),
        [ATTRIBUTE.dueAt]: number(claim.expiresAt),
        [ATTRIBUTE.claimToken]: text(claim.token),
`,
      "",
    ],
    ["outbox/claims.ts", "`SET ${TOKEN} = :token,", "`SET ${QUEUE} = :alert, ${TOKEN} = :token,"],
    [
      "outbox/claims.ts",
      '":queue": text(queue),',
      '":queue": text("pending"), ":alert": text("alert"),',
    ],
    [
      "outbox/claims.ts",
      "`${QUEUE} = :queue AND (${TOKEN} = :token OR",
      "`alert = :queue AND (attribute_not_exists(${TOKEN}) OR ${TOKEN} = :token OR",
    ],
    [
      "outbox/record.ts",
      'if (recorded !== "duplicate") return { stored: toFreshAlert(event, incidentCode), token };',
      'if (recorded !== "duplicate") return takeOver(event, token, run); void toFreshAlert;',
    ],
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
    { deliveries: ["A"], ticks: 1, faults: 2 },
    ["outbox/publish.ts", "if (!hadNoEffect(error)) {", "if (!hadNoEffect(error) && false) {"],
  ),
  mutant("publishing not awaited", /ended with 1 requests under way/, { deliveries: ["A"] }, [
    "webhook/receive.ts",
    "await publishDelivered(",
    "void publishDelivered(",
  ]),
];
