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
  const asked: string[] = [];
  const appended: Appended[] = [];
  const found: string[] = [];
  let left = conflicts;
  return {
    asked,
    appended,
    found,
    table: {
      async numberHistory(number: string) {
        asked.push(number);
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
  return ended.then(({ outcome }) => ({ outcome, metrics: metrics.values }));
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
    expect(deps.asked).toEqual(["15550783881"]);
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
    expect(await run(stored, createTable())).toEqual({ outcome: "noted", metrics: {} });
  });
});

const REOPEN = { answer: "reopen", origin: "terminal" } as const;

describe("an answer that was given before", () => {
  test("adds nothing", async () => {
    const deps = createTable();
    const stored = storedAlert({ alert: "acknowledged", answers: [...answersOf(2), ANSWER] });
    expect(await run(stored, deps)).toEqual({ outcome: "repeated", metrics: {} });
    expect(deps.appended).toEqual([]);
  });

  test.each<[string, Partial<Answer>[], Partial<Answer>, string]>([
    ["another name", [{ name: "Bo" }], {}, "noted"],
    ["another answer", [{ answer: "planned" }], {}, "noted"],
    ["another last answer", [{}, { answer: "pin-set" }], {}, "noted"],
    ["what was taken back", [{}, { name: "Bo", answer: "reopen" }], {}, "noted"],
    [
      "a claim, confirmed",
      [{ answer: "pin-set" }],
      { answer: "pin-set", origin: "terminal" },
      "noted",
    ],
    [
      "a confirmed one, claimed",
      [{ answer: "moved", origin: "terminal" }],
      { answer: "moved" },
      "repeated",
    ],
    [
      "another PIN of protect",
      [{ answer: "pin-set", origin: "protect" }],
      { answer: "pin-set", origin: "protect" },
      "noted",
    ],
    ["handling, five minutes later", [{}], { at: "2026-11-24T03:25:00.000Z" }, "noted"],
    ["handling, at once", [{}], { at: "2026-11-24T03:24:59.999Z" }, "repeated"],
    ["another's in between", [{}, { name: "Bo" }], {}, "repeated"],
    ["what was opened again", [REOPEN], REOPEN, "repeated"],
    ["what another one opened again", [{ ...REOPEN, name: "Bo" }], REOPEN, "added"],
    ["what was ended since", [REOPEN, { ...REOPEN, answer: "planned" }], REOPEN, "added"],
  ])("or not, beside %s", async (_what, before, given, outcome) => {
    const answers = before.map((each) => ({ ...ANSWER, ...each }));
    const stored = storedAlert({ alert: "acknowledged", answers });
    const answered = await run(stored, createTable(), { ...ANSWER, ...given });
    expect(answered.outcome).toBe(outcome);
  });
});

describe("an answer is refused", () => {
  const terminal = { ...ANSWER, origin: "terminal" } as const;
  test.each<[string, Partial<StoredAlert>, Answer, string]>([
    ["by what alerts nobody", { alert: "none" }, terminal, "refused"],
    ["by a test", { event: securityEvent({ test: true }) }, terminal, "refused"],
    ["beside five by link", { answers: answersOf(5) }, ANSWER, "refused"],
    [
      "beside five by link, but not from the terminal",
      { answers: answersOf(5) },
      terminal,
      "added",
    ],
    ["beside fifty, by the terminal too", { answers: answersOf(50) }, terminal, "refused"],
  ])("%s", async (_what, difference, answer, outcome) => {
    const deps = createTable();
    expect((await run(storedAlert(difference), deps, answer)).outcome).toBe(outcome);
    expect(deps.appended).toHaveLength(outcome === "refused" ? 0 : 1);
  });
});

const DAY = 86_400_000;

describe("a link", () => {
  const ended = { ...ANSWER, answer: "planned" } as const;
  const after = (days: number) => ({
    ...ANSWER,
    name: "Bo",
    at: new Date(Date.parse(ANSWER.at) + days * DAY).toISOString(),
  });
  const other = alertOf("other", {
    event: securityEvent({ eventKey: "other", event: "PIN_REQUEST_SUCCESS" }),
  });
  const by = (alert: StoredAlert["alert"]) => [{ ...other, alert }];

  test.each<[string, Partial<StoredAlert>, StoredAlert[], number, string, string[]]>([
    ["of an open alert answers the number's others", {}, by("open"), 0, "added", ["other", KEY]],
    [
      "of one superseded by an open one answers both",
      { alert: "superseded", supersededBy: "other" },
      by("open"),
      0,
      "added",
      ["other", KEY],
    ],
    [
      "of one whose successor was answered adds to its own event",
      { alert: "superseded", supersededBy: "other" },
      by("acknowledged"),
      0,
      "noted",
      [KEY],
    ],
    [
      "of one that was answered touches no other",
      { alert: "acknowledged", answers: [ended] },
      by("open"),
      6.9,
      "noted",
      [KEY],
    ],
    ["of one that lapsed touches no other", { alert: "lapsed" }, by("open"), 8.9, "noted", [KEY]],
    [
      "is too old seven days after the answer",
      { alert: "acknowledged", answers: [ended] },
      by("open"),
      7,
      "refused",
      [],
    ],
    [
      "is too old seven days after the alert lapsed",
      { alert: "lapsed" },
      by("open"),
      9,
      "refused",
      [],
    ],
    ["of an open alert has no age", {}, [], 400, "added", [KEY]],
    [
      "of a PIN that was set answers it alone",
      { alert: "published" },
      by("open"),
      0,
      "noted",
      [KEY],
    ],
  ])("%s", async (_what, difference, others, days, outcome, appended) => {
    const deps = createTable(others, others);
    expect((await run(storedAlert(difference), deps, after(days))).outcome).toBe(outcome);
    expect(deps.appended.map(({ eventKey }) => eventKey)).toEqual(appended);
  });

  test("follows every alert that took over in between", async () => {
    const middle = alertOf("middle", { alert: "superseded", supersededBy: "other" });
    const own = storedAlert({ alert: "superseded", supersededBy: "middle" });
    const deps = createTable([middle, ...by("open")], by("open"));
    expect((await run(own, deps)).outcome).toBe("added");
    const circle = createTable([
      alertOf("middle", { alert: "superseded", supersededBy: "middle" }),
    ]);
    expect((await run(own, circle)).outcome).toBe("noted");
  });

  test("is judged by the table, not by an index that is late", async () => {
    const deps = createTable(by("open"), by("acknowledged"));
    const own = storedAlert({ alert: "superseded", supersededBy: "other" });
    expect((await run(own, deps)).outcome).toBe("noted");
    expect(deps.appended.map(({ eventKey }) => eventKey)).toEqual([KEY]);
  });
});

