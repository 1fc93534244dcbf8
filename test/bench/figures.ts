import type { Sample } from "./sample.ts";
import type { SubjectName } from "./subjects.ts";

/** The least and the middle of some samples. */
export interface Spread {
  readonly min: number;
  readonly median: number;
}

export function toSpread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { min: at(0), median: at(sorted.length >> 1) };
}

export function show({ min, median }: Spread): string {
  return min === median ? round(min) : `${round(min)} / ${round(median)}`;
}

export function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** What is shown of every subject, in this order. */
export const FIGURES = {
  bundleKb: "bundle, KB",
  importMs: "import, ms",
  initMs: "import and what it awaits, ms",
  firstMs: "first webhook, ms",
  coldMs: "cold total, ms",
  coldCpuMs: "cold total, CPU ms",
  warmCpuMs: "warm webhook, CPU ms",
  thousandMs: "1000 reset requests, ms",
  peakMb: "peak memory, MB",
} as const;

export type FigureName = keyof typeof FIGURES;
export type Figures = Readonly<Record<FigureName, Spread>>;
export type Table = Readonly<Record<SubjectName, Figures>>;

export interface Samples {
  readonly import: Sample[];
  readonly cold: Sample[];
  readonly warm: Sample[];
}

type NumberOf =
  | "initMs"
  | "firstMs"
  | "coldMs"
  | "coldCpuMs"
  | "warmCpuMs"
  | "thousandMs"
  | "peakMb";

export function toFigures({ import: imports, cold, warm }: Samples, bundleBytes: number): Figures {
  const of = (samples: readonly Sample[], name: NumberOf) =>
    toSpread(samples.map((sample) => sample[name] ?? Number.NaN));
  return {
    bundleKb: toSpread([bundleBytes / 1000]),
    importMs: of(imports, "initMs"),
    initMs: of(cold, "initMs"),
    firstMs: of(cold, "firstMs"),
    coldMs: of(cold, "coldMs"),
    coldCpuMs: of(cold, "coldCpuMs"),
    warmCpuMs: of(warm, "warmCpuMs"),
    thousandMs: of(warm, "thousandMs"),
    peakMb: of(warm, "peakMb"),
  };
}
