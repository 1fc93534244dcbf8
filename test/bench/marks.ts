import type { FigureName, Spread, Table } from "./figures.ts";
import type { SubjectName } from "./subjects.ts";

/** What the function is measured against. A ratio's mark counts as reached by min and median both. */
export interface Mark {
  readonly name: string;
  readonly mark: number;
  readonly actual: Spread;
  readonly reached: boolean;
}

const RATIOS: readonly (readonly [string, FigureName, SubjectName, number])[] = [
  ["cold total / commonjs", "coldMs", "commonjs", 0.62],
  ["cold total / floor", "coldMs", "floor", 2.1],
  ["CPU of a warm webhook / floor", "warmCpuMs", "floor", 2.2],
  ["CPU of a warm webhook / commonjs", "warmCpuMs", "commonjs", 0.8],
  ["1000 reset requests / floor", "thousandMs", "floor", 2],
  ["CPU of a forged signature in a flood / floor", "forgedCpuUs", "floor", 1.6],
  ["peak memory / commonjs", "peakMb", "commonjs", 0.85],
];

const MODULES = 40;
const PATH_RATIO = 1.6;

export interface PathTimes {
  /** Microseconds for one webhook: verified, parsed and validated; and HMAC with JSON.parse. */
  readonly ours: Spread;
  readonly bare: Spread;
}

export function toMarks(table: Table, path: PathTimes): readonly Mark[] {
  const ratios = RATIOS.map(([name, figure, subject, mark]) =>
    toMark(name, mark, ratio(table.ours[figure], table[subject][figure])),
  );
  return [
    toMark("modules loaded", MODULES, table.ours.modules),
    ...ratios,
    toMark(
      "verify, parse, validate / HMAC and JSON.parse",
      PATH_RATIO,
      ratio(path.ours, path.bare),
    ),
  ];
}

function ratio(ours: Spread, other: Spread): Spread {
  return { min: ours.min / other.min, median: ours.median / other.median };
}

function toMark(name: string, mark: number, actual: Spread): Mark {
  return { name, mark, actual, reached: actual.min <= mark && actual.median <= mark };
}
