import { parseArgs } from "node:util";
import { describeTrace, exploreOrDescribe } from "./describe-trace.ts";
import { loadMutant } from "./load-mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { type Scenario, scenario, toEvents } from "./scenario.ts";
import { DEEPER, LONGER, SCENARIOS } from "./scenarios.ts";
import { findShortest } from "./shortest.ts";
import { createWebhook } from "./system.ts";

const HELP = `Explores every crash and every interleaving of the application's own function.

  npm run explore                 all standing scenarios, each for at most --minutes (5)
  npm run explore -- --quick      without those that may take minutes, each to its end
  npm run explore -- --mutants    how each deliberate bug is found, by its shortest trace
  npm run explore -- --deliveries A,AB --ticks 1 --faults 2

With --deliveries, one scenario of your own:
  --deliveries  what Meta delivers: letters of one delivery together, deliveries apart by commas.
                A and B alert, C too a minute after A for the same number, N does not;
                DynamoDB takes F in its plain form only, and P not at all; SNS refuses S
  --ticks       relay ticks meanwhile (default 1)
  --faults      how many faults at most, or "any" (default 1)
`;

function readOptions(args: string[]) {
  return parseArgs({
    args,
    options: {
      help: { type: "boolean" },
      quick: { type: "boolean" },
      mutants: { type: "boolean" },
      deliveries: { type: "string" },
      ticks: { type: "string", default: "1" },
      faults: { type: "string", default: "1" },
      minutes: { type: "string", default: "5" },
    },
  }).values;
}

function toScenarios(values: ReturnType<typeof readOptions>): readonly Scenario[] {
  if (!values.deliveries) return [...SCENARIOS, ...LONGER, ...(values.quick ? [] : DEEPER)];
  const deliveries = values.deliveries.split(",");
  deliveries.forEach(toEvents);
  const ticks = toNumber("--ticks", values.ticks);
  const faults = values.faults === "any" ? Infinity : toNumber("--faults", values.faults);
  return [scenario("as asked for", { deliveries, ticks, faults })];
}

function toNumber(option: string, text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new Error(`${option} must be a whole number, not ${text}`);
  return Number(text);
}

async function exploreAll(scenarios: readonly Scenario[], minutes: number): Promise<void> {
  let total = 0n;
  for (const each of scenarios) {
    const report = await exploreOrDescribe(each, createWebhook, minutes * 60);
    const { executions, states, seconds, isWhole } = report;
    total += executions;
    const count = isWhole ? `${executions.toLocaleString("en")} executions` : "not whole";
    console.log(`${each.name}: ${count}, ${states.toLocaleString("en")} states, ${seconds} s`);
  }
  console.log(`\nNothing lost in ${total.toLocaleString("en")} executions.`);
}

async function describeMutants(): Promise<void> {
  for (const { name, edits, variant = [], scenario } of MUTANTS) {
    const broken = await loadMutant([...variant, ...edits]);
    const counterexample = await findShortest(scenario, broken);
    if (!counterexample) throw new Error(`${name}: the explorer finds nothing`);
    console.log(`${name}\n${await describeTrace(counterexample, scenario, broken)}\n`);
  }
}

try {
  const values = readOptions(process.argv.slice(2));
  if (values.help) console.log(HELP);
  else if (values.mutants) await describeMutants();
  else {
    const minutes = toNumber("--minutes", values.minutes);
    await exploreAll(toScenarios(values), values.quick ? Infinity : minutes);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
