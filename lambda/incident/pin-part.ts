import { type Html, html } from "../page/html.ts";
import { PROTECT } from "../shared/names.ts";
import { toClock } from "../shared/time-text.ts";
import type { LinkRun } from "./link-runs.ts";
import { MAX_NAME_LENGTH } from "./submission.ts";

/** What the page offers, and says, of a new PIN by link. */
export interface PinByLink {
  /** Whether the link's holder may ask for one now. */
  readonly isOffered: boolean;
  /** When, where that is not yet; milliseconds since the epoch. */
  readonly againAt?: number;
  /** The last that somebody asked for since the alert came. */
  readonly run?: LinkRun | undefined;
  /** A name that was not usable. */
  readonly given?: { readonly name: string; readonly error: string };
}

/** Of the form that asks for a PIN, and of no other. */
export const PIN_FIELD = "protect";
export const PIN_ANCHOR = "pin";

/** A button beside the answers, and what came of it. The PIN itself is never shown. */
export function toPinPart({ isOffered, againAt, run, given }: PinByLink, now: number): Html {
  const { title, text } = run ? toRunText(run, now) : { title: OFFER, text: undefined };
  const again =
    againAt !== undefined &&
    html`
<p>By link it can be asked for again at ${toClock(againAt, now)} UTC. The command works at any time.</p>`;
  if (!run && !isOffered) return html``;
  return html`<section id="${PIN_ANCHOR}" class="card" aria-labelledby="pin-title">
<h2 id="pin-title">${title}</h2>
${text && html`<p><bdi>${text}</bdi></p>`}${again}
${isOffered && toPinForm(given)}
</section>`;
}

const OFFER = "Set a new PIN now";

/** With a name of its own: the answers' form is another one. */
function toPinForm(given: PinByLink["given"]): Html {
  const error = given && html` aria-invalid="true" aria-describedby="pin-error" autofocus`;
  return html`<p>This system sets a random PIN at Meta: the old one is not needed, and no longer works. It is not shown here; whoever runs this system can read it. Everybody who gets the alerts is informed.</p>
<form method="post"><div class="field">
<label for="pin-name">Your name</label>
<input type="text" id="pin-name" name="name" value="${given?.name ?? ""}" required maxlength="${MAX_NAME_LENGTH}"
 autocomplete="name"${error}>
${given && html`<p class="error" id="pin-error" role="alert">${given.error}</p>`}
</div>
<p><button type="submit" name="${PIN_FIELD}" value="now">${OFFER}</button></p></form>`;
}

interface RunText {
  readonly title: string;
  readonly text: string;
}

/** What came of it: by its outcome, see `OUTCOMES` in protect/result.ts. */
const TITLES: Readonly<Record<string, string>> = {
  protected: "A new PIN is set",
  unanswered: "A new PIN is set",
  unconfirmed: "Meta took a new PIN, but two-step verification may be off",
  doubtful: "It is not known whether the new PIN is set",
  refused: "No new PIN was set",
  busy: "No new PIN was set",
  "no token": "No new PIN was set",
};

function toRunText({ name, askedAt, result }: LinkRun, now: number): RunText {
  const asked = `${name} asked for it by link at ${toClock(askedAt, now)} UTC.`;
  if (result) {
    const title = TITLES[result.outcome] ?? "It is not known whether the new PIN is set";
    return { title, text: `${result.sentence} ${asked}` };
  }
  if (now < askedAt + 2 * PROTECT.linkStartSeconds * 1000) {
    return { title: "A new PIN is being set", text: `${asked} Reload this page in a moment.` };
  }
  return {
    title: "It is not known whether the new PIN is set",
    text: `${asked} No result came. Every PIN that Meta may have is stored. Ask again, or use the command, which says what is known.`,
  };
}
