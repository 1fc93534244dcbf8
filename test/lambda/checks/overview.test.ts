import { describe, expect, test } from "vitest";
import { failed, ok } from "../../../lambda/checks/check.ts";
import { readOverview } from "../../../lambda/checks/overview.ts";
import { NO_SETTINGS } from "../../../lambda/facts/settings.ts";
import { toIncidents } from "../../../lambda/numbers/incident.ts";
import {
  factsOf,
  HOUR_MS,
  historyEvent,
  LOOKED_AT,
  overviewOf,
  subscriber,
} from "../../support/facts.ts";
import { ANSWER } from "../../support/notices.ts";

const AGO = (hours: number) => LOOKED_AT - hours * HOUR_MS;

describe("a number's unanswered alert", () => {
  test.each([
    ["open", true],
    ["lapsed", true],
    ["pending", true],
    ["published", false],
    ["acknowledged", false],
    ["superseded", false],
    ["none", false],
  ] as const)("is one that is %s: %s", (alert, isOne) => {
    expect(toIncidents([historyEvent({ alert })])).toHaveLength(isOne ? 1 : 0);
    for (const answer of ["planned", "pin-set", "moved"] as const) {
      const answers = [{ ...ANSWER, answer }];
      expect(toIncidents([historyEvent({ alert, answers })])).toEqual([]);
      const reopened = [...answers, { ...ANSWER, answer: "reopen" } as const];
      expect(toIncidents([historyEvent({ alert, answers: reopened })])).toHaveLength(isOne ? 1 : 0);
    }
    expect(toIncidents([historyEvent({ alert, answers: [ANSWER] })])).toHaveLength(isOne ? 1 : 0);
  });

  test("is named by its worst, of equals the newest, waits since the oldest, and has its story", () => {
    const old = historyEvent({ eventKey: "old", alert: "lapsed", receivedAt: AGO(60) });
    const worst = historyEvent({
      eventKey: "off",
      event: "PIN_REQUEST_SUCCESS",
      receivedAt: AGO(3),
    });
    const newest = historyEvent({ eventKey: "new", receivedAt: AGO(1) });
    const before = historyEvent({ event: "PIN_CHANGED", alert: "none", receivedAt: AGO(107) });
    const long = historyEvent({ event: "PIN_CHANGED", alert: "none", receivedAt: AGO(109) });
    const tested = { ...old, event: { ...old.event, eventKey: "test", test: true } };
    const history = [newest, worst, before, long, old, tested];
    expect(toIncidents(history)).toMatchObject([
      { eventKey: "off", event: "PIN_REQUEST_SUCCESS", since: AGO(60), lapsed: false },
    ]);
    const [incident] = toIncidents(history);
    expect(incident?.events).toEqual([before, old, worst, newest].map(({ event }) => event));
    expect(toIncidents([newest, old])).toMatchObject([{ eventKey: "new" }]);
    const lapsed = [newest, old].map((each) => ({ ...each, alert: "lapsed" }) as const);
    expect(toIncidents(lapsed)).toMatchObject([{ lapsed: true }]);
  });

  test("has the answers to all its alerts once, and who is handling the worst", () => {
    const handling = { ...ANSWER, at: new Date(AGO(1)).toISOString() };
    const planned = { ...ANSWER, answer: "planned", at: new Date(AGO(2)).toISOString() } as const;
    const ended = historyEvent({ eventKey: "a", alert: "acknowledged", answers: [planned] });
    const requested = historyEvent({ eventKey: "b", answers: [handling] });
    const off = historyEvent({ eventKey: "c", event: "PIN_REQUEST_SUCCESS", answers: [handling] });
    const [incident] = toIncidents([off, requested, ended]);
    expect(incident?.answers).toEqual([planned, handling]);
    expect(incident?.handling).toEqual(handling);
    const [unhandled] = toIncidents([{ ...off, answers: [] }, requested, ended]);
    expect(unhandled?.handling).toBeUndefined();
  });

  test("has the requester of the last request", () => {
    const of = (eventKey: string, hours: number, requester?: string) => {
      const stored = historyEvent({ eventKey, receivedAt: AGO(hours) });
      return { ...stored, event: { ...stored.event, ...(requester && { requester }) } };
    };
    const off = historyEvent({ event: "PIN_REQUEST_SUCCESS" });
    const [incident] = toIncidents([off, of("a", 3, "7"), of("b", 2, "8")]);
    expect(incident?.requester).toBe("8");
  });

  // An answer is for all alerts of a number; where Meta named none, for one of them only.
  test("is one for each number whatever the account, or for each alert without one, the oldest first", () => {
    const of = (displayPhoneNumber: string, eventKey: string, hours: number, wabaId = "1") =>
      historyEvent({ displayPhoneNumber, eventKey, receivedAt: AGO(hours), wabaId });
    const history = [of("2", "a", 1), of("1", "b", 2, "2"), of("1", "c", 3), of("", "d", 4)];
    const listed = toIncidents([...history, of("", "e", 5)]).map(({ eventKey }) => eventKey);
    expect(listed).toEqual(["e", "d", "b", "a"]);
  });
});

