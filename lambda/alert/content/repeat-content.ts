import type { Answer } from "../../event/answer.ts";
import { isSame } from "../../event/event-item.ts";
import { toInstant } from "../../event/event-time.ts";
import { toEventWords } from "../../event/event-words.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import { toSteps } from "../../event/steps.ts";
import { toAnswerWords } from "../../event/words.ts";
import type { NumberState } from "../../numbers/number-state.ts";
import { toClock, toDuration } from "../../shared/time-text.ts";
import type { Content, Fact } from "./content.ts";
import type { MessageContext, RepeatItem } from "./notice.ts";
import { toMaskedNumber } from "./number-text.ts";
import { toAnswerWay, toPlace, toUser } from "./parts.ts";

/** Of the fact that says what happened to the number. */
export const SO_FAR = "So far:";

/** How long nobody has ended it, what has happened, the number's state now, and what to do. */
export function toRepeatContent(item: RepeatItem, context: MessageContext): Content {
  const { event, link, repeat } = item;
  const basis = toBasis(item);
  const number = toMaskedNumber(event, context);
  const words = toWords(item, number);
  const waiting = toWaiting(item, context);
  const last = item.isLast ? ", last repeat" : "";
  return {
    kind: "repeat",
    repeat,
    isTest: event.test,
    entries: [{ event, repeat }],
    story: item.story,
    summary: `${waiting.short}${last}: ${words.short}`,
    subject: `WhatsApp ${waiting.short.toLowerCase()}${last}: ${words.short}, ${number}`,
    sms: `${waiting.short}: ${words.sms}`,
    lead: [`${waiting.sentence} ${toRepeatText(item)}`, item.number?.sentence ?? words.meaning],
    facts: [...toPlace(event, context), ...toRequester(item), [SO_FAR, toStory(item, context)]],
    steps: toSteps(basis, context),
    notes: [],
    ...toAnswerWay(event, link, context),
    runbook: { title: "Every step:", text: words.anchor },
  };
}

const EVENT_OF_STATE: Readonly<Partial<Record<NumberState["state"], string>>> = {
  UNPROTECTED: "PIN_REQUEST_SUCCESS",
  disputed: "PIN_CHANGED",
  "reset requested": "PIN_RESET_REQUEST",
};

/** The event with the name whose words and steps fit the number's state; its own otherwise. */
export function toBasis({ event, number }: Pick<RepeatItem, "event" | "number">): SecurityEvent {
  return { ...event, event: (number && EVENT_OF_STATE[number.state]) ?? event.event ?? "" };
}

/** For a number that is protected, or no longer yours, no event's words are true. */
const CALM_STATES: Readonly<Partial<Record<NumberState["state"], string>>> = {
  protected: "two-step verification is on",
  moved: "number no longer yours",
};

function toWords(item: RepeatItem, masked: string) {
  const { number, reopenedAt } = item;
  const { short, sms, order, ...words } = toEventWords(toBasis(item));
  const calm = number && CALM_STATES[number.state];
  if (!calm) return { ...words, short, sms: `${sms}, ${masked}. ${order}.` };
  const opened = reopenedAt === undefined ? "still open" : "opened again";
  return {
    ...words,
    short: `${opened}, ${calm}`,
    sms: `alert ${opened}, ${masked}. ${number.sentence}`,
  };
}

/** Nobody has answered, or somebody is handling it and nobody has said that it is over. */
function toWaiting({ event, handling, reopenedAt }: RepeatItem, { now }: MessageContext) {
  const time = toDuration(now - (reopenedAt ?? Date.parse(event.receivedAt)));
  if (handling) return { short: `Not over after ${time}`, sentence: toHandling(handling, now) };
  const again = reopenedAt === undefined ? "Nobody" : "The alert was opened again: nobody";
  return { short: `Unanswered for ${time}`, sentence: `${again} has answered for ${time}.` };
}

function toHandling({ name, answer, at }: Answer, now: number): string {
  const when = `${toClock(Date.parse(at), now)} UTC`;
  return `"${name}" said at ${when}: ${toAnswerWords(answer).said}. Nobody has said that it is over.`;
}

function toRepeatText({ repeat, isLast }: RepeatItem): string {
  return isLast
    ? `This is the last repeat (${repeat}). The watchdog goes on, once a day.`
    : `This is repeat ${repeat} of the alert.`;
}

function toRequester({ requester, event }: RepeatItem): readonly Fact[] {
  const by = requester ?? event.requester;
  return by ? [["User:", `${toUser(by)} asked for the reset`]] : [];
}

/** `03:12 reset requested`, of each event; the first, the alert's own and the latest of many. */
function toStory({ event, story }: RepeatItem, { now }: MessageContext): string {
  const groups = toGroups(story.length > 0 ? story : [event]);
  const moments = groups.map((group) => toMoment(group, now));
  const left = moments.length - MAX_MOMENTS;
  if (left <= 0) return moments.join("; ");
  const own = groups.findIndex((group) => group.some((each) => isSame(each, event)));
  const isLeftOut = own > 0 && own <= left;
  return [
    moments[0],
    ...(isLeftOut ? [moments[own]] : []),
    `${left} more`,
    ...moments.slice(left + (isLeftOut ? 2 : 1)),
  ].join("; ");
}

const MAX_MOMENTS = 4;

type Group = [SecurityEvent, ...SecurityEvent[]];

/** Equal events that follow each other are one moment: whoever has a token can set many PINs. */
function toGroups(story: readonly SecurityEvent[]): readonly Group[] {
  const groups: Group[] = [];
  for (const event of story) {
    const last = groups.at(-1);
    if (last && last[0].event === event.event) last.push(event);
    else groups.push([event]);
  }
  return groups;
}

function toMoment([event, ...others]: Group, now: number): string {
  const times = others.length > 0 ? `, ${others.length + 1} times` : "";
  return `${toClock(toInstant(event), now)} ${toEventWords(event).short}${times}`;
}
