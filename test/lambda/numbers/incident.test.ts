import { describe, expect, test } from "vitest";
import { toIncident, toIncidents, toStory } from "../../../lambda/numbers/incident.ts";
import { HOUR_MS, historyEvent, LOOKED_AT } from "../../support/facts.ts";
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
    const before = historyEvent({ event: "PIN_CHANGED", alert: "none", receivedAt: AGO(108) });
    const long = historyEvent({ event: "PIN_CHANGED", alert: "none", receivedAt: AGO(109) });
    const tested = { ...old, event: { ...old.event, eventKey: "test", test: true } };
    const history = [newest, worst, before, long, old, tested];
    expect(toIncidents(history)).toMatchObject([
      { eventKey: "off", event: "PIN_REQUEST_SUCCESS", since: AGO(60), lapsed: false },
    ]);
    const [incident] = toIncidents(history);
    expect(incident?.events).toEqual([before, old, worst, newest].map(({ event }) => event));
    const lapsed = [newest, old].map((each) => ({ ...each, alert: "lapsed" }) as const);
    expect(toIncidents(lapsed)).toMatchObject([{ eventKey: "new", lapsed: true }]);
    const odd = historyEvent({ event: "PIN_ODD", eventKey: "odd" });
    const sameTime = historyEvent({ eventKey: "newer" });
    for (const all of [
      [sameTime, newest, odd, old],
      [old, odd, newest, sameTime],
    ]) {
      expect(toIncident(all)?.eventKey).toBe("newer");
    }
  });

  test("has no name where Meta gave none, and waits since it was opened again", () => {
    const reopen = { ...ANSWER, answer: "reopen" } as const;
    const answers = [reopen, { ...reopen, at: new Date(AGO(2)).toISOString() }];
    const { event, ...alert } = historyEvent({ answers, receivedAt: AGO(3) });
    const { event: _, displayPhoneNumber: __, ...bare } = event;
    expect(toIncidents([{ ...alert, event: bare }])).toEqual([
      {
        displayPhoneNumber: "",
        wabaId: bare.wabaId,
        eventKey: bare.eventKey,
        event: "",
        since: AGO(2),
        lapsed: false,
        events: [bare],
        answers,
      },
    ]);
    const early = { ...reopen, at: new Date(AGO(4)).toISOString() };
    expect(toIncident([{ ...alert, event, answers: [early] }])?.since).toBe(AGO(3));
  });

  test("that is looked at has its own story where none waits", () => {
    const ended = [1, 49, 50].map((hours) =>
      historyEvent({ eventKey: `${hours}`, alert: "none", receivedAt: AGO(hours) }),
    );
    const keys = (looked?: number) =>
      toStory(ended, looked === undefined ? undefined : ended[looked]?.event).events.map(
        ({ eventKey }) => eventKey,
      );
    expect([keys(), keys(0), keys(1)]).toEqual([[], ["49", "1"], ["50", "49", "1"]]);
  });

  test("has the answers to all its alerts once, and who is handling the worst", () => {
    const handling = { ...ANSWER, at: new Date(AGO(1)).toISOString() };
    const planned = { ...ANSWER, answer: "planned", at: new Date(AGO(2)).toISOString() } as const;
    const ended = historyEvent({ eventKey: "b", alert: "acknowledged", answers: [planned] });
    const requested = historyEvent({ eventKey: "a", answers: [handling] });
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
