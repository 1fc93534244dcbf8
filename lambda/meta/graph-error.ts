import { ExplainedError } from "../shared/sentence.ts";

/**
 * Meta's own error, its message without the tokens that Meta likes to quote.
 * Source: https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export class GraphError extends ExplainedError {
  override readonly name: string = "GraphError";
  readonly code: number;
  readonly subcode: number | undefined;
  /** The HTTP status that it came with. */
  readonly status: number;

  constructor(message: string, code: number, subcode?: number, status = 400) {
    super(message);
    this.code = code;
    this.subcode = subcode;
    this.status = status;
  }

  /** Meta's words and code, to be put in brackets behind ours. */
  get detail(): string {
    const subcode = this.subcode === undefined ? "" : `, subcode ${this.subcode}`;
    return `Meta says: ${this.message.replace(/\.$/, "")}; code ${this.code}${subcode}`;
  }
}

/** What Meta refused, in a sentence of ours. */
export class MetaError extends ExplainedError {
  override readonly name: string = "MetaError";
  readonly code: number;

  constructor(message: string, code = 0) {
    super(message);
    this.code = code;
  }
}

/** Meta can't be asked for the moment: unreachable, a passing fault, or a rate limit. */
export class MetaUnavailableError extends ExplainedError {
  override readonly name: string = "MetaUnavailableError";
}

/** Meta's codes for "not now". Source: see GraphError. */
const RATE_LIMITS = [4, 17, 613, 80007, 80008];
const TRANSIENT = [1, 2];

/** Whether Meta only asks for patience. */
export function isPassing({ code }: GraphError): boolean {
  return toPatience(code) !== undefined;
}

/** Whether Meta refused and did nothing; after a fault of its own nobody knows. */
export function isRefusal({ code, status }: GraphError): boolean {
  return status >= 400 && status < 500 && code !== 0 && !TRANSIENT.includes(code);
}

/** What Meta refused, in our sentence, unless Meta only asks for patience; others as they are. */
export function explain(error: unknown, sentence: string | ((code: number) => string)): unknown {
  if (!(error instanceof GraphError)) return error;
  const { code } = error;
  const patience = toPatience(code);
  if (patience) return new MetaUnavailableError(`${patience} (${error.detail}).`);
  return new MetaError(`${toText(sentence, code)} (${error.detail}).`, code);
}

function toPatience(code: number): string | undefined {
  if (RATE_LIMITS.includes(code)) return "Meta's rate limit is reached: try again in an hour";
  return TRANSIENT.includes(code) ? "Meta has a passing fault: try again in a minute" : undefined;
}

function toText(sentence: string | ((code: number) => string), code: number): string {
  return typeof sentence === "string" ? sentence : sentence(code);
}
