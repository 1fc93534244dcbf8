import { UserError } from "../cli/errors.ts";

/**
 * Meta's own error, its message without the tokens that Meta likes to quote.
 * Source: https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export class GraphError extends UserError {
  readonly code: number;
  readonly subcode: number | undefined;

  constructor(message: string, code: number, subcode?: number) {
    super(message);
    this.code = code;
    this.subcode = subcode;
  }

  /** Meta's words and code, to be put in brackets behind ours. */
  get detail(): string {
    const subcode = this.subcode === undefined ? "" : `, subcode ${this.subcode}`;
    return `Meta says: ${this.message.replace(/\.$/, "")}; code ${this.code}${subcode}`;
  }
}

/** What Meta refused, in a sentence of ours. */
export class MetaError extends UserError {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** Meta's codes for "not now". Source: see GraphError. */
const RATE_LIMITS = [4, 17, 613, 80008];
const TRANSIENT = [1, 2];

/** What Meta refused, in our sentence, unless Meta only asks for patience; others as they are. */
export function explain(error: unknown, sentence: string | ((code: number) => string)): unknown {
  if (!(error instanceof GraphError)) return error;
  const { code } = error;
  const text = toPatience(code) ?? toText(sentence, code);
  return new MetaError(`${text} (${error.detail}).`, code);
}

function toPatience(code: number): string | undefined {
  if (RATE_LIMITS.includes(code)) return "Meta's rate limit is reached: try again in an hour";
  return TRANSIENT.includes(code) ? "Meta has a passing fault: try again in a minute" : undefined;
}

function toText(sentence: string | ((code: number) => string), code: number): string {
  return typeof sentence === "string" ? sentence : sentence(code);
}
