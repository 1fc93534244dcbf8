import { describe, expect, test } from "vitest";
import type { AlertState, StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { findRepeating, toLinkScope, waitsForLink } from "../../../lambda/numbers/offer.ts";
import { type HistoryDifference, HOUR_MS, historyEvent, LOOKED_AT } from "../../support/facts.ts";
import { ANSWER } from "../../support/notices.ts";
import { answersOf } from "../../support/stored-alerts.ts";

/** An alert that was received just now, or ended just now. */
function alertOf(alert: AlertState, difference: HistoryDifference = {}): StoredAlert {
  const end = { ...ANSWER, answer: "planned", at: new Date(LOOKED_AT).toISOString() } as const;
  const answers = alert === "acknowledged" ? [end] : [];
  return historyEvent({ alert, answers, receivedAt: LOOKED_AT, ...difference });
}

const terminals = (count: number) =>
  answersOf(count).map((answer) => ({ ...answer, origin: "terminal" as const }));

describe("a link", () => {
  test.each<[AlertState, number, string]>([
    ["none", 0, "nothing"],
    ["pending", 400, "event"],
    ["acknowledged", 6.99, "event"],
    ["acknowledged", 7, "nothing"],
    ["lapsed", 8.99, "event"],
    ["lapsed", 9, "nothing"],
  ])("of an alert that is %s may answer after %d days: %s", (alert, days, scope) => {
    const now = LOOKED_AT + days * 24 * HOUR_MS;
    expect(toLinkScope(alertOf(alert), undefined, now)).toBe(scope);
    const repeating = alert === "none" ? "nothing" : "incident";
    expect(toLinkScope(alertOf(alert), alertOf("open"), now)).toBe(repeating);
  });

  test("takes five answers by link, and is taken while there are less than fifty", () => {
    const scopes = [answersOf(4), answersOf(5), terminals(49), terminals(50)].map((answers) =>
      toLinkScope(alertOf("open", { answers }), undefined, LOOKED_AT),
    );
    expect(scopes).toEqual(["event", "nothing", "event", "nothing"]);
    const [open, full] = [alertOf("open"), alertOf("open", { answers: answersOf(5) })];
    const histories = [[open], [alertOf("acknowledged"), open], [full], [alertOf("acknowledged")]];
    expect(histories.map(waitsForLink)).toEqual([true, true, false, false]);
  });

  test("follows each alert that took over to the one that repeats, in whichever account", () => {
    const of = (alert: AlertState, eventKey: string, by?: string, wabaId = "1") => {
      return { ...alertOf(alert, { eventKey, wabaId }), ...(by && { supersededBy: by }) };
    };
    const [own, middle] = [of("superseded", "a", "b"), of("superseded", "b", "c")];
    const [open, other] = [of("open", "c"), of("open", "b", undefined, "2")];
    const circle = of("superseded", "b", "a");
    expect(findRepeating(open, [])).toBe(open);
    expect(findRepeating(own, [open, own, middle])).toBe(open);
    expect(findRepeating(own, [open, middle, other, own])).toBe(other);
    expect(findRepeating(own, [own, circle])).toBeUndefined();
  });
});
