import type { Terminal } from "../../infra/cli/terminal.ts";

export interface TestTerminal extends Terminal {
  /** What was printed so far, stdout and stderr apart. */
  readonly out: string[];
  readonly err: string[];
  readonly questions: string[];
  readonly progress: string[];
  /** All of it in order: "! " for stderr, "? " for a question, "… " for what takes time. */
  readonly shown: string[];
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
  const shown: string[] = [];
  const left = [...answers];

  function next(question: string): Answer {
    questions.push(question);
    shown.push(`? ${question}`);
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
    shown,
    print: (line) => void (out.push(line) && shown.push(line)),
    info: (line) => void (err.push(line) && shown.push(`! ${line}`)),
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
    withSpinner(doing, work) {
      shown.push(`… ${doing}`);
      return work((how) => void progress.push(how));
    },
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
  const { out, err, questions, progress, shown } = terminal;
  return {
    code,
    out,
    err,
    questions,
    progress,
    /** All of it, its line breaks undone. */
    text: [...out, ...err].join(" ").replace(/\s+/g, " ").trim(),
    /** What a person sees, and the exit code, with a word for each part that varies. */
    screen: (...varying: readonly (readonly [RegExp | string, string])[]) =>
      varying.reduce(
        (text, [part, word]) => text.replaceAll(part, word),
        [...shown, `exit code ${code}`].join("\n"),
      ),
    /** The one document on stdout. */
    json: () => JSON.parse(out.join("\n")),
  };
}
