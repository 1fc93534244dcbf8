import { toDocument } from "../page/document.ts";
import { html } from "../page/html.ts";

/** One page for every link that shows nothing, whatever the reason. */
export function toNotFoundPage(): string {
  return toDocument(
    "No such alert",
    html`<main><header>
<h1>This link does not work</h1>
<p>Copy the whole link from the message.</p>
<p>Those who run this system can answer without a link: <code>npm run acknowledge -- --help</code></p>
</header></main>`,
  );
}

/** The alert could not be read, or the answer not stored. */
export function toUnavailablePage(): string {
  return toDocument(
    "Try again",
    html`<main><header>
<h1>That did not work</h1>
<p>The alert can't be read or answered at the moment. Try again in a minute.</p>
<p>Until then, act on the message that you got: it says what to do.</p>
</header></main>`,
  );
}
