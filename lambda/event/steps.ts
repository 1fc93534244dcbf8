import { type CommandLine, createCommandLine, YOUR_NAME } from "../shared/commands.ts";
import { PHONE_DIGITS } from "../shared/names.ts";
import { toEventWords } from "./event-words.ts";
import type { SecurityEvent } from "./security-event.ts";

/** What a person does about an event, in this order. */
export interface Step {
  readonly text: string;
  /** How to set a PIN: only of the first step. */
  readonly pin?: PinWays;
}

interface PinWays {
  /** To be pasted; absent where the number cannot be given to a command. */
  readonly command?: string;
  /** What the command needs, and the command that makes it need nothing. */
  readonly note?: string;
  readonly keepToken?: string;
  /** The same without the command: MANAGER_URL is where it begins. */
  readonly manager: string;
}

/** What the steps of a deployment depend on. */
export interface StepSettings {
  readonly stackName?: string | undefined;
  /** Of the local run, such as " --data DIR". */
  readonly dataFlags?: string | undefined;
  /** The watchdog's function may set a PIN: `protect` needs no token at hand. */
  readonly protect?: boolean | undefined;
}

export const MANAGER_URL = "https://business.facebook.com/wa/manage/phone-numbers/";

const MANAGER_PATH =
  "WhatsApp Manager, Account tools, Phone numbers, the number, Two-step verification, Change PIN (it may ask for the current PIN).";

type Numbered = Pick<SecurityEvent, "event" | "displayPhoneNumber">;

/** `others`: numbers that the same command shall protect. */
export function toSteps(
  event: Numbered,
  settings: StepSettings,
  others: readonly Numbered[] = [],
): Step[] {
  const { pinStep, moreSteps } = toEventWords(event);
  return [
    { text: pinStep, pin: toPinWays([event, ...others], settings) },
    ...moreSteps.map((text) => ({ text })),
  ];
}

function toPinWays(events: readonly Numbered[], settings: StepSettings): PinWays {
  const phone = [...new Set(events.flatMap((event) => toPhone(event) ?? []))];
  if (phone.length === 0) return { manager: `In ${MANAGER_PATH}` };
  return {
    command: toCommandLine(settings)("protect", { phone, as: YOUR_NAME }),
    ...(!settings.protect && toTokenNote(settings)),
    manager: `Or in ${MANAGER_PATH}`,
  };
}

function toTokenNote(settings: StepSettings) {
  return {
    note: "It asks for a token. With the setting protect it needs none, after:",
    keepToken: toCommandLine(settings)("connect", { "keep-token": true }),
  };
}

/** Writes the commands of messages and pages: they work on the deployment that sent them. */
export function toCommandLine({ stackName, dataFlags = "" }: StepSettings): CommandLine {
  return createCommandLine(stackName ? ` --stack ${stackName}` : dataFlags);
}

/** The number as commands take it; undefined where it cannot be one. */
export function toPhone({
  displayPhoneNumber = "",
}: Pick<SecurityEvent, "displayPhoneNumber">): string | undefined {
  const digits = displayPhoneNumber.replace(/\D/g, "");
  return PHONE_DIGITS.test(digits) ? digits : undefined;
}
