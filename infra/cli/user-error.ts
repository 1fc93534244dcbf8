/** What went wrong and how to mend it, in words for a person: shown without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}
