import { FUNCTION } from "../../lambda/shared/names.ts";
import { checkAnnouncement, checkAnswered, checkLook, checkScope } from "./answer-invariants.ts";
import type { Application, CodePoint } from "./application.ts";
import { checkTurn } from "./incident-invariants.ts";
import { checkAwaited, checkDurable, checkRelease } from "./invariants.ts";
import type { Answer } from "./memory-table.ts";
import { toNoticeRow } from "./notices.ts";
import { findLinkRun } from "./pins.ts";
import type { Send } from "./requests.ts";
import { OUTAGES, type Scenario, TICK, toRequest } from "./scenario.ts";
import { arrive } from "./services.ts";
import {
  isInternal,
  type Process,
  type Role,
  type Shown,
  type State,
  toId,
  toProcess,
  withDoubt,
  withProcess,
} from "./state.ts";
import { checkReading, checkTickEnd, toReadMemory } from "./tick-invariants.ts";
import { toVisitedRow, toVisitRequest } from "./visits.ts";

/** What stays the same throughout an exploration. */
export interface Context {
  readonly application: Application;
  readonly scenario: Scenario;
}

export async function start(state: State, index: number, context: Context): Promise<State> {
  const { name, role } = toProcess(state, index);
  const event = toEvent(role, state, context.scenario);
  const point = await context.application.start({ name, event, clock: state.clock });
  return standAt(withProcess(state, index, { phase: "running" }), index, point, context);
}

function toEvent(role: Role, { rows }: State, { sentBefore, deliveries, visits }: Scenario) {
  if (role === "tick") return TICK;
  if (role === "sent before") return toRequest(sentBefore);
  if ("delivery" in role) return toRequest(deliveries[role.delivery] ?? "");
  const visit = toVisit(role.visit, visits);
  const item = rows.get(toVisitedRow(visit)) ?? {};
  if (visit.pin === "protect") {
    return { pin: "protect", name: visit.name, number: item.displayPhoneNumber?.S };
  }
  if (visit.pin === "link run") return { pin: "link run", request: findLinkRun({ rows }) };
  return toVisitRequest(visit, item);
}

function toVisit(index: number, visits: Scenario["visits"]) {
  const visit = visits[index];
  if (!visit) throw new Error(`There is no visit ${index}`);
  return visit;
}

/** The process now waits at this point of its code, or has ended there. */
function standAt(state: State, index: number, point: CodePoint, { scenario }: Context): State {
  const { name, role, flights } = toProcess(state, index);
  const { ending, sends } = point;
  if (!ending) {
    const known = new Set(flights.map(({ send }) => send));
    const fresh = [...sends.keys()].filter((send) => !known.has(send));
    const all = [...flights, ...fresh.map((send) => ({ send, attempt: 1 }))];
    return withProcess(state, index, { point, flights: all });
  }
  checkAwaited(name, sends.size, ending.thrown);
  checkTickEnd(state, toProcess(state, index), scenario);
  const isDone = isSuccess(role, ending.statusCode ?? 0, state, scenario);
  return withProcess(state, index, { phase: isDone ? "replied" : "gone", flights: [] });
}

/** Whether the answer means that what was asked for is done, which then must be so. */
function isSuccess(role: Role, status: number, state: State, scenario: Scenario): boolean {
  if (isInternal(role)) return false;
  if ("delivery" in role) {
    if (status === 200) checkDurable(state, scenario.deliveries[role.delivery] ?? "");
    return status === 200;
  }
  const visit = toVisit(role.visit, scenario.visits);
  if (visit.pin) return status === 303;
  const isAnswered = visit.name !== undefined && status === 303;
  if (isAnswered) checkAnswered(state, visit);
  return isAnswered;
}

