import type { CheckResult } from "../checks/check.ts";
import type { Overview } from "../checks/overview.ts";
import { toColumns, wrapMail } from "../shared/plain-text.ts";
import { toDuration } from "../shared/time-text.ts";

/** The last seven days in figures, from what is stored. */
export function toWeek({ week, unread }: Overview): string[] {
  if (unread.includes("events")) return [];
  const { requests, planned, lapsed, medianMs, longestMs } = week;
  const rows = [
    ["Reset requests", `${requests}, of which planned: ${planned}`],
    [
      "Answered in",
      medianMs === undefined || longestMs === undefined
        ? "no alert was ended by an answer"
        : `${toDuration(medianMs)} (median), ${toDuration(longestMs)} (longest)`,
    ],
    ["Lapsed alerts", String(lapsed)],
  ];
  return toColumns(rows, [16, 52]);
}

/** What could not run, and what runs but could be better: one mailbox alone, say. */
export function toCheckLines(checks: readonly CheckResult[]): string[] {
  return checks
    .slice(0, 40)
    .flatMap(({ name, message, fix }) => [
      ...wrapMail(`${name}: ${message}`, "  "),
      ...(fix ? wrapMail(`To do: ${fix}`, "    ") : []),
    ]);
}
