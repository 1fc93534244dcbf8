import { parseArgs } from "node:util";
import { measureAttacks } from "./attack.ts";
import { measureBacklogs } from "./backlog.ts";
import { build, buildFunction } from "./build.ts";
import { measureHours } from "./hours.ts";
import { measureOverview } from "./overview.ts";
import { measureProtect } from "./protect.ts";
import { describeMachine, type Section, toText, writeDocument } from "./report.ts";
import { measureTimeToAlert } from "./time-to-alert.ts";

const USAGE = `Usage: npm run bench -- [--only SECTION] [--rounds N] [--memory MB] [--json] [--write] [--protect]

Measures the deployed bundle in fresh processes, held to the CPU share that Lambda gives. Sections:
  alerts    time to alert of a cold and a warm function at several memory sizes (4 minutes)
  attack    mass attacks (2 minutes)
  backlog   whole ticks over 10,000 and 100,000 due alerts (6 minutes)
  hours     minutes and hours on a clock that jumps: a steady attack, outages of SNS (seconds)
  overview  the watchdog's overview of 10,000 numbers (seconds)

--only: one or several of them, with commas; --rounds: processes of each kind (20); --memory: of
the backlog's function; --write: puts the tables into test/README.md; --protect: only how long npm run
protect takes. Exit code 1: a mark was missed.`;

interface Options {
  readonly rounds: number;
  readonly memoryMb: number | undefined;
}

type Measure = (probe: string, file: string, options: Options) => Promise<Section>;

const SECTIONS: Readonly<Record<string, Measure>> = {
  alerts: (probe, file, { rounds }) => measureTimeToAlert(probe, file, rounds),
  attack: (probe, file, { rounds }) => measureAttacks(probe, file, Math.ceil(rounds / 4)),
  backlog: (probe, file, { memoryMb }) => measureBacklogs(probe, file, memoryMb),
  hours: () => measureHours(),
  overview: () => measureOverview(),
};

async function main(): Promise<void> {
  const options = {
    only: { type: "string" },
    rounds: { type: "string" },
    memory: { type: "string" },
    json: { type: "boolean" },
    write: { type: "boolean" },
    protect: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) return console.log(USAGE);
  const rounds = toWhole("--rounds", values.rounds) ?? 20;
  if (values.protect) return console.log(await measureProtect(rounds));
  const names = values.only?.split(",") ?? Object.keys(SECTIONS);
  const unknown = names.find((name) => !SECTIONS[name]);
  if (unknown)
    throw new Error(`There is no section ${unknown}: ${Object.keys(SECTIONS).join(", ")}`);
  const probe = build("probe.mjs", "test/bench/probe.ts");
  const file = buildFunction();
  const memoryMb = toWhole("--memory", values.memory);
  if (!values.json) console.log(describeMachine());
  for (const name of names) {
    const section = (await SECTIONS[name]?.(probe, file, { rounds, memoryMb })) as Section;
    if (values.write) writeDocument(name, section);
    console.log(values.json ? JSON.stringify({ name, ...section }) : `${name}\n${toText(section)}`);
    if (section.marks.some(({ reached }) => !reached)) process.exitCode = 1;
  }
}

function toWhole(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d*$/.test(text))
    return text === undefined ? text : Number(text);
  throw new Error(`${option} takes a whole number from 1`);
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
