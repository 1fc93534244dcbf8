import fc from "fast-check";
import { expect, test } from "vitest";
import { toStates } from "../../../infra/commands/history/state.ts";
import type { RepeatItem } from "../../../lambda/alert/content/notice.ts";
import { toMessages } from "../../../lambda/alert/message.ts";
import { runAll } from "../../../lambda/checks/check.ts";
import { toEventChecks } from "../../../lambda/checks/event-checks.ts";
import { toOverview } from "../../../lambda/checks/overview.ts";
import { ANSWER_KINDS, ANSWER_ORIGINS, OFFERED_ANSWERS } from "../../../lambda/event/answer.ts";
import type { AlertState, StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { createFacts } from "../../../lambda/facts/facts.ts";
import { saveItem } from "../../../lambda/facts/memory.ts";
import { readStoredPins } from "../../../lambda/facts/pins.ts";
import { toIncidentPage } from "../../../lambda/incident/page.ts";
import { toStory } from "../../../lambda/numbers/incident.ts";
import type { PinState } from "../../../lambda/numbers/known.ts";
import { toDigits } from "../../../lambda/numbers/number-state.ts";
import {
  findRepeating,
  toLinkScope,
  toOffered,
  waitsForLink,
} from "../../../lambda/numbers/offer.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { readNumberFacts } from "../../../lambda/outbox/number-facts.ts";
import { prepareRepeat } from "../../../lambda/outbox/repeat.ts";
import { toOverviewParts } from "../../../lambda/page/overview-parts.ts";
import { createRunClaims } from "../../../lambda/protect/claims.ts";
import { toReport } from "../../../lambda/watchdog/report.ts";
import { toActions } from "../../../lambda/widget/actions.ts";
import { createMemoryClient } from "../../explore/memory-table.ts";
import { testConfig } from "../../support/config.ts";
import { factsOf, HOUR_MS, historyEvent, LOOKED_AT, watchedSystem } from "../../support/facts.ts";
import { messageContext } from "../../support/notices.ts";
import { outboxWorld } from "../../support/outbox-world.ts";

const NUMBERS = ["15550783881", "15550783882"];
const ACCOUNTS = ["1", "2"];
const STATES: readonly AlertState[] = [
  "none",
  "pending",
  "published",
  "open",
  "acknowledged",
  "superseded",
  "lapsed",
];

/** Few different hours, so that seconds are equal; and times that Meta cannot mean. */
const anyHour = fc.integer({ min: -120, max: -1 });
const anyTime = fc.option(fc.constantFrom(Number.NaN, 1, 1_795_489_920_000_000), {
  nil: undefined,
  freq: 1,
});

const anyAnswer = fc
  .record({
    name: fc.constantFrom("Ann", "Bob"),
    answer: fc.constantFrom(...ANSWER_KINDS),
    origin: fc.constantFrom(...ANSWER_ORIGINS),
    hour: anyHour,
  })
  .map(({ hour, ...answer }) => {
    const at = new Date(LOOKED_AT + hour * HOUR_MS).toISOString();
    return { ...answer, at, from: "203.0.113.7" };
  });

const anyAlert = fc
  .record({
    wabaId: fc.constantFrom(...ACCOUNTS),
    displayPhoneNumber: fc.constantFrom(...NUMBERS),
    event: fc.constantFrom("PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS", "PIN_CHANGED"),
    hour: anyHour,
    time: anyTime,
    alert: fc.constantFrom(...STATES),
    answers: fc.array(anyAnswer, { maxLength: 3 }),
  })
  .map(({ hour, time, ...rest }) => {
    const receivedAt = LOOKED_AT + hour * HOUR_MS;
    return historyEvent({ ...rest, receivedAt, ...(time !== undefined && { time }) });
  });

const anyHistory = fc.array(anyAlert, { minLength: 1, maxLength: 12 }).map((alerts) =>
  alerts.map((alert, index) => {
    const eventKey = `${String(index).padStart(16, "0")}#${"a".repeat(16)}`;
    const incidentCode = "code";
    return { ...alert, event: { ...alert.event, eventKey }, incidentCode };
  }),
);

const anyReadings: fc.Arbitrary<readonly PinState[]> = fc.array(
  fc.record({
    displayPhoneNumber: fc.constantFrom("+1 555-078-3881", "15550783882"),
    isPinEnabled: fc.boolean(),
    at: anyHour.map((hour) => LOOKED_AT + hour * HOUR_MS),
  }),
  { maxLength: 2 },
);

/** A table with these readings: in the first account's memory, and of the last runs of `protect`. */
async function sourceWith(watched: readonly PinState[], atRuns: readonly PinState[]) {
  const dynamodb = createMemoryClient();
  const source = { dynamodb, tableName: "events" };
  const pins = watched.map((each) => [each.displayPhoneNumber, each.isPinEnabled, each.at]);
  await saveItem(source, `account#${ACCOUNTS[0]}`, { pins });
  const claims = createRunClaims({ client: dynamodb, tableName: "events" });
  for (const { displayPhoneNumber, isPinEnabled, at } of atRuns) {
    const claim = await claims.take(toDigits(displayPhoneNumber), "t", "Ann", at);
    if (claim.kind !== "claim") throw new Error("No run is under way");
    await claims.end(claim, undefined, { isPinEnabled, readAt: at });
  }
  return source;
}

/** The same table with this history of both numbers. */
function tableWith(
  history: readonly StoredAlert[],
  { dynamodb: client, tableName }: Awaited<ReturnType<typeof sourceWith>>,
) {
  const { readings, protectReadings } = createEventTable({ client, tableName });
  return {
    numberHistory: async (number: string) =>
      history.filter(({ event }) => event.displayPhoneNumber === number),
    readings,
    protectReadings,
    find: async ({ eventKey }: { eventKey: string }) =>
      history.find(({ event }) => event.eventKey === eventKey),
  };
}

/** What a page offers, by its markup. */
function choicesOf(page: string): string[] {
  return [...page.matchAll(/type="radio" name="answer" value="([^"]+)"/g)].map(
    ([, it]) => it ?? "",
  );
}

