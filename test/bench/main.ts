import { parseArgs } from "node:util";
import { measureAttacks } from "./attack.ts";
import { measureBacklogs } from "./backlog.ts";
import { build, buildFunction } from "./build.ts";
import { measureHours } from "./hours.ts";
import { measureOverview } from "./overview.ts";
import { measureProtect } from "./protect.ts";
import { describeMachine, type Section, toText, writeDocument } from "./report.ts";
import { measureTimeToAlert } from "./time-to-alert.ts";

const USAGE = `Usage: npm run bench -- [--only SECTION] [--rounds N] [--write] [--protect]

Measures the deployed bundle in fresh processes, held to the CPU share that Lambda gives. Sections:
  alerts    time to alert of a cold and a warm function at several memory sizes (4 minutes)
  attack    mass attacks (2 minutes)
  backlog   whole ticks over 10,000 and 100,000 due alerts (6 minutes)
  hours     minutes and hours on a clock that jumps: a steady attack, outages of SNS (seconds)
  overview  the watchdog's overview of 10,000 numbers (seconds)

--only: one or several of them, with commas; --rounds: processes of each kind (20); --write: puts the
tables into test/README.md; --protect: only how long npm run protect takes. Exit code 1: a mark was
missed.`;

type Measure = (probe: string, file: string, rounds: number) => Promise<Section>;

const SECTIONS: Readonly<Record<string, Measure>> = {
  alerts: measureTimeToAlert,
  attack: (probe, file, rounds) => measureAttacks(probe, file, Math.ceil(rounds / 4)),
  backlog: measureBacklogs,
  hours: () => measureHours(),
  overview: () => measureOverview(),
};

async function main(): Promise<void> {
  const options = {
    only: { type: "string" },
    rounds: { type: "string", default: "20" },
    write: { type: "boolean" },
    protect: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) return console.log(USAGE);
  const rounds = toWhole(values.rounds);
  if (values.protect) return console.log(await measureProtect(rounds));
  const names = values.only?.split(",") ?? Object.keys(SECTIONS);
  const unknown = names.find((name) => !SECTIONS[name]);
  if (unknown)
    throw new Error(`There is no section ${unknown}: ${Object.keys(SECTIONS).join(", ")}`);
  const probe = build("probe.mjs", "test/bench/probe.ts");
  const file = buildFunction();
  console.log(describeMachine());
  for (const name of names) {
    const section = (await SECTIONS[name]?.(probe, file, rounds)) as Section;
    if (values.write) writeDocument(name, section);
    console.log(`${name}\n${toText(section)}`);
    if (section.marks.some(({ reached }) => !reached)) process.exitCode = 1;
  }
}

function toWhole(rounds: string): number {
  if (/^[1-9]\d*$/.test(rounds)) return Number(rounds);
  throw new Error("--rounds takes a whole number from 1");
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
