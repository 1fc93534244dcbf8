import type { Mutant } from "./mutant.ts";
import { type Scenario, scenario } from "./scenario.ts";
import type { Visit } from "./visits.ts";

const BY_ANN = { letter: "A", name: "Ann", answer: "planned" } as const;
const BY_BEN = { letter: "A", name: "Ben", answer: "handling" } as const;

/** A is open; it repeats after 5 minutes and a day, and lapses after two days. */
function withOpenAlert(difference: Partial<Scenario>): Scenario {
  const repeatAfterMinutes = [5, 1440];
  return scenario({ name: "", told: "A", deliveries: [], repeatAfterMinutes, ...difference });
}

/** In a minute whose places others have taken. */
function withoutPlace(published: Scenario["published"], answered: readonly Visit[]): Scenario {
  const told = answered.map(({ letter }) => letter).join("");
  return withOpenAlert({
    told: [...new Set(told)].join(""),
    visits: answered,
    visited: answered.length,
    ticks: 1,
    isInstant: true,
    minutesLater: 2,
    paced: true,
    faults: 0,
    published,
  });
}

const PUBLISH = "messageId = await run.topic.publish(message);";

/** Answers as the terminal and the dashboard give them: they know no retention. */
const WITHOUT_RETENTION = [
  {
    file: "webhook/webhook.ts",
    find: "answers: createAnswerTable(inTable)",
    replace: 'answers: createAnswerTable({ ...inTable, retentionDays: "unknown" })',
  },
];

