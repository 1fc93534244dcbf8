import type { Action } from "./actions.ts";
import { type Answer, toOutboxEntry, toRowKey } from "./memory-table.ts";
import type { Send } from "./requests.ts";
import { toSend } from "./run.ts";
import { FAULTS, findEvent, type Scenario } from "./scenario.ts";
import { type Shown, type State, toId, toProcess } from "./state.ts";

/** One action in words; undefined for one that needs none. */
export function describeAction(
  before: State,
  action: Action,
  after: State,
  scenario: Scenario,
): string | undefined {
  switch (action.type) {
    case "wait":
      return "half a minute passes";
    case "expire":
      return action.outlived.length > 0
        ? `FAULT   the claim on ${toLetters(action.outlived)} runs out while its holder lives`
        : "time passes and claims run out";
    case "executeStray":
      return `a given-up request arrives after all: ${toText(before.strays[action.stray]?.send)}`;
    default:
      return describeProcess(before, action, after, scenario);
  }
}

type ProcessAction = Extract<Action, { readonly process: number }>;

function describeProcess(
  before: State,
  action: ProcessAction,
  after: State,
  scenario: Scenario,
): string | undefined {
  const { name, role } = toProcess(before, action.process);
  switch (action.type) {
    case "start":
      return role === "tick"
        ? `${name} starts`
        : `${name} comes, with ${scenario.deliveries[role.delivery]}`;
    case "confirm":
      return `${name} is answered 200, and Meta gets the answer`;
    case "crash":
    case "loseReply":
      return `FAULT   ${name}: ${FAULTS[action.type]}`;
    default:
      return describeRequest(before, action, after, name);
  }
}

function describeRequest(
  before: State,
  action: Extract<ProcessAction, { readonly send: number }>,
  after: State,
  name: string,
): string | undefined {
  const send = toSend(toProcess(before, action.process), action.send);
  switch (action.type) {
    case "execute":
      if (send.kind === "read secret") return undefined;
      return `${name}: ${toText(send)}: ${toAnswerText(findAnswer(after, action), before)}`;
    case "receive":
      return undefined;
    default:
      return `FAULT   ${name}: ${FAULTS[action.type]}: ${toText(send)}`;
  }
}

function toText(send: Send | undefined): string {
  return `${send?.kind} ${send?.row ? toLetters([send.row]) : ""}`.trim();
}

function toLetters(rows: readonly string[]): string {
  return rows.map((row) => findEvent(row)?.letter ?? row).join(", ");
}

function findAnswer(state: State, action: { process: number; send: number }): Answer | undefined {
  const { flights } = toProcess(state, action.process);
  return flights.find(({ send }) => send === action.send)?.answer;
}

function toAnswerText(answer: Answer | undefined, { rows }: State): string {
  if (!answer) return "done";
  if ("error" in answer) {
    return answer.error.name === "ConditionalCheckFailedException" ? "refused" : "an error";
  }
  if (!("Items" in answer.output)) return "done";
  const shown = (answer.output.Items as NonNullable<Shown>[]).map((entry) => {
    const row = toRowKey(entry);
    const isStale = toId(toOutboxEntry(rows.get(row))) !== toId(entry);
    return `${toLetters([row])}${isStale ? " (as it was before)" : ""}`;
  });
  return `it shows ${shown.join(", ") || "nothing"}`;
}
