import type { Graph } from "../meta/graph.ts";
import { type MetaNumber, readPinEnabled } from "../meta/pin.ts";
import type { SystemUser } from "../meta/token.ts";
import { toSentence } from "../shared/sentence.ts";
import type { PinReading } from "./run-claims.ts";

export interface ReadDeps {
  readonly graph: Graph;
  readonly user: SystemUser;
  /** Until Meta is asked again. */
  readonly pause: () => Promise<void>;
}

/** Meta may need a moment until it shows what it has taken. */
const READS = 3;

interface Reading {
  readonly pin?: PinReading;
  /** The end of a sentence that says why two-step verification is not known to be on. */
  readonly fault?: string;
}

/** Whether two-step verification is on, now that Meta has taken a PIN. Never throws. */
export async function readBack(
  number: MetaNumber,
  readAt: number,
  deps: ReadDeps,
): Promise<Reading> {
  let reading: Reading = {};
  for (let reads = 0; reads < READS; reads += 1) {
    if (reads > 0) await deps.pause();
    try {
      const isPinEnabled = await readPinEnabled(deps.graph, deps.user, number);
      if (isPinEnabled === undefined) return {};
      if (isPinEnabled) return { pin: { isPinEnabled, readAt } };
      reading = { pin: { isPinEnabled, readAt }, fault: OFF };
    } catch (error) {
      reading = { fault: `cannot be asked whether it is on. ${toSentence(error)} Run it again.` };
    }
  }
  return reading;
}

const OFF =
  "says that two-step verification is off. Run it again, and look at the number in WhatsApp Manager.";
