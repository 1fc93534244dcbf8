import { plusOne, type State, toProcess, withProcess } from "./state.ts";
import { toToldRow } from "./tellings.ts";

/** Whether what this process published of these rows was published is known to nobody any more. */
export function withDoubt(state: State, index: number, rows: readonly string[]): State {
  const { unmarked } = toProcess(state, index);
  const lost = unmarked.filter((telling) => rows.includes(toToldRow(telling)));
  const ambiguous = lost.reduce(plusOne, state.ambiguous);
  const kept = unmarked.filter((telling) => !lost.includes(telling));
  return withProcess({ ...state, ambiguous }, index, { unmarked: kept });
}
