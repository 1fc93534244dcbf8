import { expect, test } from "vitest";
import { toFigures } from "../../../lambda/checks/figures.ts";
import type { AnswerKind } from "../../../lambda/event/answer.ts";
import { HOUR_MS, historyEvent, LOOKED_AT, MINUTE_MS } from "../../support/facts.ts";
import { ANSWER } from "../../support/notices.ts";

/** A request so many hours ago, with answers so many minutes after it. */
function request(hoursAgo: number, ...answers: (readonly [AnswerKind, number])[]) {
  const receivedAt = LOOKED_AT - hoursAgo * HOUR_MS;
  return historyEvent({
    eventKey: String(hoursAgo),
    receivedAt,
    answers: answers.map(([answer, minutes]) => {
      return { ...ANSWER, answer, at: new Date(receivedAt + minutes * MINUTE_MS).toISOString() };
    }),
  });
}

test("a week without events has no figures", () => {
  expect(toFigures([request(7 * 24), request(-1)], LOOKED_AT)).toEqual({
    requests: 0,
    planned: 0,
    lapsed: 0,
    medianMs: undefined,
    longestMs: undefined,
  });
});

test("a week counts requests, planned ones, lapsed alerts, and times to the answer that ended each", () => {
  const history = [
    request(1, ["planned", 3]),
    request(2, ["handling", 1], ["pin-set", 40], ["planned", 50]),
    request(3, ["moved", 5]),
    request(4, ["handling", 2]),
    { ...request(60), alert: "lapsed" as const },
    historyEvent({ eventKey: "x", event: "PIN_CHANGED", alert: "published" }),
  ];
  expect(toFigures(history, LOOKED_AT)).toEqual({
    requests: 5,
    planned: 2,
    lapsed: 1,
    medianMs: 5 * MINUTE_MS,
    longestMs: 40 * MINUTE_MS,
  });
});
