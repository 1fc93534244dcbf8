import type { Move } from "./actions.ts";
import { type Answer, toOutboxEntry, toRowKey } from "./memory-table.ts";
import type { Send } from "./requests.ts";
import { toSend } from "./run.ts";
import { FAULTS, findEvent, type Scenario } from "./scenario.ts";
import { type Shown, toId, toProcess, type World } from "./state.ts";

/** One move in words; undefined for one that needs none. */
export function tell(
  before: World,
  move: Move,
  after: World,
  scenario: Scenario,
): string | undefined {
  switch (move.do) {
    case "wait":
      return "half a minute passes";
    case "expire":
      return move.outlived.length > 0
        ? `FAULT   the claim on ${toLetters(move.outlived)} runs out while its holder lives`
        : "time passes and claims run out";
    case "land":
      return `a given-up request arrives after all: ${toText(before.strays[move.stray]?.send)}`;
    default:
      return tellProcess(before, move, after, scenario);
  }
}

type ProcessMove = Extract<Move, { readonly process: number }>;

function tellProcess(
  before: World,
  move: ProcessMove,
  after: World,
  scenario: Scenario,
): string | undefined {
  const { name, role } = toProcess(before, move.process);
  switch (move.do) {
    case "start":
      return role === "tick"
        ? `${name} starts`
        : `${name} comes, with ${scenario.deliveries[role.delivery]}`;
    case "acknowledge":
      return `${name} is answered 200, and Meta hears it`;
    case "die":
    case "reply":
      return `FAULT   ${name}: ${FAULTS[move.do]}`;
    default:
      return tellRequest(before, move, after, name);
  }
}

function tellRequest(
  before: World,
  move: Extract<ProcessMove, { readonly send: number }>,
  after: World,
  name: string,
): string | undefined {
  const send = toSend(toProcess(before, move.process), move.send);
  switch (move.do) {
    case "reach":
      if (send.kind === "read secret") return undefined;
      return `${name}: ${toText(send)}: ${toAnswerText(findAnswer(after, move), before)}`;
    case "hear":
      return undefined;
    default:
      return `FAULT   ${name}: ${FAULTS[move.do]}: ${toText(send)}`;
  }
}

function toText(send: Send | undefined): string {
  return `${send?.kind} ${send?.row ? toLetters([send.row]) : ""}`.trim();
}

function toLetters(rows: readonly string[]): string {
  return rows.map((row) => findEvent(row)?.letter ?? row).join(", ");
}

function findAnswer(world: World, move: { process: number; send: number }): Answer | undefined {
  const { flights } = toProcess(world, move.process);
  return flights.find(({ send }) => send === move.send)?.answer;
}

function toAnswerText(answer: Answer | undefined, { rows }: World): string {
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
