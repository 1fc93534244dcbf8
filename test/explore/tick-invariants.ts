import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";
import { must } from "./invariant-violation.ts";
import { type Answer, toRowKey } from "./memory-table.ts";
import type { Send } from "./requests.ts";
import { findEvent, type Scenario } from "./scenario.ts";
import type { Process, State } from "./state.ts";

const IN_TURN = ["answer", "alert", "repeat"];

/** Before a tick reads on without faults: it deals with what it has found, each queue in its turn. */
export function checkReading(state: State, process: Process, send: Send, scenario: Scenario): void {
  const queue = toDueQueue(process, send);
  if (!queue || hasFaults(state, process, scenario)) return;
  const before = IN_TURN.slice(0, IN_TURN.indexOf(queue));
  const skipped = before.find((each) => !process.queues.includes(each));
  must(skipped === undefined, `${process.name} reads the ${queue} queue before ${skipped}`);
  // Without a place or time it leaves the rest to the next tick.
  if (scenario.paced) return;
  const letter = findEvent(process.unclaimed[0] ?? "")?.letter;
  must(letter === undefined, `${process.name} reads on although ${letter} is due`);
}

/** What a tick remembers of a page: its queue, and what is due. */
export function toReadMemory(process: Process, send: Send, answer: Answer): Partial<Process> {
  const queue = toDueQueue(process, send);
  if (!queue || "error" in answer) return {};
  const { Items = [] } = answer.output as { Items?: Item[] };
  return {
    queues: [...new Set([...process.queues, queue])],
    unclaimed: [...process.unclaimed, ...Items.map(toRowKey)].sort(),
  };
}

/** When a tick has ended in a run without faults: it holds nothing that it did not publish. */
export function checkTickEnd(state: State, process: Process, scenario: Scenario): void {
  const { name, role } = process;
  if (role !== "tick" || hasFaults(state, process, scenario)) return;
  for (const [row, { claimToken }] of state.rows) {
    const isHeld = claimToken?.S?.startsWith(`${name}#`);
    must(!isHeld, `${name} claimed ${findEvent(row)?.letter} and could not publish it`);
  }
}

function hasFaults(state: State, { lateness }: Process, { faults }: Scenario): boolean {
  return state.faultsLeft < faults || lateness > 0 || state.outage !== "before";
}

/** The queue that a tick reads for what is due; undefined for any other request. */
function toDueQueue({ role }: Process, { kind, input }: Send): string | undefined {
  if (role !== "tick" || kind !== "list outbox") return undefined;
  const { ExpressionAttributeValues: values = {} } = input as QueryCommandInput;
  return values[":now"] && values[":queue"]?.S;
}
