import { execFileSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureAttacks } from "./attack.ts";
import { startAws } from "./aws.ts";
import { toWork } from "./deliveries.ts";
import { type Samples, type Table, toFigures, toSpread } from "./figures.ts";
import { type PathTimes, toMarks } from "./marks.ts";
import { measureProtect } from "./protect.ts";
import { describeMachine, describeSubjects, type Report, toText, writeDocument } from "./report.ts";
import { type Bench, runOnce } from "./run.ts";
import type { Sample } from "./sample.ts";
import { build, buildSubjects, OUT_DIR, type Subject } from "./subjects.ts";
import { measureTimeToAlert } from "./time-to-alert.ts";

const USAGE = `Usage: npm run bench -- [--rounds N] [--json] [--write] [--protect]

Measures the function's cold start and work against the same application bundled the usual ways and
against a floor without SDK, in fresh processes that take turns. --rounds: cold starts of each (20, some ten
minutes); --write: puts the tables into test/README.md. --protect: only how long npm run protect takes.`;

const SINGLES = 300;

/** Every subject once a round, so that a busy moment of the machine falls on all alike. */
async function takeSamples(bench: Bench, subjects: readonly Subject[], rounds: Report["rounds"]) {
  const samples = new Map(subjects.map(({ name }) => [name, { import: [], cold: [], warm: [] }]));
  for (let round = 0; round < rounds.cold; round++) {
    for (const subject of subjects) {
      const taken: Record<keyof Samples, Sample[]> | undefined = samples.get(subject.name);
      taken?.import.push(await runOnce(bench, subject, "import"));
      taken?.cold.push(await runOnce(bench, subject, "cold"));
      if (round < rounds.warm) taken?.warm.push(await runOnce(bench, subject, "warm"));
    }
  }
  return samples;
}

async function measure(cold: number): Promise<Report> {
  const subjects = await buildSubjects();
  const probe = build("probe.mjs", "test/bench/probe.ts", { format: "esm", minify: true });
  const workFile = `${OUT_DIR}/work.json`;
  writeFileSync(workFile, JSON.stringify(toWork(SINGLES)));
  const aws = await startAws();
  try {
    const rounds = { cold, warm: Math.ceil(cold / 4) };
    const bench = { aws, probe, workFile, singles: SINGLES };
    const samples = await takeSamples(bench, subjects, rounds);
    const figures = Object.fromEntries(
      subjects.map(({ name, file }) => [
        name,
        toFigures(samples.get(name) as Samples, statSync(file).size),
      ]),
    ) as unknown as Table;
    const ours = subjects[0] as Subject;
    const alerts = await measureTimeToAlert(probe, ours, rounds.cold);
    const attacks = await measureAttacks(probe, ours, rounds.warm);
    return {
      machine: describeMachine(),
      rounds,
      subjects: describeSubjects(subjects),
      figures,
      marks: toMarks(figures, measurePath()),
      alerts,
      attacks,
    };
  } finally {
    aws.stop();
  }
}

function measurePath(): PathTimes {
  const file = build("path.mjs", "test/bench/path.ts", { format: "esm", minify: true });
  const { ours, bare } = JSON.parse(execFileSync(process.execPath, [file], { encoding: "utf8" }));
  return { ours: toSpread(ours), bare: toSpread(bare) };
}

async function main(): Promise<void> {
  const options = {
    rounds: { type: "string" },
    json: { type: "boolean" },
    write: { type: "boolean" },
    protect: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  const rounds = Number(values.rounds ?? 20);
  if (values.help) return console.log(USAGE);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error("--rounds takes a whole number from 1");
  if (values.protect) return console.log(await measureProtect(rounds));
  const report = await measure(rounds);
  if (values.write) writeDocument(report);
  console.log(values.json ? JSON.stringify(report) : toText(report));
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
