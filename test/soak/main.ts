import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { toChoicesMark, toPlan } from "./plan.ts";
import { type SoakReport, soak } from "./soak.ts";

const HELP = `Runs the local run through faults and deaths, and looks whether anything is lost.

  npm run soak -- [--seed <text>] [--deliveries <number>] [--kills <number>]
                  [--limit <seconds>]

  --seed        the same seed makes the same choices (default: a new one, which is printed)
  --deliveries  how many deliveries Meta sends (default 5000)
  --kills       how often the function's process is killed (default 200)
  --limit       seconds after which it fails, and says what it waits for
                (default 1800)
`;

/** Of what is lost: enough to see a pattern. */
const MOST_LINES = 30;

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: randomBytes(4).toString("hex") },
      deliveries: { type: "string", default: "5000" },
      kills: { type: "string", default: "200" },
      limit: { type: "string", default: "1800" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return print(HELP);
  const size = {
    deliveries: toNumber("--deliveries", values.deliveries),
    kills: toNumber("--kills", values.kills),
  };
  const plan = toPlan(values.seed, size);
  print(`seed ${values.seed}, choices ${toChoicesMark(plan)}`);
  const report = await soak(plan, toNumber("--limit", values.limit));
  print(toText(report));
  for (const line of [...report.lost, ...report.surplus].slice(0, MOST_LINES)) console.error(line);
  return report.lost.length + report.surplus.length === 0 ? 0 : 1;
}

function toNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Error(`${option} must be a whole number from 1, not ${text}`);
}

function toText(report: SoakReport): string {
  const faults = [...report.faults].map(([fault, count]) => `${fault} ${count}`).join(", ");
  const total = [...report.faults.values()].reduce((sum, count) => sum + count, 0);
  return [
    `deliveries     ${report.deliveries}, and ${report.retries} tries more`,
    `kills          ${report.kills}`,
    `faults         ${total} (${faults})`,
    `events stored  ${report.stored}`,
    `alerts         ${report.alerts}`,
    `duplicates     ${report.duplicates}`,
    `lost           ${report.lost.length}`,
    `surplus        ${report.surplus.length}`,
    `seconds        ${Math.round(report.seconds)}`,
  ].join("\n");
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
