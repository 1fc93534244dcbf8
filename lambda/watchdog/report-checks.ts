import type { CheckResult } from "../checks/check.ts";
import type { Overview } from "../checks/overview.ts";
import { wrap } from "../shared/plain-text.ts";

/** Each list of checks ends here. */
const MAX_CHECKS = 40;

/** What each of them found, and what to do about it. */
export function toCheckLines(checks: readonly CheckResult[]): string[] {
  return checks
    .slice(0, MAX_CHECKS)
    .flatMap(({ name, message, fix }) => [
      ...wrap(`${name}: ${message}`, "  "),
      ...(fix ? wrap(`To do: ${fix}`, "    ") : []),
    ]);
}

/** Each thing that Meta was asked, with what came of it. */
export function toAskedLines({ checks }: Overview): string[] {
  const asked = checks.filter(({ id }) => /^(meta|account|apps|numbers-)/.test(id));
  return asked.slice(0, MAX_CHECKS).flatMap(({ name, state, message }) => {
    const mark = state === "unknown" ? "not known" : state;
    const [first = "", ...rest] = wrap(`${name}: ${message}`, " ".repeat(13));
    return [`  ${mark.padEnd(9)}  ${first.trimStart()}`, ...rest];
  });
}
