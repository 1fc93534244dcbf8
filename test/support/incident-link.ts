/** The link of a message's text, by which a person answers. */
export function linkIn(text: string | undefined): string {
  const link = /https?:\/\/\S+\/incident\?\S+/.exec(text ?? "")?.[0];
  if (!link) throw new Error(`The message has no link: ${text}`);
  return link;
}

/** The same link at the address at which the test serves the function. */
export function toLocalLink(link: string, url: string): string {
  const { pathname, search } = new URL(link);
  return new URL(pathname + search, url).href;
}
