import { toInstant } from "../../event/event-time.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import { toCommandLine, toPhone } from "../../event/steps.ts";
import { YOUR_NAME } from "../../shared/commands.ts";
import { COLUMNS, clip, countRows } from "../../shared/plain-text.ts";
import { toWhen } from "../../shared/time-text.ts";
import type { Content, Fact } from "./content.ts";
import type { MessageContext } from "./notice.ts";
import { toFullNumber } from "./number-text.ts";

/** Which number, when, who, and where: of one event. */
export function toFacts(event: SecurityEvent, context: MessageContext): readonly Fact[] {
  return [...toPlace(event, context), ["When:", toWhenAndWho(event, context)]];
}

/** The number and the account. */
export function toPlace(event: SecurityEvent, context: MessageContext): readonly Fact[] {
  const account = clip(event.wabaId, 28);
  const label = clip(context.label, COLUMNS - 20 - account.length);
  return [
    ["Number:", toFullNumber(event, context)],
    ["Account:", `${account}, seen by ${label}`],
  ];
}

function toWhenAndWho(event: SecurityEvent, { now }: MessageContext): string {
  const when = toWhen(toInstant(event), now);
  return event.requester ? `${when}, by ${toUser(event.requester)}` : when;
}

export function toUser(requester: string): string {
  return `Meta user ${clip(requester, 20)}`;
}

/** The page under its title; nothing where there is no page, or its link takes a screenful. */
export function toLink(title: string, link: string | undefined): Pick<Content, "link"> {
  return link === undefined || countRows(link) > 3 ? {} : { link: { title, text: link } };
}

const ANSWER_HERE = "Answer, so that everybody knows who acts:";

/** Where an alert is answered: on its page, else by a command. */
export function toAnswerWay(
  event: SecurityEvent,
  link: string | undefined,
  context: MessageContext,
): Pick<Content, "link" | "command"> {
  const page = toLink(ANSWER_HERE, link);
  if (page.link) return page;
  const phone = toPhone(event);
  if (phone === undefined) return {};
  const options = { phone, as: YOUR_NAME, answer: "handling" };
  const text = toCommandLine(context)("acknowledge", options);
  return { command: { title: ANSWER_HERE, text } };
}

export const TEST_MARK = "[TEST] ";