/** Mistakes in how alerts repeat, end by an answer, and how the answer is announced. */
export const INCIDENT_MUTANTS: readonly Mutant[] = [
  {
    name: "acknowledging without a condition",
    edits: [
      {
        file: "incident/answer-table.ts",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text that is edited has it
        find: "`alert = :alert AND ${toSameCount(known)}${",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text that is edited has it
        replace: "`attribute_exists(wabaId) AND (:alert = :alert OR ${toSameCount(known)})${",
      },
    ],
    scenario: withOpenAlert({ visits: [BY_ANN, BY_BEN], isInstant: true, faults: 0 }),
    breaks:
      /an answer about A was lost or changed|was told that the answer is stored, and it is not|never announced|was acknowledged, now open/,
  },
  {
    name: "looking at the page acknowledges",
    edits: [
      {
        file: "incident/respond.ts",
        find: "      return show(request, deps);",
        replace: `      return openLink(request, deps).then((one) => one && acknowledge(one, {
        name: "somebody", answer: "handling", at: new Date(deps.now()).toISOString(), from: "",
      }, deps, invocation.metrics)).then(() => show(request, deps));`,
      },
    ],
    scenario: withOpenAlert({ visits: [{ letter: "A" }] }),
    breaks: /visit 1 only looked, and caused: answer/,
  },
  {
    name: "a repeat decided from the index alone",
    edits: [
      {
        file: "outbox/publish-due.ts",
        find: "return stored && { stored, token };",
        replace: `const { answers } = stored ?? { answers: [] };
    const indexed = queue === "repeat" && ({ alert: "open", announcedAnswers: answers.length } as const);
    return stored && { stored: { ...stored, ...indexed }, token };`,
      },
      {
        file: "outbox/claims.ts",
        find: '"outbox = :queue AND',
        replace: '"(outbox = :queue OR attribute_exists(outbox)) AND',
      },
    ],
    scenario: withOpenAlert({
      visits: [BY_ANN],
      ticks: 1,
      minutesLater: 6,
      isInstant: true,
      waits: 1,
      recovers: false,
      faults: 0,
    }),
    breaks: /A was repeated after somebody had answered/,
  },
  {
    name: "an announcement marked before it is published, and lost by a crash",
    edits: [
      {
        file: "outbox/publish.ts",
        find: PUBLISH,
        replace: `for (const item of items.filter(({ due }) => due === "answer")) {
      await markPublication(item, { messageId: "", publishedAt: run.now() }, run);
    }
    ${PUBLISH}`,
      },
    ],
    scenario: withOpenAlert({ visits: [BY_ANN], isInstant: true, faultKinds: ["crash"] }),
    breaks: /the answer of Ann about A was never announced/,
  },
  {
    name: "an answer that leaves the outbox before it is announced",
    edits: [
      {
        file: "incident/answer-table.ts",
        find: "if (!isAnnounced) return toWaiting();",
        replace: "",
      },
    ],
    scenario: withOpenAlert({ visits: [BY_ANN], faults: 0 }),
    breaks: /the answer of Ann about A was never announced/,
  },
  {
    name: "an answer that leaves the repeats on",
    edits: [
      {
        file: "incident/answer-table.ts",
        find: '":next": text(toNextState(known.alert, answer)),',
        replace: '":next": text([known.alert, toNextState][0] as string),',
      },
      {
        file: "outbox/due.ts",
        find: "return last !== undefined && endsAlert(last.answer);",
        replace: "return [last].length === 0;",
      },
    ],
    scenario: withOpenAlert({
      visits: [BY_ANN],
      ticks: 1,
      minutesLater: 6,
      isInstant: true,
      faults: 0,
    }),
    breaks:
      /A was repeated after somebody had answered|before its time|A was alerted 2 times|still in the outbox/,
  },
  {
    name: "an open alert leaves the outbox after its first message",
    edits: [
      {
        file: "outbox/marks.ts",
        find: 'next.due === "nothing" ? toLeave(',
        replace: "[next].length > 0 ? toLeave(",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], repeatAfterMinutes: [5, 1440] }),
    breaks: /A is open and fell out of the outbox/,
  },
  {
    name: "a repeat a minute after the alert",
    edits: [
      {
        file: "outbox/repeat-times.ts",
        find: "return Math.min(next, Math.max(toLapseAt(stored, now), now));",
        replace: "return Math.min(next, now + 60_000);",
      },
    ],
    scenario: withOpenAlert({ ticks: 1, faults: 0 }),
    breaks: /A was repeated before its time/,
  },
  {
    name: "a lapse after a day",
    edits: [
      {
        file: "outbox/repeat-times.ts",
        find: "REPEAT_HOURS * 60 * MINUTE_MS;",
        replace: "REPEAT_HOURS * 30 * MINUTE_MS;",
      },
    ],
    scenario: withOpenAlert({ ticks: 1, faults: 0 }),
    breaks: /A lapsed before its time/,
  },
  {
    name: "alerts of one number that supersede each other",
    edits: [
      {
        file: "outbox/repeat.ts",
        find: "compareAlerts(event, stored.event) > 0",
        replace: "event.eventKey !== stored.event.eventKey",
      },
    ],
    scenario: withOpenAlert({ told: "AC", ticks: 0, faults: 0 }),
    breaks: /C is superseded by something older/,
  },
  {
    name: "an answer announced for each open alert of its number",
    variant: WITHOUT_RETENTION,
    edits: [
      {
        file: "incident/answer-table.ts",
        find: "return endsAlert(answer.answer) ? toEnd(known, retentionDays) : toAnnounced(known);",
        replace: 'return retentionDays === "unknown" ? toWaiting() : toEnd(known, retentionDays);',
      },
    ],
    scenario: withOpenAlert({ told: "AC", visits: [BY_ANN], isInstant: true, faults: 0 }),
    breaks: /the answer of Ann was announced 2 times/,
  },
  {
    name: "an answered alert with nothing to announce that nobody ends",
    variant: WITHOUT_RETENTION,
    edits: [
      {
        file: "outbox/prepare.ts",
        find: "return void (await run.outbox.mark(claimed, toNext(stored, 0)));",
        replace: "return undefined;",
      },
    ],
    scenario: withOpenAlert({ told: "AC", visits: [BY_ANN], isInstant: true, faults: 0 }),
    breaks: /A was alerted and stays in the outbox for ever/,
  },
  {
    name: "an alert that is ended by an answer from before it was told",
    edits: [
      {
        file: "outbox/repeat.ts",
        find: "end.at > publishedAt",
        replace: "end.at !== publishedAt",
      },
    ],
    scenario: withOpenAlert({
      told: "C",
      visits: [{ ...BY_ANN, letter: "C" }],
      deliveries: ["A"],
      isInstant: true,
      faults: 0,
    }),
    breaks: /A is superseded by an answer from before it was told/,
  },
  {
    name: "repeats although they are off",
    edits: [
      {
        file: "outbox/mark.ts",
        find: "isRepeated(stored.event, run.config) ?",
        replace: "[isRepeated].length > 0 ?",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"] }),
    breaks: /A is open although repeats are off/,
  },
  {
    name: "one answer told of an alert that has two, and both marked",
    edits: [
      {
        file: "outbox/prepare.ts",
        find: "stored.answers.slice(stored.announcedAnswers)",
        replace: "stored.answers.slice(stored.announcedAnswers).slice(0, 1)",
      },
    ],
    scenario: withoutPlace({ single: 5, digest: 5 }, [BY_ANN, BY_BEN]),
    breaks: /the answer of (Ann|Ben) about A was never announced/,
  },
  {
    name: "both answers to an alert told, and one marked",
    edits: [
      {
        file: "outbox/mark.ts",
        find: "announcedAnswers: answers.length }",
        replace: "announcedAnswers: Math.min(1, answers.length) }",
      },
    ],
    scenario: withoutPlace({ single: 5, digest: 5 }, [BY_ANN, BY_BEN]),
    breaks: /A was alerted 2 times, with 0 faults/,
  },
  {
    name: "answers without a place, taken for told",
    edits: [
      {
        file: "outbox/publish.ts",
        find: "else await giveBack(ready, run);",
        replace: `else for (const item of ready.items) {
      await markPublication(item, { messageId: "", publishedAt: 0 }, run); void giveBack;
    }`,
      },
    ],
    scenario: withoutPlace({ single: 5, digest: 5 }, [BY_ANN, { ...BY_BEN, letter: "B" }]),
    breaks: /the answer of (Ann|Ben) about [AB] was never announced|while somebody was handling it/,
  },
  {
    name: "many answers at once take no place",
    edits: [
      {
        file: "outbox/publish.ts",
        find: 'return isAnswer && (await pace.take(kind === "single" ? "digest" : "single", taker, now()));',
        replace: "return isAnswer;",
      },
    ],
    scenario: withOpenAlert({
      visits: [BY_ANN],
      minutesLater: 2,
      isInstant: true,
      faults: 0,
      paced: true,
      published: { single: 5, digest: 5 },
    }),
    breaks: /SNS got 6 (single|digest) messages/,
  },
];
