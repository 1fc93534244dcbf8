import { expect, test } from "vitest";
import type { Answer } from "../../../lambda/event/answer.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toOpenStatus, toSaidStatus } from "../../../lambda/numbers/alert-status.ts";
import { toNumberHeadlines } from "../../../lambda/numbers/headline.ts";
import { toIncidents } from "../../../lambda/numbers/incident.ts";
import { toNumberStates } from "../../../lambda/numbers/number-state.ts";
import { HOUR_MS, historyEvent, LOOKED_AT, MINUTE_MS } from "../../support/facts.ts";
import { ANSWER } from "../../support/notices.ts";

/** Somebody's answer so many minutes before 06:17. */
function said(answer: Answer["answer"], minutes: number, name = "Ann", origin = ANSWER.origin) {
  return {
    ...ANSWER,
    name,
    answer,
    at: new Date(LOOKED_AT - minutes * MINUTE_MS).toISOString(),
    origin,
  };
}

function alertOf(phone: string, hours: number, event: string, ...answers: readonly Answer[]) {
  const receivedAt = LOOKED_AT - hours * HOUR_MS;
  return historyEvent({ displayPhoneNumber: phone, receivedAt, event, answers });
}

const [REQUESTED, OFF, SET] = ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS", "PIN_CHANGED"] as const;
const handled = (phone: string, ...names: readonly string[]) =>
  names.map((name, at) => alertOf(`${phone}${at}`, 2, REQUESTED, said("handling", 9 + at, name)));

test("the headlines about numbers say the worst of each, and the oldest time of each kind", () => {
  const situations: Readonly<Record<string, readonly StoredAlert[]>> = {
    "nothing to do": [{ ...alertOf("1", 1, SET), alert: "none" }],
    "one is off": [alertOf("1", 1, OFF)],
    "some of each kind": [
      ...handled("4", "Bo"),
      alertOf("5", 1, REQUESTED),
      alertOf("6", 3, REQUESTED),
      alertOf("3", 2, REQUESTED),
      alertOf("3", 1, SET),
      alertOf("2", 1, OFF),
      alertOf("1", 3, OFF, said("handling", 5)),
    ],
    "an alert that may be no reset": [alertOf("1", 1, REQUESTED), alertOf("2", 2, "PIN_ODD")],
    "two people": handled("1", "Bo", "Ann\n", "Bo"),
    "more people": handled("1", "Bo", "Ann", "Cy"),
  };
  const lines = Object.entries(situations).map(([name, history]) => {
    const headlines = toNumberHeadlines(toNumberStates(history), LOOKED_AT);
    const texts = headlines.map(({ tone, text, about }) => `${about}, ${tone}: ${text}`);
    return [name, ...texts].join(" | ");
  });
  expect(lines).toMatchSnapshot();
});

test("an alert that nobody has ended says for how long, whether it repeats, and who handles it", () => {
  const statusOf = (difference: Partial<StoredAlert>) => {
    const [incident] = toIncidents([{ ...alertOf("1", 2, REQUESTED), ...difference }]);
    const { tone, text } = (incident && toOpenStatus(incident, LOOKED_AT)) ?? {};
    return `${tone}: ${text}`;
  };
  const lapsed = { alert: "lapsed" } as const;
  expect([
    statusOf({}),
    statusOf(lapsed),
    statusOf({ answers: [said("handling", 59)] }),
    statusOf({ answers: [said("handling", 60)] }),
    statusOf({ answers: [said("handling", 1)], ...lapsed }),
  ]).toMatchSnapshot();
});

test("an alert that waits for nobody says who ended it, else who answered last", () => {
  const statusOf = (...answers: readonly Answer[]) => {
    const { tone, text } = toSaidStatus(answers, LOOKED_AT) ?? {};
    return tone && `${tone}: ${text}`;
  };
  expect([
    statusOf(),
    statusOf(said("handling", 2)),
    statusOf(said("planned", 3), said("handling", 2)),
    statusOf(said("planned", 3), said("reopen", 2)),
    statusOf(said("pin-set", 2)),
    statusOf(said("moved", 2)),
    statusOf(said("moved", 2, "Bo", "terminal")),
  ]).toMatchSnapshot();
});
