import { type Headline, toNumberHeadlines } from "../numbers/headline.ts";
import { capitalise } from "../shared/plain-text.ts";
import { count } from "../shared/time-text.ts";
import type { CheckResult } from "./check.ts";
import type { Overview, Unread } from "./overview.ts";

/** The first lines of a page or a mail, the worst first: never empty; calm only if all is well. */
export function toHeadlines(overview: Overview): readonly [Headline, ...Headline[]] {
  const { numbers, failed, unchecked, unread, at } = overview;
  const ofNumbers = toNumberHeadlines(numbers, at);
  // A failure that a headline about numbers already says is left out.
  const others = failed.filter(({ id }) => ofNumbers.length === 0 || !isAboutNumbers(id));
  const only = others.length === 1 ? `: ${others[0]?.name}` : "";
  const [first, ...more] = [
    ...ofNumbers,
    ...toCheckHeadline(others, `failed${only}`, "alarm"),
    ...toCheckHeadline(unchecked, "could not run", "busy"),
    ...unread.map(toUnreadHeadline),
  ];
  return first ? [first, ...more] : [toWell(numbers.length)];
}

/** The same in one line. */
export function toHeadline(overview: Overview): string {
  const text = toHeadlines(overview)
    .map((each) => each.text)
    .join(", ");
  return `${capitalise(text)}.`;
}

/** Checks whose failure a headline about numbers already says. */
function isAboutNumbers(id: string): boolean {
  return /^(numbers|incidents)(-|$)/.test(id);
}

function toCheckHeadline(
  { length }: readonly CheckResult[],
  words: string,
  tone: Headline["tone"],
): Headline[] {
  if (length === 0) return [];
  return [{ tone, text: `${count(length, "check")} ${words}`, about: "checks" }];
}

function toUnreadHeadline(what: Unread): Headline {
  const about = what === "events" ? "numbers" : "subscribers";
  return { tone: "alarm", text: `the ${what} can't be read`, about };
}

function toWell(numbers: number): Headline {
  const known = numbers > 0 ? `${count(numbers, "number")} known, none unprotected, ` : "";
  return { tone: "calm", text: `All is well: ${known}no check failed`, about: "numbers" };
}
