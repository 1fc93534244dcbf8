import { toPhone } from "../../../lambda/event/steps.ts";
import { createFacts } from "../../../lambda/facts/facts.ts";
import { readDeployedSettings } from "../../../lambda/facts/settings.ts";
import type { WatchedMeta } from "../../../lambda/facts/system.ts";
import { toDigits, toNumberStates } from "../../../lambda/numbers/number-state.ts";
import { toPhoneNumber } from "../../cli/arguments.ts";
import { UserError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { toPrintable } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";

/** The digits of what was typed: numbers in any spelling, or their labels. */
export async function findNumbers(
  deployment: Deployment,
  typed: readonly string[],
): Promise<string[]> {
  const numbers = typed.map(toPhoneNumber);
  const hasLabels = numbers.some((number) => !/^\d+$/.test(number));
  const labels = hasLabels ? await readLabels(deployment) : {};
  return [...new Set(numbers.map((number) => requireDigits(number, labels)))];
}

async function readLabels({ aws }: Deployment): Promise<Readonly<Record<string, string>>> {
  if (!aws) return {};
  const { numberLabels } = await readDeployedSettings(aws);
  return numberLabels;
}

function requireDigits(text: string, labels: Readonly<Record<string, string>>): string {
  const wanted = text.trim().toLowerCase();
  const labelled = Object.entries(labels).filter(([, label]) => label.toLowerCase() === wanted);
  const [digits = text] = labelled.map(([number]) => number);
  if (labelled.length > 1) {
    throw new UserError(
      `${toPrintable(text)} is the label of several numbers: name one by its digits.`,
    );
  }
  if (isPhone(digits)) return digits;
  const known = Object.values(labels).map(toPrintable).join(", ");
  throw new UserError(
    `${toPrintable(text)} is neither a phone number nor the label of one${known && ` (${known})`}.`,
  );
}

const WANTED: readonly string[] = ["UNPROTECTED", "disputed"];

function isPhone(digits: string): boolean {
  return toPhone({ displayPhoneNumber: digits }) === digits;
}

/**
 * Every phone number that is off or disputed, by the events and the watchdog's memory. The operator
 * is shown what an event calls a number although it is none.
 */
export async function findUnprotected(
  deployment: Deployment,
  meta: WatchedMeta,
  now: number,
  terminal: Terminal,
): Promise<string[]> {
  const facts = createFacts({ ...deployment, meta }, now, { asksMeta: false });
  const states = toNumberStates(await facts.history(), await facts.pins());
  const wanted = states.filter(({ state }) => WANTED.includes(state));
  const numbers = wanted.map(({ displayPhoneNumber }) => toDigits(displayPhoneNumber));
  const odd = numbers.filter((number) => !isPhone(number)).map(toPrintable);
  if (odd.length > 0) terminal.info(`Left out, as no PIN can be set for them: ${odd.join(", ")}`);
  return numbers.filter(isPhone);
}
