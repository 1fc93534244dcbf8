/** Markup that is safe to write out. Only `html` makes it, so text is escaped wherever it goes. */
export interface Html {
  readonly markup: string;
}

export type HtmlPart = Html | string | number | undefined | false | readonly Html[];

/** A template whose values are text, escaped, or markup of another template; false is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return { markup: String.raw({ raw: strings }, ...parts.map(toMarkup)) };
}

function toMarkup(part: HtmlPart): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return "markup" in part ? part.markup : part.map(({ markup }) => markup).join("");
}

/** For text and for attributes in quotes; what a browser can't show at all becomes U+FFFD. */
function escapeHtml(text: string): string {
  return text.toWellFormed().replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
