import type { Terminal } from "../../infra/cli/terminal.ts";

export interface TestTerminal extends Terminal {
  /** What was printed so far, stdout and stderr apart. */
  readonly out: string[];
  readonly err: string[];
  readonly questions: string[];
  text(): string;
}

/** A terminal whose person gives these answers in order; without any, nobody is there to ask. */
export function createTestTerminal(...answers: (string | boolean)[]): TestTerminal {
  const out: string[] = [];
  const err: string[] = [];
  const questions: string[] = [];
  const isInteractive = answers.length > 0;

  async function answer(question: string): Promise<never> {
    questions.push(question);
    if (answers.length === 0) throw new Error(`Nobody answers: ${question}`);
    return answers.shift() as never;
  }

  return {
    isInteractive,
    out,
    err,
    questions,
    print: (line) => void out.push(line),
    info: (line) => void err.push(line),
    ask: answer,
    askSecret: answer,
    confirm: answer,
    withSpinner: (_doing, work) => work(),
    close: () => {},
    text: () => [...out, ...err].join("\n"),
  };
}
