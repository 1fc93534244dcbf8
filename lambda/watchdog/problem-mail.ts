import type { CheckResult } from "../checks/check.ts";
import { wrapMail } from "../shared/plain-text.ts";
import { count, toDay } from "../shared/time-text.ts";

/** What the operations topic is told on a day on which a check fails, or no longer fails. */
export interface Problems {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly failed: readonly CheckResult[];
  readonly recovered: readonly CheckResult[];
  /** By id: since when it fails. */
  readonly failedSince: Readonly<Record<string, number>>;
  /** Options of commands, such as " --stack Hooks". */
  readonly flags: string;
}

export function toProblemSummary({ failed, recovered }: Problems): string {
  if (failed.length === 0) return `${count(recovered.length, "check")} good again, none fails`;
  const names = failed.length === 1 ? `: ${failed[0]?.name}` : "";
  return `${count(failed.length, "check")} failed${names}`;
}

const MAX_CHECKS = 60;

/** At most 72 columns, but for commands, which stay whole to be copied. */
export function toProblemMail(problems: Problems): string {
  const { at, failed, recovered, failedSince, flags } = problems;
  const more = failed.length - MAX_CHECKS;
  return [
    ...wrapMail(toIntroduction(failed.length)),
    ...failed
      .slice(0, MAX_CHECKS)
      .flatMap((each) => toFailure(each, failedSince[each.id] ?? at, at)),
    ...(more > 0 ? ["", `and ${count(more, "more check")}: ${toStatus(flags)}`] : []),
    ...(recovered.length > 0 ? ["", "GOOD AGAIN"] : []),
    ...recovered.flatMap(({ name, message }) => wrapMail(`${name}: ${message}`, "  ")),
    "",
    ...wrapMail("The whole list, whenever you like:"),
    `  ${toStatus(flags)}`,
  ].join("\n");
}

function toStatus(flags: string): string {
  return `npm run status${flags && ` --${flags}`}`;
}

function toIntroduction(failed: number): string {
  if (failed === 0) return "What failed is good again. No check fails now.";
  return `${count(failed, "check")} failed, so that the next reset request might reach nobody. This mail comes every day until each is fixed.`;
}

function toFailure({ name, message, fix }: CheckResult, since: number, at: number): string[] {
  const isNew = toDay(since) === toDay(at);
  return [
    "",
    `FAILED  ${name}${isNew ? "" : `, since ${toDay(since)}`}`,
    ...wrapMail(message, "  "),
    ...(fix ? ["  To do:", ...toFixLines(fix)] : []),
  ];
}

function toFixLines(fix: string): string[] {
  return /^(npm|aws) /.test(fix) ? [`    ${fix}`] : wrapMail(fix, "    ");
}
