import { statSync, writeFileSync } from "node:fs";
import { startAws } from "./aws.ts";
import { toWork } from "./deliveries.ts";
import { FIGURES, type FigureName, type Samples, show, type Table, toFigures } from "./figures.ts";
import { ratioAtMost } from "./marks.ts";
import type { Section } from "./report.ts";
import { runOnce } from "./run.ts";
import { buildSubjects, OUT_DIR, SUBJECTS, type Subject, type SubjectName } from "./subjects.ts";

const SINGLES = 300;

/** The cold start and the work of a process, against the same application bundled the usual ways. */
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
  const table = Object.fromEntries(
    subjects.map(({ name, file }) => [
      name,
      toFigures(samples.get(name) as Samples, statSync(file).size),
    ]),
  ) as unknown as Table;
  const names = subjects.map(({ name }) => name);
  const rows = Object.entries(FIGURES).map(([figure, label]) => [
    label,
    ...names.map((name) => show(table[name][figure as FigureName])),
  ]);
  const warm = Math.ceil(rounds / 4);
  const title = `Figures of one process each, min / median of ${rounds} cold and ${warm} warm ones:`;
  const { ours, commonjs } = table;
  return {
    tables: [{ title, rows: [["", ...names.map((name) => SUBJECTS[name])], ...rows] }],
    marks: [
      ratioAtMost("cold start / CommonJS bundle", 0.62, ours.coldMs, commonjs.coldMs),
      ratioAtMost("CPU of a warm webhook / the same", 0.8, ours.warmCpuMs, commonjs.warmCpuMs),
      ratioAtMost("peak memory / the same", 0.85, ours.peakMb, commonjs.peakMb),
    ],
  };
}
