import { styleText } from "node:util";
import { confirm, input, password } from "@inquirer/prompts";
import yoctoSpinner from "yocto-spinner";
import { UserError } from "./user-error.ts";

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

export const WIDTH = 80;

/** Lines of at most `width` columns; words longer than that, such as addresses, stay whole. */
export function wrap(text: string, indent = "", width = WIDTH): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && indent.length + longer.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, indent + line];
}

type Color = "green" | "red" | "yellow" | "bold" | "dim";

/** Coloured where stdout is a terminal and NO_COLOR is not set. */
export function paint(color: Color, text: string): string {
  return styleText(color, text, { stream: process.stdout });
}
