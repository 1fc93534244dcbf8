import type { Terminal } from "../../infra/cli/terminal.ts";

export interface TestTerminal extends Terminal {
  /** What was printed so far, stdout and stderr apart. */
  readonly out: string[];
  readonly err: string[];
  readonly questions: string[];
  readonly progress: string[];
  text(): string;
}

/** Typed unseen: an answer to `askSecret` and to nothing else. */
interface Unseen {
  readonly unseen: string;
}

export function unseen(text: string): Unseen {
  return { unseen: text };
}

/** A text answers `ask`, an unseen one `askSecret`, true or false `confirm`. */
type Answer = string | Unseen | boolean;

/**
 * A terminal whose person gives these answers in order; without any, nobody is there to ask. It
 * fails when a question asks for another kind of answer: a secret in clear, or a word for consent.
 */
export function createTestTerminal(...answers: readonly Answer[]): TestTerminal {
  const out: string[] = [];
  const err: string[] = [];
  const questions: string[] = [];
  const progress: string[] = [];
  const left = [...answers];

  function next(question: string): Answer {
    questions.push(question);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`Nobody answers: ${question}`);
    return answer;
  }

  return {
    isInteractive: answers.length > 0,
    out,
    err,
    questions,
    progress,
    print: (line) => void out.push(line),
    info: (line) => void err.push(line),
    async ask(question) {
      const answer = next(question);
      if (typeof answer === "string") return answer;
      throw new Error(`Asked in clear: ${question}`);
    },
    async askSecret(question) {
      const answer = next(question);
      if (typeof answer === "object") return answer.unseen;
      throw new Error(`Asked unseen: ${question}`);
    },
    async confirm(question) {
      const answer = next(question);
      if (typeof answer === "boolean") return answer;
      throw new Error(`Asked for yes or no: ${question}`);
    },
    withSpinner: (_doing, work) => work((how) => void progress.push(how)),
    close: () => {},
    text: () => [...out, ...err].join("\n"),
  };
}

/** Runs a command with this person at its terminal: its exit code, and what it printed and asked. */
export async function runWith(
  command: (terminal: Terminal) => Promise<number>,
  ...answers: readonly Answer[]
) {
  const terminal = createTestTerminal(...answers);
  const code = await command(terminal);
  const { out, err, questions, progress } = terminal;
  return {
    code,
    out,
    err,
    questions,
    progress,
    /** All of it, its line breaks undone. */
    text: [...out, ...err].join(" ").replace(/\s+/g, " ").trim(),
    /** The one document on stdout. */
    json: () => JSON.parse(out.join("\n")),
  };
}
