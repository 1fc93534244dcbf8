import { confirm, input, password } from "@inquirer/prompts";
import yoctoSpinner from "yocto-spinner";
import { UserError } from "./errors.ts";
import { muteInput } from "./mute.ts";

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
  /** Shows what is going on, should it take longer than a second; `progress` says how far it is. */
  withSpinner<T>(doing: string, work: (progress: Progress) => Promise<T>): Promise<T>;
  /** Gives the keyboard back. */
  close(): void;
}

/** Such as "1,200 of 10,000". */
export type Progress = (how: string) => void;

const PATIENCE_MS = 1_000;

type Streams = Pick<typeof process, "stdin" | "stdout" | "stderr">;

/** With `asks`, what is typed while no question is shown is neither echoed nor taken for an answer. */
export function createTerminal(
  { asks = false } = {},
  { stdin, stdout, stderr }: Streams = process,
): Terminal {
  const streams = { input: stdin, output: stderr };
  const isInteractive = stdin.isTTY === true && stderr.isTTY === true;
  const mute = muteInput(stdin, asks && isInteractive);
  return {
    isInteractive,
    print: (line) => stdout.write(`${line}\n`),
    info: (line) => stderr.write(`${line}\n`),
    ask: (message) => mute.lift(() => orInterrupted(input({ message }, streams))),
    askSecret: (message) =>
      mute.lift(() => orInterrupted(password({ message, toggleMask: false }, streams))),
    confirm: (message) =>
      mute.lift(() => orInterrupted(confirm({ message, default: false }, streams))),
    async withSpinner(doing, work) {
      const text = `${doing} …`;
      const spinner = yoctoSpinner({ text });
      const timer = setTimeout(() => {
        if (stderr.isTTY) spinner.start();
        else stderr.write(`${text}\n`);
      }, PATIENCE_MS);
      try {
        return await work((how) => {
          spinner.text = `${doing}: ${how} …`;
        });
      } finally {
        clearTimeout(timer);
        spinner.stop();
      }
    },
    close: () => mute.end(),
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
  terminal: Pick<Terminal, "isInteractive" | "confirm">,
): Promise<void> {
  if (yes) return;
  if (!terminal.isInteractive) {
    throw new UserError("Nothing was changed: there is no terminal to ask, so add --yes.");
  }
  if (!(await terminal.confirm("Make these changes?"))) throw new UserError("Nothing was changed.");
}

/**
 * Ends this process once nobody reads its output any more, as in `… | head`: quietly; or once it
 * cannot be written, as on a full disk: with a sentence.
 */
export function endWithReader(): void {
  process.stdout.removeAllListeners("error").on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`The output cannot be written (${error.code}).\n`);
    process.exit(1);
  });
}
