import { statSync, writeFileSync } from "node:fs";
import { startAws } from "./aws.ts";
import { toWork } from "./deliveries.ts";
import { ratioAtMost, round, show, toSpread } from "./marks.ts";
import type { Section } from "./report.ts";
import { type Mode, runOnce, type Sample } from "./run.ts";
import { buildSubjects, OUT_DIR, type Subject, type SubjectName } from "./subjects.ts";

const SINGLES = 300;

type Samples = Readonly<Record<"import" | "cold" | "warm", Sample[]>>;

const FIGURES: readonly (readonly [string, keyof Sample, Mode])[] = [
  ["import, ms", "initMs", "import"],
  ["import and what it awaits, ms", "initMs", "cold"],
  ["first webhook, ms", "firstMs", "cold"],
  ["cold total, ms", "coldMs", "cold"],
  ["cold total, CPU ms", "coldCpuMs", "cold"],
  ["warm webhook, CPU ms", "warmCpuMs", "warm"],
  ["1000 reset requests, ms", "thousandMs", "warm"],
  ["peak memory, MB", "peakMb", "warm"],
];

/** The cold start and the work of a process, against the same application bundled the usual way. */
export async function measureColdStart(probe: string, rounds: number): Promise<Section> {
  const subjects = await buildSubjects();
  const workFile = `${OUT_DIR}/work.json`;
  writeFileSync(workFile, JSON.stringify(toWork(SINGLES)));
  const aws = await startAws({ delayMs: 0, paced: false });
  try {
    const samples = new Map(
      subjects.map(({ name }) => [name, { import: [], cold: [], warm: [] } as Samples]),
    );
    // Every subject once a round, so that a busy moment of the machine falls on all alike.
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) {
        const taken = samples.get(subject.name) as Samples;
        const bench = { aws, probe, workFile, singles: SINGLES };
        taken.import.push(await runOnce(bench, subject, "import"));
        taken.cold.push(await runOnce(bench, subject, "cold"));
        if (round % 4 === 0) taken.warm.push(await runOnce(bench, subject, "warm"));
      }
    }
    return toSection(subjects, samples, rounds);
  } finally {
    aws.stop();
  }
}

function toSection(
  subjects: readonly Subject[],
  samples: ReadonlyMap<SubjectName, Samples>,
  rounds: number,
): Section {
  const of = (name: SubjectName, figure: keyof Sample, mode: Mode = "cold") => {
    const taken = samples.get(name)?.[mode as keyof Samples] ?? [];
    return toSpread(taken.map((sample) => Number(sample[figure])));
  };
  const rows = FIGURES.map(([label, figure, mode]) => [
    label,
    ...subjects.map(({ name }) => show(of(name, figure, mode))),
  ]);
  const sizes = subjects.map(({ file }) => round(statSync(file).size / 1000));
  const warm = Math.ceil(rounds / 4);
  const title = `Figures of one process each, min / median of ${rounds} cold and ${warm} warm ones:`;
  const compare = (promise: string, limit: number, figure: keyof Sample, mode?: Mode) =>
    ratioAtMost(promise, limit, of("ours", figure, mode), of("commonjs", figure, mode));
  const head = ["", ...subjects.map(({ description }) => description)];
  return {
    tables: [{ title, rows: [head, ["bundle, KB", ...sizes], ...rows] }],
    marks: [
      compare("cold start / CommonJS bundle", 0.62, "coldMs"),
      compare("CPU of a warm webhook / the same", 0.8, "warmCpuMs", "warm"),
      compare("peak memory / the same", 0.85, "peakMb", "warm"),
    ],
  };
}
