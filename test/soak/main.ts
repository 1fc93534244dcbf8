import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { toChoicesMark, toPlan } from "./plan.ts";
import { soak } from "./soak.ts";

const HELP = `Runs the local run through faults and deaths, and looks whether anything is lost.

  npm run soak -- [--seed <text>] [--deliveries <number>] [--kills <number>]
                  [--limit <seconds>]

  --seed        the same seed makes the same choices (default: a new one, which is printed)
  --deliveries  how many deliveries Meta sends (default 5000)
  --kills       how often the function's process is killed (default 200)
  --limit       seconds after which it fails, and says what it waits for
                (default 1800)`;

/** Of what is lost: enough to see a pattern. */
const MOST_LINES = 30;

function toNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Error(`${option} must be a whole number from 1, not ${text}`);
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: randomBytes(4).toString("hex") },
      deliveries: { type: "string", default: "5000" },
      kills: { type: "string", default: "200" },
      limit: { type: "string", default: "1800" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const plan = toPlan(values.seed, {
    deliveries: toNumber("--deliveries", values.deliveries),
    kills: toNumber("--kills", values.kills),
  });
  console.log(`seed ${values.seed}, choices ${toChoicesMark(plan)}`);
  const report = await soak(plan, toNumber("--limit", values.limit));
  const faults = [...Map.groupBy(report.faults, (fault) => fault)];
  console.log(`deliveries     ${report.deliveries}, and ${report.retries} tries more
kills          ${report.kills}
faults         ${report.faults.length} (${faults.map(([fault, { length }]) => `${fault} ${length}`).join(", ")})
events stored  ${report.stored}
alerts         ${report.alerts}
duplicates     ${report.duplicates}
lost           ${report.lost.length}
surplus        ${report.surplus.length}
seconds        ${Math.round(report.seconds)}`);
  const problems = [...report.lost, ...report.surplus];
  for (const line of problems.slice(0, MOST_LINES)) console.error(line);
  if (problems.length > 0) process.exitCode = 1;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
