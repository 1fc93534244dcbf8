import { parseArgs } from "node:util";
import { describeTrace } from "./describe-trace.ts";
import { Counterexample, explore, type Report } from "./explore.ts";
import { loadMutant } from "./load-mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { toHeader, toLine } from "./report.ts";
import { type Scenario, scenario, toEvents } from "./scenario.ts";
import { DEEPER, SCENARIOS } from "./scenarios.ts";
import { findShortest } from "./shortest.ts";
import { createWebhook } from "./system.ts";

const HELP = `Explores every crash and every interleaving of the application's own function.

  npm run explore                 all standing scenarios, each for at most --minutes (5)
  npm run explore -- --quick      only those that the tests run
  npm run explore -- --mutants    how each deliberate bug is found, by its shortest trace
  npm run explore -- --deliveries A,AB --ticks 1 --faults 2

With --deliveries or --told, one scenario of your own:
  --deliveries  what Meta delivers: letters of one delivery together, deliveries apart by commas.
                A and B alert, C too a minute after A for the same number, N does not;
                DynamoDB takes F in its plain form only, and P not at all; SNS refuses S
  --told        events that were delivered and told before the beginning
  --repeats     minutes after which unanswered alerts repeat, with commas between (default: never)
  --answers     events of which somebody answers each, on the incident page
  --ticks       relay ticks meanwhile (default 1)
  --faults      how many faults at most, or "any" (default 1)
  --attempts    how often the SDK tries a request (default 2)
  --strays      given-up requests may still arrive at any later time
  --waits       how often half a minute may pass in between (default 0)
  --page-size   entries in a page of the outbox index (default 100)
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
      attempts: { type: "string", default: "2" },
      strays: { type: "boolean", default: false },
      waits: { type: "string", default: "0" },
      told: { type: "string", default: "" },
      repeats: { type: "string", default: "" },
      answers: { type: "string", default: "" },
      "page-size": { type: "string", default: "100" },
      minutes: { type: "string", default: "5" },
    },
  }).values;
}

function toScenarios(values: ReturnType<typeof readOptions>): readonly Scenario[] {
  if (!values.deliveries && !values.told)
    return values.quick ? SCENARIOS : [...SCENARIOS, ...DEEPER];
  const deliveries = values.deliveries?.split(",") ?? [];
  deliveries.forEach(toEvents);
  return [
    scenario("as asked for", {
      deliveries,
      told: values.told,
      repeatAfterMinutes: values.repeats.split(",").filter(Boolean).map(Number),
      visits: [...values.answers].map((letter, index) => ({
        letter,
        name: `Person${index + 1}`,
        answer: "planned",
      })),
      ticks: toNumber("--ticks", values.ticks),
      faults: values.faults === "any" ? Infinity : toNumber("--faults", values.faults),
      attempts: toNumber("--attempts", values.attempts),
      strays: values.strays,
      waits: toNumber("--waits", values.waits),
      pageSize: toNumber("--page-size", values["page-size"]),
    }),
  ];
}

function toNumber(option: string, text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new Error(`${option} must be a whole number, not ${text}`);
  return Number(text);
}

async function exploreAll(scenarios: readonly Scenario[], minutes: number): Promise<void> {
  console.log(toHeader());
  let executions = 0n;
  for (const each of scenarios) {
    const report = await exploreOne(each, minutes);
    executions += report.executions;
    console.log(toLine(each, report));
  }
  console.log(`\nNothing lost in ${executions.toLocaleString("en")} executions.`);
}

async function exploreOne(each: Scenario, minutes: number): Promise<Report> {
  try {
    return await explore(each, createWebhook, minutes * 60);
  } catch (error) {
    if (!(error instanceof Counterexample)) throw error;
    const shortest = (await findShortest(each, createWebhook)) ?? error;
    throw new Error(`${each.name}:\n${await describeTrace(shortest, each, createWebhook)}`);
  }
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
  else await exploreAll(toScenarios(values), toNumber("--minutes", values.minutes));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