const NOT_META = { asksMeta: false };

test("every view says the same of a number, and offers the same", async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, anyReadings, anyReadings, async (history, given, atRuns) => {
      // An account whose memory is read is one that the number has events of.
      const known = new Set(
        history
          .filter(({ event }) => event.wabaId === ACCOUNTS[0])
          .map(({ event }) => event.displayPhoneNumber),
      );
      const watched = given.filter(({ displayPhoneNumber }) =>
        known.has(toDigits(displayPhoneNumber)),
      );
      const source = await sourceWith(watched, atRuns);
      const table = tableWith(history, source);
      const readings = await createFacts(watchedSystem(source), LOOKED_AT, NOT_META).pins();
      const overview = toOverview({
        at: LOOKED_AT,
        checks: [],
        history,
        pins: readings,
        numberLabels: {},
        alertSubscribers: [],
        operationsSubscribers: undefined,
        lastTest: undefined,
      });
      const report = toReport(overview, "").replace(/\s+/g, " ");
      const parts = toOverviewParts({ overview, toNumber: (number) => number }).markup;
      const facts = factsOf({ history, pins: readings });
      const checks = await runAll(toEventChecks(watchedSystem(), facts, LOOKED_AT));
      const protection = checks.find(({ id }) => id === "numbers");
      const isBad = overview.numbers.some(
        ({ state }) => state === "UNPROTECTED" || state === "disputed",
      );
      expect(protection?.state).toBe(isBad ? "failed" : "ok");

      const repeats: RepeatItem[] = [];
      for (const number of overview.numbers) {
        const { state, sentence, displayPhoneNumber } = number;
        expect(report).toContain(state);
        expect(parts).toContain(state);
        const isOpen = number.claim || state === "UNPROTECTED" || state === "disputed";
        const offered = [
          ...(number.incident || (number.ended && isOpen) ? OFFERED_ANSWERS : []),
          ...(number.ended ? ["reopen"] : []),
        ];
        expect(number.offered).toEqual(offered);
        const buttons =
          toActions(number, "arn", LOOKED_AT)?.markup.match(/<cwdb-action/g)?.length ?? 0;
        expect(buttons).toBe(offered.length);
        const rows = toStates(history, await readStoredPins(source));
        const row = rows.find((each) => each.displayPhoneNumber === displayPhoneNumber);
        const hasEvents = number.lastEvent !== undefined;
        expect(row).toEqual(hasEvents ? expect.objectContaining({ state, sentence }) : undefined);
        for (const stored of await table.numberHistory(displayPhoneNumber)) {
          const found = await readNumberFacts(stored, table);
          expect(found.state).toEqual({ ...number });
          const scope = toLinkScope(stored, findRepeating(stored, found.history), LOOKED_AT);
          const page = toIncidentPage({
            incident: stored,
            number: found.state,
            story: toStory(found.history, stored.event),
            offered: toOffered(scope !== "nothing"),
            waitsForLink: waitsForLink(found.history),
            config: testConfig(),
            now: LOOKED_AT,
          });
          expect(page.replace(/<[^>]*>/g, "").replace(/\s+/g, " ")).toContain(sentence);
          expect(choicesOf(page)).toEqual(scope === "nothing" ? [] : [...OFFERED_ANSWERS]);
          if (stored.alert === "open") expect(scope === "nothing").toBe(byLink(stored) >= 5);
          const run = { ...outboxWorld({ table }).run, now: () => LOOKED_AT };
          const repeat = await prepareRepeat(
            { stored: { ...stored, alert: "open" }, token: "t" },
            run,
          );
          if (stored.alert !== "open" || !repeat) continue;
          expect(repeat.number.sentence).toBe(sentence);
          repeats.push({ due: "repeat", event: stored.event, repeat: 1, ...repeat });
        }
      }
      if (repeats.length > 1) expectDigest(repeats);
    }),
    { numRuns: 500, seed: 21 },
  );
}, 120_000);

/** One message says of each number what its repeat alone would say, and how all are answered. */
function expectDigest(repeats: readonly RepeatItem[]): void {
  const [digest, ...others] = toMessages(repeats, messageContext());
  expect(others).toEqual([]);
  const { email } = JSON.parse(digest?.message.message ?? "{}");
  const text = email.replace(/\s+/g, " ");
  for (const { number } of repeats) expect(text).toContain(number?.sentence);
  expect(text).toMatch(/npm run acknowledge -- .*--all /);
}

function byLink({ answers }: StoredAlert): number {
  return answers.filter(({ origin }) => origin === "link").length;
}
