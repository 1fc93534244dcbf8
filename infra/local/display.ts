import { styleText } from "node:util";
import { METRIC } from "../../lambda/shared/metric-names.ts";
import { wrap } from "../cli/text.ts";
import type { DeliveredAlert } from "./alert-feed.ts";
import type { LocalRun } from "./run-file.ts";

/** What a person needs to know first. */
export function toGreeting(address: LocalRun, dataFlag: string): string {
  return [
    "",
    bold("The WhatsApp security webhook runs on this machine."),
    "",
    `  Overview       ${new URL("/", address.webhookUrl)}`,
    `  Callback URL   ${address.webhookUrl}`,
    `  Verify token   ${address.verifyToken}`,
    "",
    "In a second terminal:",
    "",
    toRow("npm run simulate", dataFlag, "sends a signed sample"),
    toRow("npm run drill", dataFlag, "rehearses the whole way"),
    toRow("npm run history", dataFlag, "shows what is stored"),
    toRow("npm run status", dataFlag, "runs all checks"),
    "",
    "Deliveries and alerts appear below, each with the link to its page.",
    "Ctrl-C ends it; the events stay.",
    "",
  ].join("\n");
}

function toRow(command: string, dataFlag: string, what: string): string {
  return `${`  ${command}${dataFlag}`.padEnd(24)}  ${what}`;
}

/**
 * A line of the function's log as a person reads it, with what caused it if that was a command;
 * undefined for a tick without work.
 */
export function toActivity(line: string, cause?: string): string | undefined {
  const { timestamp, message, reason, failures, ...rest } = JSON.parse(line);
  const counts = COUNTED.filter((name) => rest[name]).map((name) => toWords(name, rest[name]));
  if (message === "outbox relayed" && counts.length === 0) return undefined;
  const details = [reason, ...counts, ...Object.values(failures ?? {}).flat()].filter(Boolean);
  // A refusal's reason and its metric read alike.
  const distinct = [...new Set(details)];
  const time = new Date(timestamp).toLocaleTimeString("en-GB");
  const detail = distinct.length > 0 ? `: ${distinct.join(", ")}` : "";
  return `${dim(time)}  ${message}${detail}${cause ? ` (by ${cause})` : ""}`;
}

/** "EventStored" and 3 as "event stored × 3". */
function toWords(metric: string, count: number): string {
  const words = metric.replace(/(?<!^)[A-Z]/g, " $&").toLowerCase();
  return count === 1 ? words : `${words} × ${count}`;
}

/** Metrics that say what the state is, not what was done. */
const STANDING: readonly string[] = [
  METRIC.relayRun,
  METRIC.accepted,
  METRIC.outboxSize,
  METRIC.outboxAge,
  METRIC.matchedSecretIndex,
  METRIC.alertLatency,
  METRIC.openIncidents,
  METRIC.unansweredMinutes,
  METRIC.acknowledgementMinutes,
];

const COUNTED = Object.values(METRIC).filter((name) => !STANDING.includes(name));

export function toLetter({
  subject,
  email,
  sms,
}: Pick<DeliveredAlert, "subject" | "email" | "sms">): string {
  return [
    "",
    bold("ALERT, as the SMS reads"),
    ...wrap(sms, "  "),
    "",
    bold("and as the e-mail reads"),
    ...wrap(`Subject: ${subject}`, "  "),
    "",
    ...email.split("\n").flatMap(wrapIndented),
    "",
  ].join("\n");
}

/** Wraps at 80 columns and keeps indents; a command stays on one line, so that it can be pasted. */
function wrapIndented(line: string): string[] {
  if (/^\s*npm run /.test(line)) return [`  ${line}`];
  const text = line.trimStart();
  return wrap(text, " ".repeat(2 + line.length - text.length));
}

function bold(text: string): string {
  return styleText("bold", text, { stream: process.stdout });
}

function dim(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}
