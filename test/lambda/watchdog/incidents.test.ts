import { describe, expect, test } from "vitest";
import type { HistoryEvent } from "../../../lambda/watchdog/history.ts";
import { toIncidents } from "../../../lambda/watchdog/incidents.ts";

function openAlert(difference: Partial<HistoryEvent>): HistoryEvent {
  return {
    wabaId: "1",
    eventKey: "a",
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: "15550783881",
    time: 1,
    receivedAt: 1_000,
    alert: "open",
    answers: [],
    ...difference,
  };
}

describe("alerts that nobody has answered", () => {
  test("are one for a number, also after it was moved to another account", () => {
    const later = openAlert({ wabaId: "2", eventKey: "b", receivedAt: 2_000 });
    expect(toIncidents([later, openAlert({})])).toEqual([
      expect.objectContaining({ wabaId: "1", eventKey: "a", since: 1_000 }),
    ]);
  });

  test("are one each where Meta named no number: an answer is to one of them only", () => {
    const nameless = ["a", "b"].map((eventKey) => openAlert({ eventKey, displayPhoneNumber: "" }));
    expect(toIncidents(nameless).map(({ eventKey }) => eventKey)).toEqual(["a", "b"]);
  });

  test("are not those that somebody has answered, or that were never told", () => {
    const answers = [{ name: "Ann", answer: "planned", at: "", from: "" }] as const;
    const others = [openAlert({ answers }), openAlert({ alert: "pending" })];
    expect(toIncidents(others)).toEqual([]);
  });
});
