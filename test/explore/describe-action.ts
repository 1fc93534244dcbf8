import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Action } from "./actions.ts";
import { findIndex, toIndexEntry } from "./memory-index.ts";
import { type Answer, toRowKey } from "./memory-table.ts";
import { type Notice, toNoticeRow } from "./notices.ts";
import type { Send } from "./requests.ts";
import { toSend } from "./run.ts";
import { FAULTS, type FaultKind, findEvent, type Scenario } from "./scenario.ts";
import { isInternal, type Role, type Shown, type State, toId, toProcess } from "./state.ts";

/** One action in words; undefined for one that needs none. */
export function describeAction(before: State, action: Action, after: State, scenario: Scenario) {
  const process = "process" in action ? toProcess(before, action.process) : undefined;
  const send = process && "send" in action ? toSend(process, action.send) : undefined;
  const fault = (type: FaultKind) => `FAULT   ${process?.name}: ${FAULTS[type]}`;
  switch (action.type) {
    case "wait":
      return "half a minute passes";
    case "expire":
      return action.outlived.length > 0
        ? `FAULT   the claim on ${toLetters(action.outlived)} runs out while its holder lives`
        : "time passes and claims run out";
    case "executeStray":
      return `a given-up request arrives after all: ${toText(before.strays[action.stray]?.send)}`;
    case "tableFails":
      return "DynamoDB begins to refuse everything";
    case "tableRecovers":
      return "DynamoDB is well again";
    case "start":
      return `${process?.name} starts${process && toStartText(process.role, scenario)}`;
    case "confirm":
      return `${process?.name} is answered: done`;
    case "crash":
    case "loseReply":
      return fault(action.type);
    case "receive":
      return undefined;
    case "execute":
      if (!send || send.kind === "read secret") return undefined;
      return `${process?.name}: ${toText(send)}: ${toAnswerText(findAnswer(after, action), send, before)}`;
    default:
      return `${fault(action.type)}: ${toText(send)}`;
  }
}

function toStartText(role: Role, { deliveries, visits }: Scenario): string {
  if (isInternal(role)) return "";
  if ("delivery" in role) return `, with ${deliveries[role.delivery]}`;
  const { letter, name, answer, pin } = visits[role.visit] ?? {};
  if (pin) return `: a new PIN for ${letter}, by ${name} (${pin})`;
  return name === undefined ? `: a look at ${letter}` : `: ${name} answers ${letter}, ${answer}`;
}

function toText(send: Send | undefined): string {
  if (send?.kind === "publish") return `publish ${send.notices.map(toNoticeText).join(" and ")}`;
  return `${send?.kind} ${send?.row ? toLetters([send.row]) : ""}`.trim();
}

/** `A` for an alert about A, `A repeat 1` for its first repeat. */
function toNoticeText(notice: Notice): string {
  const row = toNoticeRow(notice);
  return `${toLetters([row])}${notice.slice(row.length).replace(" alert", "")}`;
}

function toLetters(rows: readonly string[]): string {
  return rows.map((row) => findEvent(row)?.letter ?? row.replace("pace/", "for a ")).join(", ");
}

function findAnswer(state: State, action: { process: number; send: number }): Answer | undefined {
  const { flights } = toProcess(state, action.process);
  return flights.find(({ send }) => send === action.send)?.answer;
}

function toAnswerText(answer: Answer | undefined, { input }: Send, { rows }: State): string {
  if (!answer) return "done";
  if ("error" in answer) {
    const { name } = answer.error;
    return name === "ConditionalCheckFailedException" ? "its condition fails" : `refused, ${name}`;
  }
  if (!("Items" in answer.output)) return "done";
  const index = findIndex(input as QueryCommandInput);
  const shown = (answer.output.Items as NonNullable<Shown>[]).map((entry) => {
    const row = toRowKey(entry);
    const isStale = toId(toIndexEntry(index, rows.get(row))) !== toId(entry);
    return `${toLetters([row])}${isStale ? " (as it was before)" : ""}`;
  });
  return `it shows ${shown.join(", ") || "nothing"}`;
}
