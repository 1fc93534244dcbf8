import type { AnswerKind } from "../event/answer.ts";
import { toAnswerWords } from "../event/words.ts";
import { type Html, html } from "../page/html.ts";
import type { PageContent } from "./page-content.ts";
import { toOther } from "./status.ts";
import { toManagerLink } from "./steps.ts";

/** Where the browser is sent after an answer: the address ends in the name of a note. */
const NOTES = { counted: "saved", noted: "noted" } as const;

/** A note is shown when the address ends in its name: this needs no script. */
export function toStoredNotes(content: PageContent): Html | undefined {
  const { story, incident, offered, waitsForLink } = content;
  const last = story.answers.at(-1);
  if (!last) return undefined;
  const { next } = toAnswerWords(last.answer);
  const first = toNext(last.answer, offered.length > 0 && waitsForLink);
  const isOnce = incident.alert === "published";
  const ended = isOnce ? "This alert is sent once" : "This alert is no longer open";
  const nothing = `${ended}, so that your answer ended nothing.${toOther(content)}`;
  return html`${toNote(NOTES.counted, "Stored.", html`${first} ${next}`)}
${toNote(NOTES.noted, "Stored.", html`${nothing}`)}`;
}

function toNote(id: string, title: string, text: Html): Html {
  return html`<section id="${id}" class="state note saved" aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${title}</h2>
<p>${text}</p>
</section>`;
}

/** `isAnsweredHere`: another answer by this link would count. */
function toNext(answer: AnswerKind, isAnsweredHere: boolean): Html {
  const manager = toManagerLink();
  switch (answer) {
    case "planned":
      return html`Next: set a PIN in ${manager} when the move is over.`;
    case "handling":
      return html`Next: set a new PIN in ${manager}${isAnsweredHere && ", then answer here again"}.`;
    case "pin-set":
      return html`Next: look in ${manager} whether the number is still in your account, and secure the mailbox and the login that asked.`;
    case "moved":
      return html`Next: look in ${manager} whether it is really gone, and stop using it.`;
    case "reopen":
      return html`Next: set a new PIN in ${manager}.`;
  }
}
