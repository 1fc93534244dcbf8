import type { AnswerKind } from "../event/answer.ts";
import { toAnswerWords } from "../event/words.ts";
import { type Html, html } from "../page/html.ts";
import { MAX_NAME_LENGTH, type Submission } from "./submission.ts";

interface FormOptions {
  /** What was typed and chosen, and is to be corrected. */
  readonly given?: Submission | undefined;
  /** Behind a line that opens, once there is an answer. */
  readonly isFolded?: boolean;
}

/**
 * Name and answer; nothing is filled in beforehand, because programs that check mails post forms
 * too. It goes to the address that it came from, which carries the code.
 */
export function toForm(offered: readonly AnswerKind[], options: FormOptions = {}): Html {
  const { given, isFolded } = options;
  const errors = given && !given.isValid ? given.errors : {};
  const form = html`<form method="post">
${toErrorSummary(errors)}
${toNameField(given?.name ?? "", errors.name)}
${toAnswerField(offered, given?.answer, errors.answer)}
<button type="submit">Send answer</button>
</form>`;
  if (isFolded) {
    return html`<details class="card"${given && " open"}>
<summary id="answer">Add another answer</summary>
${form}
</details>`;
  }
  return html`<section class="card" aria-labelledby="answer">
<h2 id="answer">Your answer</h2>
${form}
</section>`;
}

function toErrorSummary({ name, answer }: { name?: string; answer?: string }): Html | undefined {
  if (name === undefined && answer === undefined) return undefined;
  return html`<p class="error" role="alert">Your answer was not sent. ${[name, answer].join(" ")}</p>`;
}

function toNameField(value: string, error: string | undefined): Html {
  return html`<div class="field">
<label for="name">Your name</label>
<input type="text" id="name" name="name" value="${value}" required maxlength="${MAX_NAME_LENGTH}"
 autocomplete="name" ${toErrorAttributes("name-error", error)}${error !== undefined && " autofocus"}>
${toError("name-error", error)}
</div>`;
}

function toAnswerField(
  offered: readonly AnswerKind[],
  chosen: string | undefined,
  error: string | undefined,
): Html {
  return html`<fieldset role="radiogroup" ${toErrorAttributes("answer-error", error)}>
<legend>What do you know?</legend>
${offered.map((answer) => toOption(answer, answer === chosen))}
${toError("answer-error", error)}
</fieldset>`;
}

function toOption(answer: AnswerKind, isChosen: boolean): Html {
  const { choice, hint } = toAnswerWords(answer);
  return html`<label class="option"><input type="radio" name="answer" value="${answer}" required${isChosen && " checked"}>
<span>${choice} <small>${hint}</small></span></label>
`;
}

function toErrorAttributes(id: string, error: string | undefined): Html | undefined {
  return error === undefined ? undefined : html`aria-invalid="true" aria-describedby="${id}"`;
}

function toError(id: string, error: string | undefined): Html | undefined {
  return error === undefined ? undefined : html`<p class="error" id="${id}">${error}</p>`;
}
