import { ExplainedError, toSentence } from "../../lambda/shared/sentence.ts";

/** What a person did wrong and how to fix it: shown without a stack trace. */
export class UserError extends ExplainedError {
  override readonly name: string = "UserError";
}

/** One sentence for what was thrown; UserErrors pass. Never a stack trace. */
export function toUserError(error: unknown): UserError {
  return error instanceof UserError ? error : new UserError(toSentence(error));
}
