import type { SecurityEvent } from "../../event/security-event.ts";
import { clip, toGsm, toPlain } from "../../shared/plain-text.ts";
import type { MessageContext } from "./notice.ts";

type Labels = Pick<MessageContext, "numberLabels">;
type Numbered = Pick<SecurityEvent, "displayPhoneNumber">;

export function toDigits({ displayPhoneNumber = "" }: Numbered): string {
  return displayPhoneNumber.replace(/\D/g, "");
}

/** What people call the number, if the settings say it. */
export function toNumberLabel(event: Numbered, { numberLabels }: Labels): string | undefined {
  const digits = toDigits(event);
  return Object.hasOwn(numberLabels, digits) ? toPlain(numberLabels[digits] ?? "", 40) : undefined;
}

/** `15550783881 (Support DE)`: for mail and chat, whose readers must find it. */
export function toFullNumber(event: Numbered, context: Labels): string {
  const number = clip(event.displayPhoneNumber || "not given", 24);
  const label = toNumberLabel(event, context);
  return label ? `${number} (${clip(label, 30)})` : number;
}

/** `number ..3881` or `Support DE ..3881`, in GSM-7: for what a locked screen shows. */
export function toMaskedNumber(event: Numbered, context: Labels): string {
  const digits = toDigits(event);
  if (digits.length <= 4) return "unknown number";
  const label = toGsm(toNumberLabel(event, context) ?? "");
  return `${clip(label, 14) || "number"} ..${digits.slice(-4)}`;
}

/** `..3881`: where several numbers are named. */
export function toLastDigits(event: Numbered): string {
  const digits = toDigits(event);
  return digits.length <= 4 ? "unknown number" : `..${digits.slice(-4)}`;
}
