import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { type AnswerKind, endsAlert } from "../../lambda/event/answer.ts";
import { toAnswers } from "./incident-invariants.ts";
import { must } from "./invariant-violation.ts";
import type { Send } from "./requests.ts";
import { findEvent, type Scenario } from "./scenario.ts";
import { isInternal, type Process, type State } from "./state.ts";
import { toVisitedRow, type Visit } from "./visits.ts";

/** Before a person sees that an answer was taken. */
export function checkAnswered({ rows }: State, visit: Visit): void {
  const answer = `${visit.name} ${visit.answer}`;
  must(
    toAnswers(rows.get(toVisitedRow(visit))).includes(answer),
    `${visit.name} was told that the answer is stored, and it is not`,
  );
}

/** After a person sent an answer once more, without faults. */
export function checkRevisit({ answered }: State, name: string, visit: number): void {
  must(answered[visit] === true, `${name} is not taken although nothing fails`);
}

/** After a recovery without faults: whoever saw that an answer was taken is quoted to everybody. */
export function checkAnnounced(state: State, { visits, faults }: Scenario, before: State): void {
  const { answered, told } = state;
  const explained = faults - state.faultsLeft + sum([...state.ambiguous.values()]);
  for (const [index, visit] of visits.entries()) {
    if (answered[index] !== true) continue;
    const tellings = [...told].filter(([telling]) => telling.includes(` answer ${visit.name} `));
    const times = sum(tellings.map(([, count]) => count));
    // Who had to send an answer twice may be quoted twice.
    must(
      before.answered[index] !== true || times <= 1 + explained,
      `the answer of ${visit.name} was announced ${times} times`,
    );
    must(times > 0, `the answer of ${visit.name} about ${visit.letter} was never announced`);
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Mail scanners open links. */
export function checkLook({ name, role }: Process, { kind }: Send, { visits }: Scenario): void {
  if (isInternal(role) || "delivery" in role) return;
  must(visits[role.visit]?.name !== undefined, `${name} only looked, and caused: ${kind}`);
}

/** After an answer is stored: a link of an alert that was over before is for no other alert. */
export function checkScope(
  { rows }: State,
  { role }: Process,
  { kind, row, input }: Send,
  { visits }: Scenario,
): void {
  if (kind !== "answer" || isInternal(role) || "delivery" in role) return;
  const visit = visits[role.visit];
  if (!visit || toVisitedRow(visit) === row) return;
  const { ExpressionAttributeValues: values } = input as UpdateItemCommandInput;
  const at = values?.[":answer"]?.L?.[0]?.M?.at?.S ?? "";
  const wasOver = (rows.get(toVisitedRow(visit))?.answers?.L ?? []).some(({ M }) => {
    return endsAlert(M?.answer?.S as AnswerKind) && (M?.at?.S ?? "") < at;
  });
  const { letter } = findEvent(row) ?? {};
  must(!wasOver, `${visit.name} answered ${letter} by the link of ${visit.letter}, which was over`);
}
