import type { Answer, AnswerKind } from "../event/answer.ts";
import { toAnswerWords } from "../event/words.ts";
import { type Html, html } from "../page/html.ts";
import { toManagerLink } from "./steps.ts";

/** Where the browser is sent after an answer: the address ends in the name of a note. */
const NOTES = { counted: "saved", noted: "noted" } as const;

/**
 * A note shows where the address ends in its name: that needs no script. `isOnce`: the alert is never
 * repeated; `other`: what is said of another alert of the number that is open.
 */
export function toStoredNotes(
  last: Answer | undefined,
  isOnce: boolean,
  other: string,
): Html | undefined {
  if (!last) return undefined;
  const { next } = toAnswerWords(last.answer);
  const ended = isOnce ? "This alert is sent once" : "This alert is no longer open";
  return html`${toNote(NOTES.counted, "Stored.", html`${toNext(last.answer)} ${next}`)}
${toNote(NOTES.noted, "Stored.", html`${ended}, so that your answer ended nothing.${other}`)}`;
}

function toNote(id: string, title: string, text: Html): Html {
  return html`<section id="${id}" class="state note saved" aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${title}</h2>
<p>${text}</p>
</section>`;
}

function toNext(answer: AnswerKind): Html {
  const manager = toManagerLink();
  switch (answer) {
    case "planned":
      return html`Next: set a PIN in ${manager} when the move is over.`;
    case "handling":
      return html`Next: set a new PIN in ${manager}, then answer here again.`;
    case "pin-set":
      return html`Next: look in ${manager} whether the number is still in your account, and secure the mailbox and the login that asked.`;
    case "moved":
      return html`Next: look in ${manager} whether it is really gone, and stop using it.`;
    case "reopen":
      return html`Next: set a new PIN in ${manager}.`;
  }
}
