/**
 * What is wrong with the form of an app secret, as the end of a sentence that begins "The app
 * secret"; undefined when it is 32 hex digits and nothing else. Never quotes it.
 */
export function findAppSecretFault(text: string): string | undefined {
  if (text === "") return "is empty";
  if (/^[0-9a-f]{32}$/.test(text)) return undefined;
  if (/^\s*[0-9a-f]{32}[ \t]*[\r\n]\s*$/i.test(text)) {
    return "ends in a line break: set it without one (`printf %s` instead of `echo`)";
  }
  if (/^\s+\S+$|^\S+\s+$/.test(text)) return "has a space before or after it";
  if (/\s/.test(text)) return "has a space or line break in it";
  if (/^[0-9A-F]{32}$/i.test(text)) return "has upper-case letters: Meta shows it in lower case";
  if (/^[0-9a-f]+$/.test(text)) return `has ${text.length} characters: Meta's have 32`;
  return "is not of Meta's form, 32 hex digits (0-9, a-f): it may be a token or another setting";
}
