import { describe, expect, test } from "vitest";
import type { Answer } from "../../../lambda/event/answer.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { acknowledge } from "../../../lambda/incident/acknowledge.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { ANSWER, securityEvent } from "../../support/notices.ts";
import { answersOf, storedAlert } from "../../support/stored-alerts.ts";

interface Appended {
  readonly eventKey: string;
  /** How many answers were known. */
  readonly known: number;
  readonly isAnnounced: boolean;
}

/** A table whose index shows `history`; so many appends find that others have made `items` of it. */
function createTable(
  history: readonly StoredAlert[] = [],
  items: readonly StoredAlert[] = [],
  conflicts = 0,
) {
  const asked: [string, number][] = [];
  const appended: Appended[] = [];
  const found: string[] = [];
  let left = conflicts;
  return {
    asked,
    appended,
    found,
    table: {
      async numberHistory(number: string, limit: number) {
        asked.push([number, limit]);
        return history;
      },
      async find({ eventKey, wabaId }: { eventKey: string; wabaId: string }) {
        found.push(eventKey);
        return items.find(({ event }) => event.eventKey === eventKey && event.wabaId === wabaId);
      },
    },
    answers: {
      async append({ event, answers }: StoredAlert, _answer: Answer, isAnnounced: boolean) {
        if (left > 0) {
          left -= 1;
          return false;
        }
        appended.push({ eventKey: event.eventKey, known: answers.length, isAnnounced });
        return true;
      },
    },
  };
}

function alertOf(eventKey: string, difference: Partial<StoredAlert> = {}): StoredAlert {
  return storedAlert({ event: securityEvent({ eventKey }), ...difference });
}

function run(stored: StoredAlert, deps: ReturnType<typeof createTable>, answer: Answer = ANSWER) {
  const metrics = createInvocationMetrics();
  const ended = acknowledge(stored, answer, deps, metrics);
  return ended.then((outcome) => ({ outcome, metrics: metrics.values }));
}

const KEY = securityEvent().eventKey;

describe("an answer to an open alert", () => {
  test("is added, to be announced, and counted with how long people waited", async () => {
    const deps = createTable();
    const publishedAt = new Date(Date.parse(ANSWER.at) - 8 * 60_000).toISOString();
    expect(await run(storedAlert({ publishedAt }), deps)).toEqual({
      outcome: "added",
      metrics: { IncidentAcknowledged: 1, AcknowledgementMinutes: [8] },
    });
    expect(deps.appended).toEqual([{ eventKey: KEY, known: 0, isAnnounced: false }]);
    expect(deps.asked).toEqual([["15550783881", 100]]);
  });

  test.each([
    ["rounded", 150_000, 3],
    ["rounded down", 149_999, 2],
    ["never negative", -60_000, 0],
  ])("counts whole minutes, %s", async (_how, waited, minutes) => {
    const publishedAt = new Date(Date.parse(ANSWER.at) - waited).toISOString();
    const { metrics } = await run(storedAlert({ publishedAt }), createTable());
    expect(metrics.AcknowledgementMinutes).toEqual([minutes]);
  });

  test("is counted from the receipt of an alert that is not published yet", async () => {
    const { publishedAt: _, ...pending } = storedAlert({ alert: "pending" });
    const receivedAt = new Date(Date.parse(ANSWER.at) - 5 * 60_000).toISOString();
    const stored = { ...pending, event: securityEvent({ receivedAt }) };
    expect((await run(stored, createTable())).metrics.AcknowledgementMinutes).toEqual([5]);
  });

  test("is no second time to a first answer", async () => {
    const stored = storedAlert({ alert: "acknowledged", answers: answersOf(1) });
    expect(await run(stored, createTable())).toEqual({ outcome: "added", metrics: {} });
  });
});

describe("an answer that was given before", () => {
  test("adds nothing", async () => {
    const deps = createTable();
    const stored = storedAlert({ alert: "acknowledged", answers: [...answersOf(2), ANSWER] });
    expect(await run(stored, deps)).toEqual({ outcome: "repeated", metrics: {} });
    expect(deps.appended).toEqual([]);
  });

  test("is known also beside ten answers and in an alert that takes none", async () => {
    for (const alert of ["acknowledged", "published"] as const) {
      const answers = [ANSWER, ...answersOf(9)];
      const { outcome } = await run(storedAlert({ alert, answers }), createTable());
      expect(outcome).toBe("repeated");
    }
  });

  test.each([
    ["another name", { name: "Bo" }],
    ["another answer", { answer: "planned" }],
  ] as const)("is another one with %s", async (_what, difference) => {
    const answers = [{ ...ANSWER, ...difference }];
    const stored = storedAlert({ alert: "acknowledged", answers });
    expect((await run(stored, createTable())).outcome).toBe("added");
  });
});