describe("an answer by AWS credentials", () => {
  const answer = { ...ANSWER, answer: "planned", origin: "dashboard" } as const;

  test("is for every open or lapsed alert, the worst open one first", async () => {
    const off = { event: "PIN_REQUEST_SUCCESS" };
    const history = [
      alertOf("lapsed", { alert: "lapsed", event: securityEvent({ eventKey: "lapsed", ...off }) }),
      alertOf("off", { event: securityEvent({ eventKey: "off", ...off }) }),
      alertOf("ended", { alert: "acknowledged" }),
      alertOf("pending", { alert: "pending" }),
      alertOf("superseded", { alert: "superseded" }),
    ];
    const deps = createTable(history, history);
    expect((await run(storedAlert(), deps, answer)).outcome).toBe("added");
    const order = deps.appended.map(({ eventKey, isAnnounced }) => [eventKey, isAnnounced]);
    expect(order).toEqual([
      ["off", false],
      [KEY, true],
      ["lapsed", true],
    ]);
  });

  test("counts for an alert that has lapsed", async () => {
    expect((await run(storedAlert({ alert: "lapsed" }), createTable(), answer)).outcome).toBe(
      "added",
    );
  });

  test("opens an alert again, and no other", async () => {
    const reopen = { ...answer, answer: "reopen" } as const;
    for (const alert of ["acknowledged", "lapsed", "open"] as const) {
      const deps = createTable([alertOf("other")], [alertOf("other")]);
      expect(await run(storedAlert({ alert }), deps, reopen)).toEqual({
        outcome: "added",
        metrics: {},
      });
      expect(deps.appended.map(({ eventKey }) => eventKey)).toEqual([KEY]);
    }
    for (const refused of [
      { alert: "superseded" },
      { alert: "published" },
      { alert: "acknowledged", event: securityEvent({ event: "PIN_CHANGED" }) },
    ] as const) {
      expect((await run(storedAlert(refused), createTable(), reopen)).outcome).toBe("refused");
    }
  });
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
      { eventKey: "other", known: 0, isAnnounced: false },
      { eventKey: KEY, known: 0, isAnnounced: true },
    ]);
  });

  test("announce it where it is not new to the first", async () => {
    const third = alertOf("third");
    const deps = createTable([open, third], [open, third]);
    expect((await run(storedAlert({ answers: [ANSWER] }), deps)).outcome).toBe("added");
    expect(deps.appended).toEqual([
      { eventKey: "third", known: 0, isAnnounced: false },
      { eventKey: "other", known: 0, isAnnounced: true },
    ]);
  });

  test("can all know it already", async () => {
    const other = alertOf("other", { answers: [ANSWER] });
    const known = storedAlert({ answers: [ANSWER] });
    expect((await run(known, createTable([other], [other]))).outcome).toBe("repeated");
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
    expect(deps.appended.length === 2).toBe(gets);
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
    expect(await run(storedAlert(), deps)).toEqual({ outcome: "noted", metrics: {} });
    expect(deps.appended).toEqual([{ eventKey: KEY, known: 3, isAnnounced: false }]);
  });

  test("the last place may be taken meanwhile, or the same answer given", async () => {
    const full = createTable([], [storedAlert({ answers: answersOf(5) })], 1);
    expect((await run(storedAlert(), full)).outcome).toBe("refused");
    const same = createTable([], [storedAlert({ answers: [ANSWER] })], 1);
    expect((await run(storedAlert(), same)).outcome).toBe("repeated");
  });

  test("another alert that somebody ended meanwhile is left alone", async () => {
    const other = alertOf("other", {
      event: securityEvent({ eventKey: "other", event: "PIN_REQUEST_SUCCESS" }),
    });
    const reads = [other, { ...other, alert: "acknowledged" } as const];
    const deps = createTable([other], [], 1);
    const table = { ...deps.table, find: async () => reads.shift() };
    await run(storedAlert(), { ...deps, table });
    expect(deps.appended.map(({ eventKey }) => eventKey)).toEqual([KEY]);
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
