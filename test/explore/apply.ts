import { type Action, toCost } from "./actions.ts";
import { crash, executeStray, fail, lose, refuse, withStrays } from "./faults.ts";
import { type Context, confirm, execute, resume, start } from "./run.ts";
import { plusOne, type State, toProcess, withProcess } from "./state.ts";

/** The state after an action. Throws an InvariantViolation when the action violates an invariant. */
export async function apply(before: State, action: Action, context: Context): Promise<State> {
  const state = { ...before, faultsLeft: before.faultsLeft - toCost(action) };
  switch (action.type) {
    case "start":
      return start(state, action.process, context);
    case "execute":
      return execute(state, action.process, action.send, action.shown, context);
    case "receive":
      return resume(state, action.process, action.send, undefined, context);
    case "late": {
      const { lateness } = toProcess(state, action.process);
      const later = withProcess(state, action.process, { lateness: lateness + 1 });
      return resume(later, action.process, action.send, undefined, context);
    }
    case "fail":
      return fail(
        withStrays(state, action.process, context, action.send),
        action.process,
        action.send,
        context,
      );
    case "refuse":
      return refuse(state, action.process, action.send, context);
    case "lose":
      return lose(state, action.process, action.send, context);
    case "crash":
      return crash(withStrays(state, action.process, context), action.process);
    case "confirm":
      return confirm(state, action.process);
    case "loseReply":
      return withProcess(state, action.process, { phase: "gone" });
    case "wait":
      return passTime({ ...state, waitsLeft: state.waitsLeft - 1 }, action.clock, action.outlived);
    case "expire":
      return passTime(state, action.clock, action.outlived);
    case "executeStray":
      return executeStray(state, action.stray, context);
    case "tableFails":
      return { ...state, outage: "now" };
    case "tableRecovers":
      return { ...state, outage: "over" };
  }
}

/** Claims of living holders that run out meanwhile leave open whether they publish. */
function passTime(state: State, clock: number, outlived: readonly string[]): State {
  return { ...state, clock, ambiguous: outlived.reduce(plusOne, state.ambiguous) };
}
