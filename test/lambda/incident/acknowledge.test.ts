import { describe, expect, test } from "vitest";
import type { Answer, AnswerKind } from "../../../lambda/event/answer.ts";
import type { AlertState, StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { acknowledge } from "../../../lambda/incident/acknowledge.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { ANSWER, securityEvent } from "../../support/notices.ts";
import { answersOf, storedAlert } from "../../support/stored-alerts.ts";

const OWN = securityEvent().eventKey;
const AT = Date.parse(ANSWER.at);
const atMs = (milliseconds: number) => new Date(AT + milliseconds).toISOString();

function alertOf(eventKey: string, difference: Partial<StoredAlert> = {}): StoredAlert {
  return storedAlert({ event: securityEvent({ eventKey }), ...difference });
}

interface Given {
  readonly answer?: Partial<Answer>;
  /** The number's alerts as its index shows them. */
  readonly history?: readonly StoredAlert[];
  /** The same as the table has them when they are looked up: all of the index, unless given. */
  readonly items?: readonly StoredAlert[];
  /** So many appends find that others were faster. */
  readonly conflicts?: number;
}

/** What comes of an answer to this alert. */
async function answer(own: Partial<StoredAlert>, given: Given = {}) {
  const { history = [], items = history } = given;
  let { conflicts = 0 } = given;
  const left = [...items];
  const seen = { asked: [] as string[], found: [] as string[], appended: [] as string[] };
  const metrics = createInvocationMetrics();
  const deps = {
    table: {
      async numberHistory(number: string) {
        seen.asked.push(number);
        return history;
      },
      /** Of an alert that is given twice the first is found first. */
      async find({ eventKey, wabaId }: { eventKey: string; wabaId: string }) {
        seen.found.push(eventKey);
        const isIt = ({ event }: StoredAlert) =>
          event.eventKey === eventKey && event.wabaId === wabaId;
        const isAgain = left.filter(isIt).length > 1;
        return isAgain ? left.splice(left.findIndex(isIt), 1)[0] : left.find(isIt);
      },
    },
    answers: {
      async append({ event, answers }: StoredAlert, _answer: Answer, isAnnounced: boolean) {
        conflicts -= 1;
        if (conflicts >= 0) return false;
        const key = event.eventKey === OWN ? "own" : event.eventKey;
        seen.appended.push(`${key} after ${answers.length}${isAnnounced ? "" : ", announces"}`);
        return true;
      },
    },
  };
  const { outcome, announcedBy } = await acknowledge(
    storedAlert(own),
    { ...ANSWER, ...given.answer },
    deps,
    metrics,
  ).then(
    ({ outcome, announcedBy }) => ({ outcome, announcedBy: announcedBy?.eventKey }),
    (error: Error) => ({ outcome: error.message, announcedBy: undefined }),
  );
  const keys = seen.appended.map((each) => each.split(" ")[0]).join(" ");
  return { outcome, announcedBy, ...seen, keys, metrics: metrics.values };
}

describe("an answer to an open alert", () => {
  test("is added, to be announced, and counted with how long people waited", async () => {
    expect(await answer({ publishedAt: atMs(-8 * 60_000) })).toMatchObject({
      outcome: "added",
      appended: ["own after 0, announces"],
      asked: ["15550783881"],
      metrics: { IncidentAcknowledged: 1, AcknowledgementMinutes: [8] },
    });
  });

  test.each([
    ["rounded", { publishedAt: atMs(-150_000) }, 3],
    ["rounded down", { publishedAt: atMs(-149_999) }, 2],
    ["never negative", { publishedAt: atMs(60_000) }, 0],
    ["from the receipt where none is published", { publishedAt: undefined as never }, 5],
  ])("counts whole minutes, %s", async (_how, own, minutes) => {
    const event = securityEvent({ receivedAt: atMs(-5 * 60_000) });
    const { metrics } = await answer({ event, ...own });
    expect(metrics.AcknowledgementMinutes).toEqual([minutes]);
  });
});

describe("an answer that was given before", () => {
  const REOPEN = { answer: "reopen", origin: "terminal" } as const;
  const PIN = { answer: "pin-set" } as const;
  const PROTECTED = { ...PIN, origin: "protect" } as const;
  const BO = { name: "Bo" };

  test.each<[string, Partial<Answer>[], Partial<Answer>, string]>([
    ["the same answer", [{}], {}, "repeated"],
    ["another name", [BO], {}, "noted"],
    ["another answer", [{ answer: "planned" }], {}, "noted"],
    ["another last answer", [{}, PIN], {}, "noted"],
    ["what was taken back", [{}, { ...BO, answer: "reopen" }], {}, "noted"],
    ["a claim, confirmed", [PIN], { ...PIN, origin: "terminal" }, "noted"],
    ["a confirmed one, claimed", [{ ...PIN, origin: "terminal" }], PIN, "repeated"],
    ["another PIN of protect", [PROTECTED], PROTECTED, "noted"],
    ["handling, five minutes later", [{}], { at: atMs(5 * 60_000) }, "noted"],
    ["handling, at once", [{}], { at: atMs(5 * 60_000 - 1) }, "repeated"],
    ["another's in between", [{}, BO], {}, "repeated"],
    ["what was opened again", [REOPEN], REOPEN, "repeated"],
    ["what another one opened again", [{ ...REOPEN, ...BO }], REOPEN, "added"],
    ["what was ended since", [REOPEN, { ...REOPEN, answer: "planned" }], REOPEN, "added"],
  ])("beside %s", async (_what, before, given, outcome) => {
    const answers = before.map((each) => ({ ...ANSWER, ...each }));
    const answered = await answer({ alert: "acknowledged", answers }, { answer: given });
    const { announcedBy, metrics, appended } = answered;
    expect({ outcome: answered.outcome, metrics }).toEqual({ outcome, metrics: {} });
    expect(announcedBy).toBe(outcome === "repeated" ? undefined : OWN);
    expect(appended).toHaveLength(outcome === "repeated" ? 0 : 1);
  });
});

test.each<[string, Partial<StoredAlert>, Answer["origin"], string]>([
  ["to what alerts nobody", { alert: "none" }, "terminal", "refused"],
  ["to one that has lapsed", { alert: "lapsed" }, "terminal", "added"],
  ["to a test", { event: securityEvent({ test: true }) }, "terminal", "refused"],
  ["beside five by link", { answers: answersOf(5) }, "link", "refused"],
  ["beside five by link", { answers: answersOf(5) }, "terminal", "added"],
  ["beside fifty", { answers: answersOf(50) }, "terminal", "refused"],
])("an answer %s (%#) is taken or not", async (_what, own, origin, outcome) => {
  const answered = await answer(own, { answer: { origin } });
  expect(answered.outcome).toBe(outcome);
  expect(answered.appended).toHaveLength(outcome === "refused" ? 0 : 1);
});

describe("a link", () => {
  const off = securityEvent({ eventKey: "other", event: "PIN_REQUEST_SUCCESS" });
  const by = (alert: AlertState) => [alertOf("other", { event: off, alert })];
  const superseded = { alert: "superseded", supersededBy: "other" } as const;

  test.each<[AlertState, AlertState, number, string, string]>([
    ["open", "open", 0, "added", "other own"],
    ["superseded", "open", 0, "added", "other own"],
    ["superseded", "acknowledged", 0, "noted", "own"],
    ["lapsed", "open", 8.9, "noted", "own"],
    ["lapsed", "open", 9, "refused", ""],
  ])(
    "of an alert that is %s, beside one that is %s, after %d days: %s, to %j",
    async (own, other, days, outcome, keys) => {
      const given = { name: "Bo", at: atMs(days * 86_400_000) };
      const stored = own === "superseded" ? superseded : { alert: own };
      const answered = await answer(stored, { answer: given, history: by(other) });
      expect(answered).toMatchObject({ outcome, keys });
    },
  );

  test("is judged by the table, not by an index that is late", async () => {
    const given = { history: by("open"), items: by("acknowledged") };
    expect(await answer(superseded, given)).toMatchObject({ outcome: "noted", keys: "own" });
  });
});

describe("an answer by AWS credentials", () => {
  const by = (kind: AnswerKind) => ({ answer: kind, origin: "dashboard" }) as const;

  test("is for every open or lapsed alert, the worst open one first, which announces it", async () => {
    const off = (eventKey: string) => securityEvent({ eventKey, event: "PIN_REQUEST_SUCCESS" });
    const history = [
      alertOf("lapsed", { alert: "lapsed", event: off("lapsed") }),
      alertOf("off", { event: off("off") }),
      alertOf("ended", { alert: "acknowledged" }),
      alertOf("pending", { alert: "pending" }),
      alertOf("superseded", { alert: "superseded" }),
    ];
    const { outcome, appended } = await answer({}, { history, answer: by("planned") });
    expect(outcome).toBe("added");
    expect(appended).toEqual(["off after 0, announces", "own after 0", "lapsed after 0"]);
  });

  test.each([
    ["acknowledged", "added"],
    ["lapsed", "added"],
    ["open", "added"],
    ["superseded", "refused"],
    ["published", "refused"],
  ] as const)("opens an alert that is %s again, and no other: %s", async (alert, outcome) => {
    const given = { history: [alertOf("other")], answer: by("reopen") };
    const keys = outcome === "added" ? "own" : "";
    const answered = await answer({ alert }, given);
    expect(answered).toMatchObject({ outcome, keys });
    expect(answered.metrics).toEqual({});
    const pin = { alert, event: securityEvent({ event: "PIN_CHANGED" }) };
    expect((await answer(pin, given)).outcome).toBe("refused");
  });
});

describe("the number's other alerts", () => {
  const open = alertOf("other");

  test("get the answer, which one alone announces", async () => {
    expect(await answer({}, { history: [open, storedAlert()] })).toMatchObject({
      outcome: "added",
      appended: ["other after 0, announces", "own after 0"],
      found: ["other"],
      metrics: { IncidentAcknowledged: 2, AcknowledgementMinutes: [8, 8] },
    });
  });

  test("announce it where it is not new to the first", async () => {
    const history = [open, alertOf("third")];
    const { outcome, appended } = await answer({ answers: [ANSWER] }, { history });
    expect(outcome).toBe("added");
    expect(appended).toEqual(["third after 0, announces", "other after 0"]);
    const known = [{ ...open, answers: [ANSWER] }];
    expect((await answer({ answers: [ANSWER] }, { history: known })).outcome).toBe("repeated");
  });

  test.each([
    ["none", "none", false],
    ["pending", "open", true],
    ["pending", "pending", false],
    ["open", "open", true],
    ["open", "acknowledged", false],
    ["published", "open", false],
    ["superseded", "open", false],
    ["lapsed", "open", false],
  ] as const)("that the index shows %s, and the table %s, get it: %s", async (shown, is, gets) => {
    const history = [alertOf("other", { alert: shown })];
    const { keys } = await answer({}, { history, items: [alertOf("other", { alert: is })] });
    expect(keys).toBe(gets ? "other own" : "own");
  });

  test("that are deleted meanwhile, or tests, get nothing", async () => {
    const test = { ...open, event: { ...open.event, test: true } };
    expect((await answer({}, { history: [open], items: [] })).keys).toBe("own");
    expect((await answer({}, { history: [test] })).keys).toBe("own");
  });

  test("may have the same key, in another account", async () => {
    const sameKey = storedAlert({ event: securityEvent({ wabaId: "2" }) });
    const { found, appended } = await answer({}, { history: [storedAlert(), open, sameKey] });
    expect(found).toEqual(["other", OWN]);
    expect(appended).toHaveLength(3);
  });

  test.each([
    ["a test", securityEvent({ test: true })],
    ["without a number", securityEvent({ displayPhoneNumber: "" })],
  ])("of an event that is %s are not looked for", async (_what, event) => {
    const { asked, keys } = await answer({ event }, { history: [open] });
    expect(asked).toEqual([]);
    expect(keys).not.toContain("other");
  });
});

describe("while others answer too,", () => {
  const FAILED = "The alert changed at each try to answer it";

  const ENDED = { alert: "acknowledged", answers: answersOf(3) } as const;

  test.each<[string, Partial<StoredAlert>, string, string[]]>([
    ["it is tried again", ENDED, "noted", ["own after 3, announces"]],
    ["the last place is taken", { answers: answersOf(5) }, "refused", []],
    ["the same answer is given", { answers: [ANSWER] }, "repeated", []],
  ])("%s with what they have changed", async (_what, changed, outcome, appended) => {
    const answered = await answer({}, { items: [storedAlert(changed)], conflicts: 1 });
    expect(answered).toMatchObject({ outcome, appended, metrics: {} });
  });

  test("another alert that somebody ended meanwhile is left alone", async () => {
    const off = securityEvent({ eventKey: "other", event: "PIN_REQUEST_SUCCESS" });
    const other = alertOf("other", { event: off });
    const items = [other, { ...other, alert: "acknowledged" as const }];
    expect((await answer({}, { history: [other], items, conflicts: 1 })).keys).toBe("own");
  });

  test.each<[number, string, StoredAlert[]]>([
    [9, "added", [storedAlert()]],
    [10, FAILED, [storedAlert()]],
    [1, FAILED, []],
  ])(
    "it fails after ten tries, and where the alert is deleted: %d",
    async (conflicts, outcome, items) => {
      const answered = await answer({}, { items, conflicts });
      expect(answered.outcome).toBe(outcome);
      expect(answered.found).toHaveLength(conflicts);
    },
  );
});
