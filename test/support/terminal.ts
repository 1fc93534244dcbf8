import type { Terminal } from "../../infra/cli/terminal.ts";

export interface TestTerminal extends Terminal {
  /** What was printed so far, stdout and stderr apart. */
  readonly out: string[];
  readonly err: string[];
  readonly questions: string[];
  /** All of it in order: a line of stderr after "!", a question after "?", what is done after "…" and "%". */
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
  const said: (readonly [mark: string, text: string])[] = [];
  const left = [...answers];
  const note = (mark: string) => (text: string) => void said.push([mark, text]);
  const noted = (mark: string) => said.filter(([each]) => each === mark).map(([, text]) => text);

  function next(question: string): Answer {
    note("? ")(question);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`Nobody answers: ${question}`);
    return answer;
  }

  return {
    isInteractive: answers.length > 0,
    get out() {
      return noted("");
    },
    get err() {
      return noted("! ");
    },
    get questions() {
      return noted("? ");
    },
    print: note(""),
    info: note("! "),
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
      note("… ")(doing);
      return work(note("% "));
    },
    close: () => {},
    text: () => said.map((parts) => parts.join("")).join("\n"),
  };
}

/** For a snapshot: without the ports and folders of this run. */
export function toStable(text: string): string {
  return text.replace(/127\.0\.0\.1:\d+/g, "HOST").replace(/\/\S+\/(operator|local)-\w+/g, "DATA");
}

/** Runs a command with this person at its terminal: its exit code, and what it printed and asked. */
export async function runWith(
  command: (terminal: Terminal) => Promise<number>,
  ...answers: readonly Answer[]
) {
  const terminal = createTestTerminal(...answers);
  const code = await command(terminal);
  const { out, err, questions } = terminal;
  const all = `${terminal.text()}\nexit code ${code}`;
  return {
    code,
    out,
    err,
    questions,
    /** What a person sees, and the exit code, for a snapshot. */
    shown: toStable(all),
    /** All of it, its line breaks undone. */
    text: [...out, ...err].join(" ").replace(/\s+/g, " ").trim(),
    /** The same with a word for each part that varies. */
    screen: (...varying: readonly (readonly [RegExp | string, string])[]) =>
      varying.reduce((text, [part, word]) => text.replaceAll(part, word), all),
    /** The one document on stdout. */
    json: () => JSON.parse(out.join("\n")),
  };
}
