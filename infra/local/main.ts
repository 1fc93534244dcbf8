import { Command } from "commander";
import { collect, integerBetween, parseDelays, parseText } from "../cli/arguments.ts";
import { DEFAULT_DATA, parseCommand, runCommand, toDataFlags } from "../cli/command.ts";
import { WIDTH } from "../cli/text.ts";
import { addMetaOptions, type MetaOptions } from "../meta-app/options.ts";
import { followAlerts } from "./alert-feed.ts";
import { toActivity, toGreeting, toLetter } from "./display.ts";
import { type LocalSystem, startLocal } from "./local.ts";

interface Options extends Omit<MetaOptions, "waba"> {
  readonly port: number;
  readonly data: string;
  readonly memory: boolean;
  readonly appSecret?: string[];
  readonly verifyToken?: string;
  readonly json: boolean;
  readonly repeatAfter?: readonly number[];
  readonly protectByLink: boolean;
}

const DESCRIPTION = `\
Runs the whole system on this machine: the webhook behind an address that
behaves as API Gateway does, DynamoDB and SNS on embedded engines, the relay
once a minute. App secret and verify token are made up at the first start and
kept in the data folder, as are the events.`;

const AFTER = `
Examples:
  npm start
  npm start -- --memory --port 0 --json
  npm start -- --repeat-after 10s,30s
`;

const command = addMetaOptions(new Command("npm start --"), { accounts: false })
  .usage("[options]")
  .description(DESCRIPTION)
  .configureHelp({ helpWidth: WIDTH })
  .option(
    "--port <number>",
    "port of the webhook; 0 picks a free one",
    integerBetween("A port", 0, 65_535),
    3000,
  )
  .option("--data <dir>", "folder of the events and the secret", parseText, DEFAULT_DATA)
  .option("--memory", "keep the events in memory only", false)
  .option("--app-secret <secret>", "app secret to accept; repeat it for several", collect)
  .option("--verify-token <token>", "verify token of the handshake", parseText)
  .option("--repeat-after <times>", "when an unanswered alert repeats: 10s,30s or off", parseDelays)
  .option("--protect-by-link", "alerts' pages offer to set a new PIN at Meta", false)
  .option("--json", "print one JSON line when ready, nothing else; the log goes to stderr", false)
  .addHelpText("after", AFTER)
  .allowExcessArguments(false)
  .action((options: Options) => runCommand(() => runLocal(options)));

await parseCommand(command);

/** Until it is interrupted. */
async function runLocal(options: Options): Promise<number> {
  const closing = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => closing.abort());
  const local = await startLocal({
    ...options,
    appSecrets: options.appSecret,
    meta: options,
    repeatAfterMinutes: options.repeatAfter,
    writeLine: options.json ? writeError : showActivity,
    display: !options.json,
  });
  if (options.json) process.stdout.write(`${JSON.stringify(local.address)}\n`);
  else await show(local, toDataFlags(options.data), closing.signal);
  await untilAborted(closing.signal);
  await local.stop();
  return 0;
}

/** Until the signal aborts. */
async function show(local: LocalSystem, flags: string, signal: AbortSignal): Promise<void> {
  print(toGreeting(local.address, flags && ` --${flags}`));
  const { address, displayQueueUrl: queueUrl } = local;
  const queue = { sqsEndpoint: address.sqsEndpoint, queueUrl };
  await followAlerts(queue, (alert) => print(toLetter(alert)), signal);
}

function showActivity(line: string, cause?: string): void {
  const activity = toActivity(line, cause);
  if (activity !== undefined) print(activity);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function writeError(line: string): void {
  process.stderr.write(`${line}\n`);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}
