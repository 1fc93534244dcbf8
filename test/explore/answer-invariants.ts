import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { type AnswerKind, endsAlert } from "../../lambda/event/answer.ts";
import { OUTBOX } from "../../lambda/shared/item-names.ts";
import { toAnswers } from "./incident-invariants.ts";
import { must } from "./invariant-violation.ts";
import type { Send } from "./requests.ts";
import { findEvent, type Scenario } from "./scenario.ts";
import { isInternal, type Process, type State } from "./state.ts";
import { toVisitedRow, type Visit } from "./visits.ts";

/** Before a person sees that an answer was taken. */
export function checkAnswered({ rows }: State, visit: Visit): void {
  must(!visit.isRefused, `the link of ${visit.letter} is too old, and was taken`);
  const own = rows.get(toVisitedRow(visit));
  const by = `${own?.wabaId?.S}/${own?.supersededBy?.S}`;
  const repeating = rows.get(by)?.alert?.S === "open" ? findEvent(by)?.letter : undefined;
  must(
    repeating === undefined || !endsAlert(visit.answer ?? "planned"),
    `${visit.name} ended ${visit.letter}, and ${repeating} goes on in its place`,
  );
  const answer = `${visit.name} ${visit.answer}`;
  must(
    toAnswers(own).includes(answer),
    `${visit.name} was shown that the answer is stored, and it is not`,
  );
}

/** After a person sent an answer once more, without faults. */
export function checkRevisit({ answered }: State, name: string, visit: number): void {
  must(answered[visit] === true, `${name} is not taken although nothing fails`);
}

/** After an answer is stored that needs no other: it is announced at once, by no clock. */
export function checkAnnouncement({ clock, rows }: State, { kind, row }: Send): void {
  const { outbox, dueAt, claimToken } = rows.get(row) ?? {};
  if (kind !== "answer" || outbox?.S !== OUTBOX.answer || claimToken) return;
  must(Number(dueAt?.N) <= clock, `the answer to ${findEvent(row)?.letter} waits for a clock`);
}

/** After a recovery without faults: whoever saw that an answer was taken is quoted to everybody. */
export function checkAnnounced(state: State, { visits, faults }: Scenario, before: State): void {
  const { answered, sent } = state;
  const explained = faults - state.faultsLeft + sum([...state.ambiguous.values()]);
  for (const [index, visit] of visits.entries()) {
    if (answered[index] !== true) continue;
    const notices = [...sent].filter(([notice]) => notice.includes(` answer ${visit.name} `));
    const times = sum(notices.map(([, count]) => count));
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

/** After an answer is stored: a link is for its own incident, and only while that is not over. */
export function checkScope(
  { rows }: State,
  { role }: Process,
  { kind, row, input }: Send,
  { visits }: Scenario,
): void {
  if (kind !== "answer" || isInternal(role) || "delivery" in role) return;
  const visit = visits[role.visit];
  if (!visit || visit.isOperator || visit.pin || toVisitedRow(visit) === row) return;
  const [own, other] = [rows.get(toVisitedRow(visit)), rows.get(row)];
  const isSame = own?.displayPhoneNumber?.S === other?.displayPhoneNumber?.S;
  must(isSame, `${visit.name} answered for another number than the link's`);
  const { ExpressionAttributeValues: values } = input as UpdateItemCommandInput;
  const at = values?.[":answer"]?.L?.[0]?.M?.at?.S ?? "";
  const wasOver = (own?.answers?.L ?? []).some(({ M }) => {
    return endsAlert(M?.answer?.S as AnswerKind) && (M?.at?.S ?? "") < at;
  });
  const { letter } = findEvent(row) ?? {};
  must(!wasOver, `${visit.name} answered ${letter} by the link of ${visit.letter}, which was over`);
}
