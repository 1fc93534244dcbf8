import type { Subscription } from "../meta/app.ts";
import { type Target, toCommand } from "../target/target.ts";
import { paint, type Terminal, wrap } from "../terminal.ts";
import type { ConnectOptions } from "./connect.ts";
import type { Found, Plan } from "./plan.ts";

export interface Report {
  readonly name: string;
  readonly target: Target;
  readonly found: Found;
}

/** Takes a line: stdout's, or stderr's where stdout is for machines. */
type Write = (line: string) => void;

export function tellFound(write: Write, { name, target, found }: Report): void {
  write(`App        ${name} (${found.app.id})`);
  write(`Target     ${target.name}`);
  write(`At Meta    ${describe(found.subscription)}`);
  for (const { id, apps } of found.accounts) {
    const names = apps.map((app) => `${app.name} (${app.id})`).join(", ");
    write(`Account    ${id}: ${names || "no app subscribed"}`);
  }
  write("");
}

function describe(subscription: Subscription | undefined): string {
  if (!subscription) return "no WhatsApp webhooks yet";
  const { callbackUrl, fields, active } = subscription;
  const state = active ? "" : ", not active";
  return `${fields.join(", ") || "no fields"}${state}\n           to ${callbackUrl}`;
}

export function tellPlan(write: Write, { lines }: Plan): void {
  write(lines.length === 0 ? "Nothing to change: all of it is set already." : "To change:");
  for (const line of lines) {
    const [first = "", ...rest] = wrap(line, "    ");
    for (const part of [first.replace(/^ {4}/, "  - "), ...rest]) write(part);
  }
  write("");
}

export interface Outcome extends Report {
  readonly options: ConnectOptions;
  readonly plan: Plan;
  readonly callbackUrl: string;
}

/** What was done, and what is still to do. */
export function tellOutcome(terminal: Terminal, outcome: Outcome): void {
  const { options, name, found, target, plan, callbackUrl } = outcome;
  if (options.json) {
    const app = { id: found.app.id, name };
    const accounts = found.accounts.map(({ id }) => id);
    const changes = plan.lines;
    terminal.write(JSON.stringify({ target: target.name, app, callbackUrl, accounts, changes }));
    return;
  }
  if (plan.lines.length > 0) terminal.write(paint("green", "Done."));
  if (options.waba.length === 0) SECOND_SWITCH.forEach(terminal.write);
  terminal.write(`Next: ${toCommand("status", target)} and ${toCommand("drill", target)}`);
}

const SECOND_SWITCH = wrap(
  "Not looked at: whether your WhatsApp Business accounts are subscribed to the app. Without that, Meta's Test button works and real events never come: run this again with --waba ID for each account.",
);
