import { type Mutant, mutant } from "./mutant.ts";
import { BY_ANN, BY_BEN, FULL, OPEN, withoutPlace } from "./open-alert.ts";

const PUBLISH = "messageId = await run.topic.publish(message);";

/** Answers as the terminal and the dashboard give them: they know no retention. */
const WITHOUT_RETENTION = [
  [
    "webhook/webhook.ts",
    "answers: createAnswerTable(inTable)",
    'answers: createAnswerTable({ ...inTable, retentionDays: "unknown" })',
  ] as const,
];

/** Mistakes in how alerts repeat, end by an answer, and how the answer is announced. */
export const INCIDENT_MUTANTS: readonly Mutant[] = [
  mutant(
    "acknowledging without a condition",
    /an answer about A was lost or changed|was shown that the answer is stored, and it is not|never announced|was acknowledged, now open/,
    { ...OPEN, visits: [BY_ANN, BY_BEN], isInstant: true, faults: 0 },
    [
      "incident/answer-table.ts",
      "`${ALERT} = :alert AND ${toSameCount(known)}${",
      "`attribute_exists(wabaId) AND (:alert = :alert OR ${toSameCount(known)})${",
    ],
  ),
  mutant(
    "looking at the page acknowledges",
    /visit 1 only looked, and caused: answer/,
    { ...OPEN, visits: [{ letter: "A" }] },
    [
      "incident/respond.ts",
      "      return show(request, deps);",
      `      return openLink(request, deps.table).then((one) => one && acknowledge(one, {
        name: "somebody", answer: "handling", at: new Date(deps.now()).toISOString(), from: "",
      }, deps, invocation.metrics)).then(() => show(request, deps));`,
    ],
  ),
  mutant(
    "a repeat decided from the index alone",
    /A was repeated after somebody had answered/,
    {
      ...OPEN,
      visits: [BY_ANN],
      ticks: 1,
      minutesLater: 6,
      isInstant: true,
      waits: 1,
      recovers: false,
      faults: 0,
    },
    [
      "outbox/run.ts",
      "return stored && { stored, token };",
      `const { answers } = stored ?? { answers: [] };
    const indexed = queue === "repeat" && ({ alert: "open", announcedAnswers: answers.length } as const);
    return stored && { stored: { ...stored, ...indexed }, token };`,
    ],
    [
      "outbox/claims.ts",
      "`${QUEUE} = :queue AND",
      "`(${QUEUE} = :queue OR attribute_exists(${QUEUE})) AND",
    ],
  ),
  mutant(
    "an announcement marked before it is published, and lost by a crash",
    /the answer of Ann about A was never announced/,
    { ...OPEN, visits: [BY_ANN], isInstant: true, faultKinds: ["crash"] },
    [
      "outbox/publish.ts",
      PUBLISH,
      `for (const item of items.filter(({ due }) => due === "answer")) {
      await markPublication(item, { messageId: "", publishedAt: run.now() }, run);
    }
    ${PUBLISH}`,
    ],
  ),
  mutant(
    "an answer that leaves the outbox before it is announced",
    /the answer of Ann about A was never announced/,
    { ...OPEN, visits: [BY_ANN], faults: 0 },
    ["incident/answer-table.ts", "if (!isAnnounced) return toWaiting();", ""],
  ),
  mutant(
    "an answer that leaves the repeats on",
    /A was repeated after somebody had answered|before its time|A was alerted 2 times|still in the outbox/,
    { ...OPEN, visits: [BY_ANN], ticks: 1, minutesLater: 6, isInstant: true, faults: 0 },
    [
      "incident/answer-table.ts",
      '":next": text(toNextState(known.alert, answer)),',
      '":next": text([known.alert, toNextState][0] as string),',
    ],
    [
      "outbox/due.ts",
      "return last !== undefined && endsAlert(last.answer);",
      "return [last].length === 0;",
    ],
  ),
  mutant(
    "an open alert leaves the outbox after its first message",
    /A is open and fell out of the outbox/,
    { deliveries: ["A"], repeatAfterMinutes: [5, 1440] },
    ["outbox/marks.ts", 'next.due === "nothing" ? toLeave(', "[next].length > 0 ? toLeave("],
  ),
  mutant(
    "a repeat a minute after the alert",
    /A was repeated before its time/,
    { ...OPEN, ticks: 1, faults: 0 },
    [
      "outbox/repeat-times.ts",
      "return Math.min(next, Math.max(toLapseAt(stored, now), now));",
      "return Math.min(next, now + 60_000);",
    ],
  ),
  mutant("a lapse after a day", /A lapsed before its time/, { ...OPEN, ticks: 1, faults: 0 }, [
    "outbox/repeat-times.ts",
    "REPEAT_HOURS * 60 * MINUTE_MS;",
    "REPEAT_HOURS * 30 * MINUTE_MS;",
  ]),
  mutant(
    "alerts of one number that supersede each other",
    /C is superseded by something older/,
    { ...OPEN, sentBefore: "AC", ticks: 0, faults: 0 },
    [
      "outbox/repeat.ts",
      "compareAlerts(event, stored.event) > 0",
      "event.eventKey !== stored.event.eventKey",
    ],
  ),
  {
    ...mutant(
      "an answer announced for each open alert of its number",
      /the answer of Ann was announced 2 times/,
      { ...OPEN, sentBefore: "AC", visits: [BY_ANN], isInstant: true, faults: 0 },
      [
        "incident/answer-table.ts",
        "return endsAlert(answer.answer) ? toEnd(known, retentionDays) : toAnnounced(known);",
        'return retentionDays === "unknown" ? toWaiting() : toEnd(known, retentionDays);',
      ],
    ),
    variant: WITHOUT_RETENTION,
  },
  {
    ...mutant(
      "an answered alert with nothing to announce that nobody ends",
      /A was alerted and stays in the outbox for ever/,
      { ...OPEN, sentBefore: "AC", visits: [BY_ANN], isInstant: true, faults: 0 },
      [
        "outbox/prepare.ts",
        "return void (await run.outbox.mark(claimed, toNext(stored, 0)));",
        "return undefined;",
      ],
    ),
    variant: WITHOUT_RETENTION,
  },
  mutant(
    "an alert that is ended by an answer from before it was sent",
    /A is superseded by an answer from before it was sent/,
    {
      ...OPEN,
      sentBefore: "C",
      visits: [{ ...BY_ANN, letter: "C" }],
      deliveries: ["A"],
      isInstant: true,
      faults: 0,
    },
    ["outbox/repeat.ts", "end.at > publishedAt", "end.at !== publishedAt"],
  ),
  mutant(
    "repeats although they are off",
    /A is open although repeats are off/,
    { deliveries: ["A"] },
    ["outbox/mark.ts", "isRepeated(stored.event, run.config) ?", "[isRepeated].length > 0 ?"],
  ),
  mutant(
    "one answer announced of an alert that has two, and both marked",
    /the answer of (Ann|Ben) about A was never announced/,
    { ...withoutPlace(BY_ANN, BY_BEN), faults: 0, published: FULL },
    [
      "outbox/prepare.ts",
      "stored.answers.slice(stored.announcedAnswers)",
      "stored.answers.slice(stored.announcedAnswers).slice(0, 1)",
    ],
  ),
  mutant(
    "both answers to an alert announced, and one marked",
    /A was alerted 2 times, with 0 faults/,
    { ...withoutPlace(BY_ANN, BY_BEN), faults: 0, published: FULL },
    [
      "outbox/mark.ts",
      "announcedAnswers: answers.length }",
      "announcedAnswers: Math.min(1, answers.length) }",
    ],
  ),
  mutant(
    "many answers at once take no place",
    /SNS got 6 (single|digest) messages/,
    {
      ...OPEN,
      visits: [BY_ANN],
      minutesLater: 2,
      isInstant: true,
      faults: 0,
      paced: true,
      published: FULL,
    },
    [
      "outbox/publish.ts",
      'return isAnswer && (await pace.take("digest", taker, now()));',
      "return isAnswer;",
    ],
  ),
];
