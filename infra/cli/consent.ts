import type { Terminal } from "./terminal.ts";
import { UserError } from "./user-error.ts";

/** Throws a UserError unless the operator agrees, or agreed beforehand with --yes. */
export async function requireConsent(
  { yes }: { readonly yes?: boolean },
  terminal: Terminal,
): Promise<void> {
  if (yes) return;
  if (!terminal.isInteractive) {
    throw new UserError("Nothing was changed: there is no terminal to ask, so add --yes.");
  }
  if (!(await terminal.confirm("Make these changes?"))) throw new UserError("Nothing was changed.");
}
