import { toAction } from "../../../lambda/shared/sentence.ts";
import { isAccessDenied, toUserError } from "../../cli/errors.ts";

/** What one look found. */
export interface Finding {
  readonly state: "green" | "red" | "unknown";
  /** One sentence for a person. */
  readonly sentence: string;
  /** The command or the deed that mends it. */
  readonly mend?: string;
}

export interface Check extends Finding {
  /** Stands for scripts; names may be reworded. */
  readonly id: string;
  readonly name: string;
}

export function green(sentence: string): Finding {
  return { state: "green", sentence };
}

export function red(sentence: string, mend: string): Finding {
  return { state: "red", sentence, mend };
}

export function unknown(sentence: string, mend?: string): Finding {
  return { state: "unknown", sentence, ...(mend && { mend }) };
}

/** One check; what can't be looked at is unknown, what is not there is red. */
export async function check(
  id: string,
  name: string,
  look: () => Finding | Promise<Finding>,
): Promise<Check> {
  try {
    return { id, name, ...(await look()) };
  } catch (error) {
    return { id, name, ...toFinding(error) };
  }
}

const GONE = /^(ResourceNotFoundException|NotFound|NotFoundException)$/;

function toFinding(error: unknown): Finding {
  if (isAccessDenied(error)) {
    const action = toAction(error);
    return unknown(`These AWS credentials may not look.`, `allow them ${action}`);
  }
  const { message } = toUserError(error);
  const isGone = error instanceof Error && GONE.test(error.name);
  return isGone ? red(message, "npm run deploy") : unknown(message);
}
