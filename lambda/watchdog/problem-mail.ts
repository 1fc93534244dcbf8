import type { CheckResult } from "../checks/check.ts";
import { toHeadline, toHeadlines } from "../checks/headlines.ts";
import type { Overview } from "../checks/overview.ts";
import { type CommandLine, isCommand } from "../shared/commands.ts";
import { wrap } from "../shared/plain-text.ts";
import { count, toDay } from "../shared/time-text.ts";

/** What is mailed on a day on which a check fails, or no longer fails. */
export interface Problems {
  readonly overview: Overview;
  readonly recovered: readonly CheckResult[];
  /** By id: since when it fails. */
  readonly failedSince: Readonly<Record<string, number>>;
  /** Writes a command that works on the watched system. */
  readonly command: CommandLine;
}

/** The worst first, as in every headline. */
export function toProblemSummary({ overview, recovered }: Problems): string {
  if (overview.failed.length === 0) {
    return `${count(recovered.length, "check")} good again, none fails`;
  }
  const [worst, next] = toHeadlines(overview);
  return next ? `${worst.text}, ${next.text}` : worst.text;
}

const MAX_CHECKS = 60;

/** At most 72 columns, but for commands, which stay whole to be copied. */
export function toProblemMail({ overview, recovered, failedSince, command }: Problems): string {
  const { failed, at } = overview;
  const more = failed.length - MAX_CHECKS;
  return [
    ...toIntroduction(overview),
    ...failed
      .slice(0, MAX_CHECKS)
      .flatMap((each) => toFailure(each, failedSince[each.id] ?? at, at)),
    ...(more > 0 ? ["", `and ${count(more, "more check")}: ${command("status")}`] : []),
    ...(recovered.length > 0 ? ["", "GOOD AGAIN"] : []),
    ...recovered.flatMap(({ name, message }) => wrap(`${name}: ${message}`, "  ")),
    "",
    ...wrap("The whole list, whenever you like:"),
    `  ${command("status")}`,
  ].join("\n");
}

function toIntroduction(overview: Overview): string[] {
  if (overview.failed.length === 0) {
    return wrap("What failed is good again. No check fails now.");
  }
  return [
    ...wrap(toHeadline(overview)),
    "",
    ...wrap("This mail comes every day until each of these is fixed."),
  ];
}

function toFailure({ name, message, fix }: CheckResult, since: number, at: number): string[] {
  const isNew = toDay(since) === toDay(at);
  return [
    "",
    `FAILED  ${name}${isNew ? "" : `, since ${toDay(since)}`}`,
    ...wrap(message, "  "),
    ...(fix ? ["  To do:", ...toFixLines(fix)] : []),
  ];
}

function toFixLines(fix: string): string[] {
  return isCommand(fix) ? [`    ${fix}`] : wrap(fix, "    ");
}
