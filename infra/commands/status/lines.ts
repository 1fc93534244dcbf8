import type { CheckResult } from "../../../lambda/checks/check.ts";
import type { Subscriber, TopicName } from "../../../lambda/facts/subscribers.ts";
import { isCommand } from "../../../lambda/shared/commands.ts";
import { paint, toPrintable, wrap } from "../../cli/text.ts";

const COLORS = { ok: "green", failed: "red", unknown: "yellow" } as const;
const INDENT = " ".repeat(9);

/** What the operator reads: each check, then the whole addresses of those who get messages. */
export function toLines(
  checks: readonly CheckResult[],
  subscribers: readonly (Subscriber & { readonly topic: TopicName })[],
): string[] {
  const shown = checks.filter(({ why }) => why !== "absent");
  const absent = checks.filter(({ why }) => why === "absent").map(({ name }) => name);
  return [
    ...shown.flatMap(toCheckLines),
    ...(absent.length > 0 ? toEntry("unknown", `Only on AWS: ${absent.join(", ")}.`) : []),
    ...(subscribers.length > 0 ? ["", "Subscribers"] : []),
    ...subscribers.map(toSubscriberLine),
    "",
    toSummary(checks),
  ];
}

function toCheckLines({ state, name, message, fix }: CheckResult): string[] {
  return [...toEntry(state, `${name}: ${message}`), ...(fix ? toFixLines(fix) : [])];
}

function toEntry(state: CheckResult["state"], text: string): string[] {
  const [first = "", ...rest] = wrap(text, INDENT);
  return [paint(COLORS[state], state.padEnd(INDENT.length)) + first.slice(INDENT.length), ...rest];
}

/** A command stays whole, so that it can be copied. */
function toFixLines(fix: string): string[] {
  return isCommand(fix) ? [`${INDENT}→ ${fix}`] : wrap(`→ ${fix}`, INDENT);
}

function toSubscriberLine({
  topic,
  protocol,
  endpoint,
  confirmed,
}: Subscriber & { readonly topic: TopicName }): string {
  const note = confirmed ? "" : "  not confirmed";
  return `  ${topic.padEnd(10)}  ${protocol.padEnd(6)}  ${toPrintable(endpoint)}${note}`;
}

function toSummary(checks: readonly CheckResult[]): string {
  const counts = Object.groupBy(checks, ({ state }) => state);
  const { ok = [], failed = [], unknown = [] } = counts;
  return `${ok.length} ok, ${failed.length} failed, ${unknown.length} unknown.`;
}
