/**
 * A phone number in any usual spelling ("+1 555-078-3881") as Meta sends it: digits. What does not
 * look like a phone number is left as it is, since Meta may one day send something else.
 */
export function toPhoneNumber(text: string): string {
  return /^\+?[\d\s().\-/]+$/.test(text) ? text.replace(/\D/g, "") : text;
}
