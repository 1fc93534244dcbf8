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

/** What is shown of every subject, in this order. */
export const FIGURES = {
  modules: "modules loaded",
  bundleKb: "bundle, KB",
  importMs: "import, ms",
  initMs: "import and what it awaits, ms",
  firstMs: "first webhook, ms",
  firstCpuMs: "first webhook, CPU ms",
  coldMs: "cold total, ms",
  coldCpuMs: "cold total, CPU ms",
  warmCpuMs: "warm webhook, CPU ms",
  firstForgedCpuUs: "first 2,000 forged signatures, CPU µs each",
  forgedCpuUs: "forged signature in a flood, CPU µs",
  thousandMs: "1000 reset requests, ms",
  peakMb: "peak memory, MB",
} as const;

export type FigureName = keyof typeof FIGURES;
export type Figures = Readonly<Record<FigureName, Spread>>;
export type Table = Readonly<Record<SubjectName, Figures>>;

export interface Samples {
  readonly import: readonly Sample[];
  readonly cold: readonly Sample[];
  readonly warm: readonly Sample[];
}

export function toFigures({ import: imports, cold, warm }: Samples, bundleBytes: number): Figures {
  const of = (
    samples: readonly Sample[],
    name: Exclude<keyof Sample, "postedAt" | "tickedAt">,
    factor = 1,
  ) => toSpread(samples.map((sample) => (sample[name] ?? Number.NaN) * factor));
  return {
    modules: of(imports, "modules"),
    bundleKb: toSpread([bundleBytes / 1000]),
    importMs: of(imports, "initMs"),
    initMs: of(cold, "initMs"),
    firstMs: of(cold, "firstMs"),
    firstCpuMs: of(cold, "firstCpuMs"),
    coldMs: of(cold, "coldMs"),
    coldCpuMs: of(cold, "coldCpuMs"),
    warmCpuMs: of(warm, "warmCpuMs"),
    firstForgedCpuUs: of(warm, "firstForgedCpuMs", 1000),
    forgedCpuUs: of(warm, "forgedCpuMs", 1000),
    thousandMs: of(warm, "thousandMs"),
    peakMb: of(warm, "peakMb"),
  };
}
