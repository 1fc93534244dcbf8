import { Complaint } from "./complaint.ts";
import type { Terminal } from "./terminal.ts";

/** Throws a Complaint unless the operator agrees, or agreed beforehand with --yes. */
export async function requireConsent(
  { yes }: { readonly yes?: boolean },
  terminal: Terminal,
): Promise<void> {
  if (yes) return;
  if (!terminal.isInteractive) {
    throw new Complaint("Nothing was changed: there is no terminal to ask, so add --yes.");
  }
  if (!(await terminal.confirm("Make these changes?"))) throw new Complaint("Nothing was changed.");
}
