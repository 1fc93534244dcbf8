import { clip, toAscii, toGsm } from "../shared/plain-text.ts";
import type { MessageContext } from "./content/notice.ts";
import { TEST_MARK } from "./content/parts.ts";

const MAX_SUBJECT = 100;
const MAX_SMS = 140;

type Labelled = Pick<MessageContext, "label">;

/** Printable ASCII, at most 100 characters: the text, and the deployment's label where it fits in. */
export function toSubject(text: string, isTest: boolean, { label }: Labelled): string {
  const line = clip(toAscii(`${isTest ? TEST_MARK : ""}${text}`), MAX_SUBJECT);
  const room = MAX_SUBJECT - line.length - " - ".length;
  const name = clip(toAscii(label).trim(), 30);
  return name && name.length <= room ? `${line} - ${name}` : line;
}

/**
 * GSM-7, at most 140 characters with those that count double. The deployment's label takes what
 * room the rest leaves.
 */
export function toSms(text: string, isTest: boolean, { label }: Labelled): string {
  const mark = isTest ? TEST_MARK : "";
  const doubled = isTest ? 2 : 0;
  const line = clip(toGsm(text), MAX_SMS - `${mark}WhatsApp : `.length - doubled - MIN_LABEL);
  const room = MAX_SMS - `${mark}WhatsApp : ${line}`.length - doubled;
  const name = clip(toGsm(label).trim(), Math.min(room, 24)) || "security";
  return `${mark}WhatsApp ${name}: ${line}`;
}

const MIN_LABEL = 8;
