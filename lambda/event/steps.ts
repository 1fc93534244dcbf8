import { toCommand, YOUR_NAME } from "../shared/commands.ts";
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
  /** What the command needs. */
  readonly note?: string;
  /** The same without the command: MANAGER_URL is where it begins. */
  readonly manager: string;
}

/** What the steps of a deployment depend on. */
export interface StepSettings {
  readonly stackName?: string | undefined;
  /** The watchdog's function may set a PIN: `protect` needs no token at hand. */
  readonly protect?: boolean | undefined;
}

export const MANAGER_URL = "https://business.facebook.com/wa/manage/phone-numbers/";

const MANAGER_PATH =
  "WhatsApp Manager, Account tools, Phone numbers, the number, Two-step verification, Change PIN (it may ask for the current PIN).";

type Numbered = Pick<SecurityEvent, "event" | "displayPhoneNumber">;

export function toSteps(event: Numbered, settings: StepSettings): Step[] {
  const { pinStep, moreSteps } = toEventWords(event);
  return [
    { text: pinStep, pin: toPinWays(event, settings) },
    ...moreSteps.map((text) => ({ text })),
  ];
}

function toPinWays({ displayPhoneNumber = "" }: Numbered, settings: StepSettings): PinWays {
  const phone = displayPhoneNumber.replace(/\D/g, "");
  if (!/^\d{5,15}$/.test(phone)) return { manager: `In ${MANAGER_PATH}` };
  return {
    command: toCommand("protect", toTarget(settings), { phone, as: YOUR_NAME }),
    ...(!settings.protect && { note: toTokenNote(settings) }),
    manager: `Or in ${MANAGER_PATH}`,
  };
}

function toTokenNote(settings: StepSettings): string {
  const keep = toCommand("connect", toTarget(settings), { "keep-token": true });
  return `It asks for a token. To need none, keep one before, with the setting protect: ${keep}`;
}

/** What commands in messages are given, so that they work on the deployment that sent it. */
export function toTarget({ stackName }: StepSettings): { readonly flags: string } {
  return { flags: stackName ? ` --stack ${stackName}` : "" };
}
