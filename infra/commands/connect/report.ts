import type { Subscription } from "../../../lambda/meta/app.ts";
import { type TokenFacts, WITHOUT_PIN_PERMISSION } from "../../../lambda/meta/token.ts";
import type { CommonOptions } from "../../cli/command.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { paint, toPrintable, wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import type { MetaOptions } from "../../meta-app/options.ts";
import type { Plan } from "./plan.ts";
import type { CurrentState } from "./states.ts";

export interface Report {
  readonly name: string;
  readonly deployment: Deployment;
  readonly current: CurrentState;
}

/** Takes a line: stdout's, or stderr's where stdout is for machines. */
type Write = (line: string) => void;

export function showCurrent(write: Write, { name, deployment, current }: Report): void {
  const facts = [
    ["App", `${toPrintable(name)} (${current.app.id})`],
    ["Deployment", deployment.name],
    ...describe(current.subscription),
    ...current.accounts.map(({ id, apps }) => {
      const names = apps.map((app) => `${toPrintable(app.name)} (${app.id})`).join(", ");
      return ["Account", `${id}: ${names || "no app subscribed"}`];
    }),
    ...(current.token ? [["Token", describeToken(current.token)]] : []),
  ];
  for (const [label = "", text = ""] of facts) writeFact(write, label, text);
  write("");
}

function describeToken({ canSetPins }: TokenFacts): string {
  return canSetPins ? "may see the accounts and set PINs" : WITHOUT_PIN_PERMISSION;
}

const INDENT = " ".repeat(11);

function writeFact(write: Write, label: string, text: string): void {
  const [first = "", ...rest] = wrap(text, INDENT);
  write(label.padEnd(INDENT.length) + first.slice(INDENT.length));
  rest.forEach(write);
}

function describe(subscription: Subscription | undefined): [string, string][] {
  if (!subscription) return [["At Meta", "no WhatsApp webhooks yet"]];
  const { callbackUrl, fields, active } = subscription;
  const state = active ? "" : ", not active";
  return [
    ["At Meta", `${toPrintable(fields.join(", ")) || "no fields"}${state}`],
    ["", `sent to ${toPrintable(callbackUrl)}`],
  ];
}

export function showPlan(write: Write, { lines }: Plan): void {
  write(lines.length === 0 ? "Nothing to change: all of it is set already." : "To change:");
  for (const line of lines) {
    const [first = "", ...rest] = wrap(toPrintable(line), "    ");
    for (const part of [first.replace(/^ {4}/, "  - "), ...rest]) write(part);
  }
  write("");
}

export interface Outcome extends Report {
  readonly options: Pick<CommonOptions, "json"> & Pick<MetaOptions, "waba">;
  readonly plan: Plan;
  readonly callbackUrl: string;
}

/** What was done, and what is still to do. */
export function showOutcome(terminal: Terminal, outcome: Outcome): void {
  const { options, name, current, deployment, plan, callbackUrl } = outcome;
  if (options.json) {
    const app = { id: current.app.id, name };
    const accounts = current.accounts.map(({ id }) => id);
    const changes = plan.lines;
    terminal.print(
      JSON.stringify({ deployment: deployment.name, app, callbackUrl, accounts, changes }),
    );
    return;
  }
  if (plan.lines.length > 0) terminal.print(paint("green", "Done."));
  if (options.waba.length === 0) SECOND_SWITCH.forEach(terminal.print);
  terminal.print("Next:");
  terminal.print(`  ${deployment.command("status", `--app-id ${current.app.id}`)}`);
  terminal.print(`  ${deployment.command("drill")}`);
}

const SECOND_SWITCH = wrap(
  "Not looked at: whether your WhatsApp Business accounts are subscribed to the app. Without that, Meta's Test button works and real events never come: run this again with --waba ID for each account.",
);
