import { createRunClaims } from "../../../lambda/protect/claims.ts";
import type { CommonOptions } from "../../cli/command.ts";
import type { Terminal } from "../../cli/terminal.ts";
import type { Deployment } from "../../deployment/deployment.ts";

/** A stored PIN that may be the number's present one. */
export interface ShownPin {
  readonly version: number;
  readonly pin: string;
}

/** The newest first; more than one where it is not certain which of them Meta has. */
export async function readPins(deployment: Deployment, number: string): Promise<ShownPin[]> {
  const { dynamodb: client, tableName, pins } = deployment;
  const { possible } = await createRunClaims({ client, tableName }).readKnown(number);
  const shown: ShownPin[] = [];
  for (const version of possible.filter((each) => each > 0).toReversed()) {
    const pin = await pins.read(number, version);
    if (pin !== undefined) shown.push({ version, pin });
  }
  return shown;
}

/** Sets nothing. Returns 0 when the PIN that Meta has is certain for every number. */
export async function showPins(
  deployment: Deployment,
  numbers: readonly string[],
  { json }: Pick<CommonOptions, "json">,
  terminal: Terminal,
): Promise<number> {
  const shown = [];
  for (const number of numbers) shown.push({ number, pins: await readPins(deployment, number) });
  if (json) terminal.print(JSON.stringify({ numbers: shown }, null, 2));
  else for (const { number, pins } of shown) toPinLines(number, pins).forEach(terminal.print);
  return shown.every(({ pins }) => pins.length === 1) ? 0 : 1;
}

export function toPinLines(number: string, pins: readonly ShownPin[]): string[] {
  if (pins.length === 0) return [`+${number}: no PIN of it is stored here.`];
  const many = pins.length > 1 ? ", or another of these" : "";
  return pins.map(({ version, pin }) => `+${number}: PIN ${pin} (version ${version}${many})`);
}
