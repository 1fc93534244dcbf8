import type { ProtectRequest } from "../../../lambda/protect/request.ts";
import type { ProtectResult } from "../../../lambda/protect/result.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import { requireConsent, type Terminal } from "../../cli/terminal.ts";
import { paint, toPrintable, wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { type MetaOptions, SECRET_ENV } from "../../meta-app/options.ts";
import { createProtector, toMeta } from "./by-command.ts";
import { protectByFunction } from "./by-function.ts";
import { findNumbers, findUnprotected } from "./find-numbers.ts";
import { readPins, type ShownPin, showPins, toPinLines } from "./show-pin.ts";

export interface ProtectOptions extends CommonOptions, MetaOptions {
  readonly phone: readonly string[];
  readonly allUnprotected?: boolean;
  readonly as?: string | undefined;
  readonly showPin?: boolean;
  readonly yes?: boolean;
}

export interface ProtectCommandDeps {
  readonly options: ProtectOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What came of one number. */
interface Done extends ProtectResult {
  readonly number: string;
  /** Only if it was asked for. */
  readonly pins?: readonly ShownPin[];
}

/** Returns 0 when every number has a new PIN and two-step verification is on. */
export async function protect(deps: ProtectCommandDeps): Promise<number> {
  const { options, terminal } = deps;
  const name = options.as;
  assertTarget(options);
  const deployment = await terminal.withSpinner("Looking at the deployment", () =>
    openDeployment(options),
  );
  const numbers = await findTargets(deployment, deps);
  if (name === undefined) return showPins(deployment, numbers, options, terminal);
  const functionArn = findFunction(deployment, deps);
  if (numbers.length > 0) {
    const write = options.json ? terminal.info : terminal.print;
    toPlan(numbers, name, deployment, functionArn).forEach(write);
    await requireConsent(options, terminal);
  }
  const run = await createRun(deployment, functionArn, deps);
  const done: Done[] = [];
  for (const number of numbers) {
    const result = await terminal.withSpinner(`Setting a PIN for +${number}`, () =>
      run({ number, name }),
    );
    const pins = options.showPin ? await readPins(deployment, number) : undefined;
    done.push({ number, ...result, ...(pins && { pins }) });
    if (!options.json) for (const line of toLines(done.at(-1) as Done)) terminal.print(line);
  }
  if (options.json) terminal.print(JSON.stringify({ name, numbers: done }, null, 2));
  else if (done.length === 0) terminal.print(NOTHING);
  return done.every(({ outcome }) => outcome === "protected") ? 0 : 1;
}

const NOTHING = "No phone number is off or disputed: nothing was changed.";

function assertTarget({ phone, allUnprotected, as: name, showPin }: ProtectOptions): void {
  if (phone.length === 0 && !allUnprotected) {
    throw new UserError("Name the number with --phone, or take all with --all-unprotected.");
  }
  if (name === undefined && !showPin) {
    throw new UserError('Say who you are with --as "YOUR NAME": the others are informed.');
  }
}

function findTargets(
  deployment: Deployment,
  { options, env, terminal, now }: ProtectCommandDeps,
): Promise<string[]> {
  if (!options.allUnprotected) return findNumbers(deployment, options.phone);
  return findUnprotected(deployment, toMeta(options, env, deployment, terminal), now(), terminal);
}

/** Whoever gives a token wants it to be used. */
function findFunction({ aws }: Deployment, { env }: ProtectCommandDeps): string | undefined {
  return env[SECRET_ENV.systemUserToken]?.trim() ? undefined : aws?.protectFunctionArn;
}

function toPlan(
  numbers: readonly string[],
  name: string,
  { pins }: Deployment,
  functionArn: string | undefined,
): string[] {
  const [first = ""] = numbers;
  const by = functionArn
    ? "by the watchdog's function, with the token that it keeps"
    : "by this command, with a system-user token";
  const place = numbers.length === 1 ? pins.placeOf(first) : pins.placeOf("NUMBER");
  const details = [
    `- ${by}`,
    `- stored in ${place}`,
    `- everybody who gets the alerts is informed that ${toPrintable(name)} set it`,
  ];
  return [
    ...wrap(`Set a new PIN for ${numbers.map((number) => `+${number}`).join(", ")}:`),
    ...details.flatMap((line) => wrap(line, "  ")),
    "",
  ];
}

/** Where the function keeps no token, this command asks for one, once. */
async function createRun(
  deployment: Deployment,
  functionArn: string | undefined,
  { options, env, terminal, now }: ProtectCommandDeps,
): Promise<(request: ProtectRequest) => Promise<ProtectResult>> {
  const meta = toMeta(options, env, deployment, terminal);
  let protector: ReturnType<typeof createProtector> | undefined;
  async function runHere(request: ProtectRequest): Promise<ProtectResult> {
    protector ??= createProtector(deployment, meta, now);
    return (await protector)(request);
  }
  if (functionArn === undefined) return runHere;
  return async (request) => {
    const result = await protectByFunction(functionArn, request);
    const asks = result.outcome === "no token" && terminal.isInteractive;
    return asks ? runHere(request) : result;
  };
}

function toLines({ number, outcome, sentence, pins }: Done): string[] {
  const [first = "", ...rest] = wrap(`+${number}: ${sentence}`);
  const head = paint(outcome === "protected" ? "green" : "yellow", first);
  return [head, ...rest, ...(pins ? toPinLines(number, pins) : [])];
}