describe("the overview", () => {
  test("has each number's label, unanswered alert and last answer", () => {
    const older = { ...ANSWER, name: "Bo", at: "2026-11-24T03:10:00.000Z" };
    const oldest = { ...ANSWER, name: "Cy", at: "2026-11-24T03:00:00.000Z" };
    const history = [
      historyEvent({ alert: "acknowledged", answers: [ANSWER, oldest, older], receivedAt: AGO(2) }),
      historyEvent({ eventKey: "other" }),
      historyEvent({ displayPhoneNumber: "15550000002", alert: "none" }),
    ];
    const { numbers } = overviewOf({ history, numberLabels: { "15550783881": "Support DE" } });
    expect(numbers).toEqual([
      expect.not.objectContaining({ label: expect.anything() }),
      expect.objectContaining({
        displayPhoneNumber: "15550783881",
        label: "Support DE",
        incident: expect.objectContaining({ eventKey: "other" }),
        answer: ANSWER,
      }),
    ]);
    expect(Object.keys(numbers[0] ?? {})).not.toContain("incident");
    expect(Object.keys(numbers[0] ?? {})).not.toContain("answer");
  });

  test.each([
    ["+1 555-078-3881", "Support DE"],
    ["constructor", undefined],
  ])("has for %s the label of its digits: %s", (displayPhoneNumber, label) => {
    const history = [historyEvent({ displayPhoneNumber })];
    const numberLabels = { "15550783881": "Support DE" };
    expect(overviewOf({ history, numberLabels }).numbers[0]?.label).toBe(label);
  });

  test("names the failed checks apart, and the event that Meta sent last", () => {
    const good = { id: "a", name: "A", ...ok("") };
    const bad = { id: "b", name: "B", ...failed(""), why: "unread" } as const;
    const history = [
      historyEvent({ time: 3, eventKey: "last" }),
      historyEvent({ time: 1 }),
      historyEvent({ time: 2 }),
    ];
    const overview = overviewOf({ checks: [good, bad], history });
    expect(overview).toMatchObject({ checks: [good, bad], failed: [bad], unchecked: [] });
    expect(overview.lastEvent?.eventKey).toBe("last");
  });
});

describe("an overview that is read", () => {
  test("holds all facts", async () => {
    const facts = factsOf({
      history: [historyEvent()],
      pins: [{ displayPhoneNumber: "1", isPinEnabled: true, at: 1 }],
      settings: { ...NO_SETTINGS, numberLabels: { "15550783881": "Support DE" } },
      alertSubscribers: [subscriber()],
      operationsSubscribers: [subscriber({ endpoint: "o@example.com" })],
      lastTest: 7,
    });
    const overview = await readOverview(facts, [], LOOKED_AT);
    expect(overview).toMatchObject({
      at: LOOKED_AT,
      alertSubscribers: [{ endpoint: "guard@example.com" }],
      operationsSubscribers: [{ endpoint: "o@example.com" }],
      lastTest: 7,
      unread: [],
    });
    const numbers = overview.numbers.map((each) => [each.displayPhoneNumber, each.label]);
    expect(numbers).toEqual([
      ["15550783881", "Support DE"],
      ["1", undefined],
    ]);
  });

  test("is empty where nothing can be read, and names what that hides", async () => {
    const error = new Error("denied");
    const facts = factsOf({
      history: error,
      pins: error,
      settings: error,
      alertSubscribers: error,
      operationsSubscribers: error,
      lastTest: error,
    });
    expect(await readOverview(facts, [], LOOKED_AT)).toMatchObject({
      numbers: [],
      alertSubscribers: undefined,
      operationsSubscribers: undefined,
      lastTest: undefined,
      unread: ["events", "alert subscribers", "operations subscribers"],
    });
  });
});
