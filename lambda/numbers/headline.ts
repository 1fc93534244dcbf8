import { toPlainLine } from "../shared/plain-text.ts";
import { count, toClock } from "../shared/time-text.ts";
import type { NumberState } from "./number-state.ts";
import { toEffect } from "./order.ts";

/** One of the first sentences of a page or a mail, without a full stop. */
export interface Headline {
  readonly tone: "alarm" | "busy" | "calm";
  readonly text: string;
  /** The part of the page that shows more of it. */
  readonly about: "numbers" | "checks" | "subscribers";
}

/**
 * What has to be done about numbers, the worst first: "1 number UNPROTECTED since 03:10 UTC". Each
 * number is in one of them; none where nothing has to be done. `now` in milliseconds.
 */
export function toNumberHeadlines(numbers: readonly NumberState[], now: number): Headline[] {
  const groups = Map.groupBy(numbers, toGroup);
  return HEADLINES.flatMap(([group, tone, toText]) => {
    const found = groups.get(group);
    return found ? [{ tone, text: toText(found, now), about: "numbers" }] : [];
  });
}

type Group = "unprotected" | "disputed" | "unanswered" | "handled" | "none";

function toGroup({ state, incident }: NumberState): Group {
  if (state === "UNPROTECTED") return "unprotected";
  if (state === "disputed") return "disputed";
  if (!incident) return "none";
  return incident.handling ? "handled" : "unanswered";
}

type ToText = (numbers: readonly NumberState[], now: number) => string;

const HEADLINES: readonly (readonly [Group, Headline["tone"], ToText])[] = [
  [
    "unprotected",
    "alarm",
    (numbers, now) =>
      `${count(numbers.length, "number")} UNPROTECTED${toSince(
        numbers.map(({ since }) => since),
        now,
      )}`,
  ],
  ["disputed", "busy", ({ length }) => `${count(length, "PIN")} set: was it you?`],
  [
    "unanswered",
    "alarm",
    (numbers, now) =>
      `${countAlerts(numbers)} unanswered${toSince(
        numbers.map(({ incident }) => incident?.since),
        now,
      )}`,
  ],
  ["handled", "busy", toHandled],
];

/** "1 reset being handled by Ann since 03:20 UTC"; of several who does and the oldest time. */
function toHandled(numbers: readonly NumberState[], now: number): string {
  const answers = numbers.flatMap(({ incident }) => incident?.handling ?? []);
  const names = [...new Set(answers.map(({ name }) => toPlainLine(name)))];
  const who = names.length > 2 ? `${names.length} people` : names.join(" and ");
  const since = toSince(
    answers.map(({ at }) => Date.parse(at)),
    now,
  );
  return `${countAlerts(numbers)} being handled by ${who}${since}`;
}

/** "2 resets" where all are about one, else "2 alerts". */
function countAlerts(numbers: readonly NumberState[]): string {
  const isReset = numbers.every(({ incident }) => isAboutReset(incident?.event));
  return count(numbers.length, isReset ? "reset" : "alert");
}

function isAboutReset(event = ""): boolean {
  const effect = toEffect({ event });
  return effect === "requested" || effect === "off";
}

function toSince(instants: readonly (number | undefined)[], now: number): string {
  const known = instants.filter((at) => Number.isFinite(at));
  return known.length === 0 ? "" : ` since ${toClock(Math.min(...(known as number[])), now)} UTC`;
}