test("an answer to an alert that takes none is refused", async () => {
  for (const stored of [
    storedAlert({ alert: "published" }),
    storedAlert({ alert: "acknowledged", answers: answersOf(10) }),
    storedAlert({ event: securityEvent({ test: true }) }),
  ]) {
    const deps = createTable();
    expect(await run(stored, deps)).toEqual({ outcome: "refused", metrics: {} });
    expect(deps.appended).toEqual([]);
  }
});

describe("the number's other alerts", () => {
  const open = alertOf("other");

  test("get the answer, which one alone announces", async () => {
    const deps = createTable([open, storedAlert()], [open]);
    expect(await run(storedAlert(), deps)).toEqual({
      outcome: "added",
      metrics: { IncidentAcknowledged: 2, AcknowledgementMinutes: [8, 8] },
    });
    expect(deps.appended).toEqual([
      { eventKey: KEY, known: 0, isAnnounced: false },
      { eventKey: "other", known: 0, isAnnounced: true },
    ]);
  });

  test("announce it where it is not new to the first", async () => {
    const third = alertOf("third");
    const deps = createTable([open, third], [open, third]);
    const known = storedAlert({ alert: "acknowledged", answers: [ANSWER] });
    expect((await run(known, deps)).outcome).toBe("added");
    expect(deps.appended).toEqual([
      { eventKey: "other", known: 0, isAnnounced: false },
      { eventKey: "third", known: 0, isAnnounced: true },
    ]);
  });

  test("can all know it already", async () => {
    const other = alertOf("other", { answers: [ANSWER] });
    const known = storedAlert({ alert: "acknowledged", answers: [ANSWER] });
    expect((await run(known, createTable([other], [other]))).outcome).toBe("repeated");
    const closed = storedAlert({ alert: "published" });
    expect((await run(closed, createTable([other], [other]))).outcome).toBe("refused");
  });

  test.each([
    ["none", "none", false],
    ["pending", "open", true],
    ["pending", "pending", false],
    ["open", "open", true],
    ["open", "acknowledged", false],
    ["open", "superseded", false],
    ["published", "open", false],
    ["acknowledged", "open", false],
    ["superseded", "open", false],
    ["lapsed", "open", false],
  ] as const)("that the index shows %s, and the table %s, get it: %s", async (shown, is, gets) => {
    const history = [alertOf("other", { alert: shown })];
    const deps = createTable(history, [alertOf("other", { alert: is })]);
    await run(storedAlert(), deps);
    expect(deps.appended.slice(1).length === 1).toBe(gets);
  });

  test("that are deleted meanwhile, or tests, get nothing", async () => {
    const test = { ...open, event: { ...open.event, test: true } };
    for (const deps of [createTable([open], []), createTable([test], [test])]) {
      await run(storedAlert(), deps);
      expect(deps.appended).toHaveLength(1);
    }
  });

  test("are read once each, the answered one not again", async () => {
    const sameKey = storedAlert({ event: securityEvent({ wabaId: "2" }) });
    const deps = createTable([storedAlert(), open, sameKey], [open, sameKey, storedAlert()]);
    await run(storedAlert(), deps);
    expect(deps.found).toEqual(["other", KEY]);
    expect(deps.appended).toHaveLength(3);
  });

  test.each([
    ["a test", securityEvent({ test: true })],
    ["without a number", { ...securityEvent(), displayPhoneNumber: "" }],
  ])("of an event that is %s are not looked for", async (_what, event) => {
    const deps = createTable([open], [open]);
    await run(storedAlert({ event }), deps);
    expect(deps.asked).toEqual([]);
    expect(deps.appended.map(({ eventKey }) => eventKey)).not.toContain("other");
  });
});

describe("while others answer too,", () => {
  test("it is tried again with what they have changed", async () => {
    const changed = storedAlert({ alert: "acknowledged", answers: answersOf(3) });
    const deps = createTable([], [changed], 1);
    expect(await run(storedAlert(), deps)).toEqual({ outcome: "added", metrics: {} });
    expect(deps.appended).toEqual([{ eventKey: KEY, known: 3, isAnnounced: false }]);
  });

  test("the last place may be taken meanwhile, or the same answer given", async () => {
    const full = createTable([], [storedAlert({ answers: answersOf(10) })], 1);
    expect((await run(storedAlert(), full)).outcome).toBe("refused");
    const same = createTable([], [storedAlert({ answers: [ANSWER] })], 1);
    expect((await run(storedAlert(), same)).outcome).toBe("repeated");
  });

  test("ten tries are made, and then it fails", async () => {
    const nine = createTable([], [storedAlert()], 9);
    expect((await run(storedAlert(), nine)).outcome).toBe("added");
    const ten = createTable([], [storedAlert()], 10);
    await expect(run(storedAlert(), ten)).rejects.toThrow(
      "The alert changed at each try to answer it",
    );
    expect(ten.found).toHaveLength(10);
  });

  test("it fails where the alert is deleted", async () => {
    const deps = createTable([], [], 1);
    await expect(run(storedAlert(), deps)).rejects.toThrow("The alert changed at each try");
    expect(deps.found).toHaveLength(1);
  });
});
