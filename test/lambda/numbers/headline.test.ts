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
const DISPUTED = [alertOf("3", 2, REQUESTED), alertOf("3", 1, SET)];

test.each<[string, readonly StoredAlert[], readonly string[]]>([
  ["nothing", [{ ...alertOf("1", 1, SET), alert: "none" }], []],
  ["one that is off", [alertOf("1", 1, OFF)], ["alarm: 1 number UNPROTECTED since 05:17 UTC"]],
  [
    "each number once, in the worst that is said of it, and the oldest time of each kind",
    [
      ...handled("4", "Bo"),
      alertOf("5", 1, REQUESTED),
      alertOf("6", 3, REQUESTED),
      ...DISPUTED,
      alertOf("2", 1, OFF),
      alertOf("1", 3, OFF, said("handling", 5)),
    ],
    [
      "alarm: 2 numbers UNPROTECTED since 03:17 UTC",
      "busy: 1 PIN set: was it you?",
      "alarm: 2 resets unanswered since 03:17 UTC",
      "busy: 1 reset being handled by Bo since 06:08 UTC",
    ],
  ],
  [
    "no reset of what may be none",
    [alertOf("1", 1, REQUESTED), alertOf("2", 2, "PIN_ODD")],
    ["alarm: 2 alerts unanswered since 04:17 UTC"],
  ],
  [
    "two who handle it by their names",
    handled("1", "Bo", "Ann\n", "Bo"),
    ["busy: 3 resets being handled by Bo and Ann since 06:06 UTC"],
  ],
  [
    "more people by their number",
    handled("1", "Bo", "Ann", "Cy"),
    ["busy: 3 resets being handled by 3 people since 06:06 UTC"],
  ],
])("the headlines about numbers say %s", (_what, history, lines) => {
  const headlines = toNumberHeadlines(toNumberStates(history), LOOKED_AT);
  expect(headlines.map(({ tone, text }) => `${tone}: ${text}`)).toEqual(lines);
  expect(headlines.every(({ about }) => about === "numbers")).toBe(true);
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
  ]).toEqual([
    "alarm: Nobody has answered for 2 hours. We repeat the alert until somebody answers.",
    "alarm: Nobody has answered for 2 hours. The alert is no longer repeated.",
    "busy: Ann said at 05:18 UTC: I am handling it. The repeats pause for 60 minutes.",
    "alarm: Ann said at 05:17 UTC: I am handling it. Nobody has said that it is over.",
    "alarm: Ann said at 06:16 UTC: I am handling it. Nobody has ended the alert. The alert is no longer repeated.",
  ]);
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
  ]).toEqual([
    undefined,
    "busy: Ann said at 06:15 UTC: I am handling it.",
    "calm: Ann said at 06:14 UTC: this was planned.",
    "busy: Ann said at 06:15 UTC: the answer was not true, the alert is open again.",
    "calm: Ann said at 06:15 UTC: the PIN is set again (not confirmed).",
    "calm: Ann said at 06:15 UTC: the number is no longer ours (not confirmed).",
    "calm: Bo said at 06:15 UTC: the number is no longer ours.",
  ]);
});