export function execute(
  before: State,
  index: number,
  number: number,
  shown: readonly Shown[],
  { scenario }: Context,
): State {
  const process = toProcess(before, index);
  const send = toSend(process, number);
  checkRelease(process, send);
  checkTurn(before, process, send, scenario);
  checkReading(before, process, send, scenario);
  const { state, answer, hasEffect } = arrive(before, send, shown, scenario);
  if (hasEffect) {
    checkLook(process, send, scenario);
    checkScope(before, process, send, scenario);
    checkAnnouncement(state, send);
  }
  const flights = process.flights.map((flight) => {
    return flight.send === number ? { ...flight, answer } : flight;
  });
  const after = withProcess(state, index, {
    flights,
    ...toReadMemory(process, send, answer),
    ...toTried(process, send),
    ...(hasEffect && toMemory(process, send)),
  });
  if (send.kind === "mark" && isOutage(answer)) return withDoubt(after, index, [send.row]);
  const isFirstAnswer = before.rows.get(send.row)?.alert?.S !== "acknowledged";
  return send.kind === "answer" && hasEffect && isFirstAnswer ? withExcuses(after, send) : after;
}

/** Whoever had claimed a repeat before the first answer was stored may still publish it. */
function withExcuses(state: State, { row }: Send): State {
  const processes = state.processes.map((process) => {
    const { claimed, mayRepeat } = process;
    return claimed.includes(row) ? { ...process, mayRepeat: [...mayRepeat, row] } : process;
  });
  return { ...state, processes };
}

function isOutage(answer: Answer): boolean {
  return "error" in answer && answer.error.name in OUTAGES;
}

/** A claim is tried, whatever comes of it. */
function toTried({ unclaimed }: Process, { kind, row }: Send): Partial<Process> {
  return kind === "claim" ? { unclaimed: unclaimed.filter((each) => each !== row) } : {};
}

/** What the explorer remembers of a request that took effect. */
function toMemory(process: Process, { kind, row, notices }: Send): Partial<Process> {
  const { unmarked, claimed } = process;
  switch (kind) {
    case "publish":
      return { unmarked: [...new Set([...unmarked, ...notices])].sort() };
    case "mark":
      return { unmarked: unmarked.filter((notice) => toNoticeRow(notice) !== row) };
    case "claim":
      return { claimed: [...new Set([...claimed, row])].sort() };
    default:
      return {};
  }
}

/** What Lambda's context says is left after none, one and two late answers. Milliseconds. */
const REMAINING = [FUNCTION.requestSeconds * 1000, 8_000, 2_000];

/** Of a tick: the first late answer ends it between two parts. */
const TICK_REMAINING = [FUNCTION.timeoutSeconds * 1000, 11_000, 2_000];

/** The code gets an answer: the one in flight, or the given one in its place. */
export async function resume(
  state: State,
  index: number,
  send: number,
  instead: Answer | undefined,
  context: Context,
): Promise<State> {
  const { role, point, flights, lateness } = toProcess(state, index);
  const answer = instead ?? flights.find((flight) => flight.send === send)?.answer;
  if (!point || !answer) throw new Error("Nothing to resume");
  const stimulus = {
    send,
    answer,
    answerId: toId(answer),
    clock: state.clock,
    remaining: (role === "tick" ? TICK_REMAINING : REMAINING)[lateness] ?? 0,
  };
  const next = await context.application.resume(point, stimulus);
  const rest = flights.filter((flight) => flight.send !== send);
  return standAt(withProcess(state, index, { flights: rest }), index, next, context);
}

/** Meta or the person gets the answer. */
export function confirm(state: State, index: number): State {
  const { role } = toProcess(state, index);
  if (isInternal(role)) throw new Error("Nobody waits for this answer");
  const ended = withProcess(state, index, { phase: "gone" });
  if ("delivery" in role) {
    return { ...ended, confirmed: state.confirmed.with(role.delivery, true) };
  }
  return { ...ended, answered: state.answered.with(role.visit, true) };
}

export function toSend(process: Process, number: number): Send {
  const send = process.point?.sends.get(number);
  if (!send) throw new Error(`${process.name} waits for no request ${number}`);
  return send;
}
