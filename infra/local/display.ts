import { styleText } from "node:util";
import { METRIC } from "../../lambda/shared/names.ts";
import type { DeliveredAlert } from "./alert-feed.ts";
import type { LocalRun } from "./run-file.ts";

/** What a person needs to know first. */
export function toGreeting(address: LocalRun, dataFlag: string): string {
  return [
    "",
    bold("The WhatsApp security webhook runs on this machine."),
    "",
    `  Callback URL   ${address.webhookUrl}`,
    `  Verify token   ${address.verifyToken}`,
    "",
    "Send a signed sample from a second terminal, then look at what is stored:",
    "",
    `  npm run simulate${dataFlag}`,
    `  npm run history${dataFlag}`,
    "",
    "Deliveries and alerts appear below. Ctrl-C ends it; the events stay.",
    "",
  ].join("\n");
}

/** A line of the function's log as a person reads it; undefined for a tick without work. */
export function toActivity(line: string): string | undefined {
  const { timestamp, message, reason, failures, ...rest } = JSON.parse(line);
  const counts = COUNTED.filter((name) => rest[name]).map((name) => toWords(name, rest[name]));
  if (message === "outbox relayed" && counts.length === 0) return undefined;
  const details = [reason, ...counts, ...Object.values(failures ?? {}).flat()].filter(Boolean);
  const time = new Date(timestamp).toLocaleTimeString("en-GB");
  return `${dim(time)}  ${message}${details.length > 0 ? `: ${details.join(", ")}` : ""}`;
}

/** "EventStored" and 3 as "event stored × 3". */
function toWords(metric: string, count: number): string {
  const words = metric.replace(/(?<!^)[A-Z]/g, " $&").toLowerCase();
  return count === 1 ? words : `${words} × ${count}`;
}

const { relayRun, accepted, outboxSize, outboxAge, matchedSecretIndex, alertLatency, ...counted } =
  METRIC;
const COUNTED = Object.values(counted);

export function toLetter({ subject, email, sms }: DeliveredAlert): string {
  return [
    "",
    bold("ALERT, as the SMS reads"),
    `  ${sms}`,
    "",
    bold("and as the e-mail reads"),
    `  Subject: ${subject}`,
    "",
    ...email.split("\n").map((line) => `  ${line}`),
    "",
  ].join("\n");
}

function bold(text: string): string {
  return styleText("bold", text, { stream: process.stdout });
}

function dim(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}
