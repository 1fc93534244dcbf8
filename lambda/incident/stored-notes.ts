import type { Answer, AnswerKind } from "../event/answer.ts";
import { MANAGER_URL } from "../event/event-texts.ts";
import { type Html, html } from "../page/html.ts";

/** Where the browser is sent after an answer: the address's end shows the note of that name. */
const NOTES = { counted: "saved", noted: "noted" } as const;

/** Shown where the address ends in the note's name: that needs no script. */
export function toStoredNotes(last: Answer | undefined): Html | undefined {
  if (!last) return undefined;
  return html`${toNote(NOTES.counted, "Stored.", html`${toNext(last.answer)} Everybody who gets the alerts gets your answer.`)}
${toNote(NOTES.noted, "Stored, but this alert is no longer open.", html`Your answer ended nothing: an alert that came later has a link of its own.`)}`;
}

function toNote(id: string, title: string, text: Html): Html {
  return html`<section id="${id}" class="state calm saved" aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${title}</h2>
<p>${text}</p>
</section>`;
}

const MANAGER = html`<a href="${MANAGER_URL}" rel="noreferrer">WhatsApp Manager</a>`;

function toNext(answer: AnswerKind): Html {
  switch (answer) {
    case "planned":
      return html`Next: when the move is over, set a PIN again in ${MANAGER}. Many forget it.`;
    case "handling":
      return html`Next: set a new PIN in ${MANAGER}, then answer here again.`;
    case "pin-set":
      return html`Next: check in ${MANAGER} that the number is still in your account, and secure the mailbox and the login that asked.`;
    case "moved":
      return html`Next: take the number out of what you still use it for. If it is yours after all, answer again.`;
    case "reopen":
      return html`Next: act on the alert, which is open again.`;
  }
}
