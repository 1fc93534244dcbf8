import { describe, expect, test } from "vitest";
import { failed, ok } from "../../../lambda/checks/check.ts";
import { readOverview } from "../../../lambda/checks/overview.ts";
import { NO_SETTINGS } from "../../../lambda/facts/settings.ts";
import {
  factsOf,
  HOUR_MS,
  historyEvent,
  LOOKED_AT,
  overviewOf,
  subscriber,
} from "../../support/facts.ts";
import { ANSWER } from "../../support/notices.ts";

describe("the overview", () => {
  test("has each number's label, unanswered alert and last answer", () => {
    const older = { ...ANSWER, name: "Bo", at: "2026-11-24T03:10:00.000Z" };
    const oldest = { ...ANSWER, name: "Cy", at: "2026-11-24T03:00:00.000Z" };
    const history = [
      historyEvent({
        alert: "acknowledged",
        answers: [ANSWER, oldest, older],
        receivedAt: LOOKED_AT - 2 * HOUR_MS,
      }),
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
