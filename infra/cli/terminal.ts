import { confirm, input, password } from "@inquirer/prompts";
import yoctoSpinner from "yocto-spinner";
import { UserError } from "./errors.ts";

/** Where a command speaks to its operator. Results go to stdout, everything else to stderr. */
export interface Terminal {
  /** Whether questions can be asked. */
  readonly isInteractive: boolean;
  /** A line of the result, to stdout. */
  print(line: string): void;
  /** A line to stderr. */
  info(line: string): void;
  ask(question: string): Promise<string>;
  /** Without echo. */
  askSecret(question: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
  /** Shows what is going on, should it take longer than a second. */
  withSpinner<T>(doing: string, work: () => Promise<T>): Promise<T>;
}

const PATIENCE_MS = 1_000;

export function createTerminal(): Terminal {
  const { stdin, stderr, stdout } = process;
  const streams = { input: stdin, output: stderr };
  return {
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    print: (line) => stdout.write(`${line}\n`),
    info: (line) => stderr.write(`${line}\n`),
    ask: (message) => orInterrupted(input({ message }, streams)),
    askSecret: (message) => orInterrupted(password({ message, toggleMask: false }, streams)),
    confirm: (message) => orInterrupted(confirm({ message, default: false }, streams)),
    async withSpinner(doing, work) {
      const text = `${doing} …`;
      const spinner = yoctoSpinner({ text });
      const timer = setTimeout(() => {
        if (stderr.isTTY) spinner.start();
        else stderr.write(`${text}\n`);
      }, PATIENCE_MS);
      try {
        return await work();
      } finally {
        clearTimeout(timer);
        spinner.stop();
      }
    },
  };
}

async function orInterrupted<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") {
      throw new UserError("Interrupted: nothing was changed.");
    }
    throw error;
  }
}

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

/** Ends this process quietly once nobody reads its output any more, as in `… | head`. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
