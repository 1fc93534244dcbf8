/** What a person can choose as an answer to an alert. */
export const OFFERED_ANSWERS = ["planned", "handling", "pin-set", "moved"] as const;

/** All that is stored as an answer: `reopen` takes back the answers before it. */
export const ANSWER_KINDS = [...OFFERED_ANSWERS, "reopen"] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

/** How an answer came: by an alert's link, or with AWS credentials. */
export const ANSWER_ORIGINS = ["link", "terminal", "dashboard", "protect"] as const;
export type AnswerOrigin = (typeof ANSWER_ORIGINS)[number];

export interface Answer {
  readonly name: string;
  readonly answer: AnswerKind;
  /** ISO 8601. */
  readonly at: string;
  /** The source address, or the place, such as "terminal". */
  readonly from: string;
  readonly origin: AnswerOrigin;
}

/** Where `protect` answers from for an operator; by link it is the address that asked. */
export const PROTECT_PLACE = "protect";

/** Whether `protect` set a PIN because the holder of a link asked: the name is unchecked, the PIN is set. */
export function isAskedByLink({ origin, from }: Pick<Answer, "origin" | "from">): boolean {
  return origin === "protect" && from !== PROTECT_PLACE;
}

/** Whether the answer ends the alert. After `handling` the alert repeats, only later. */
export function endsAlert(kind: AnswerKind): boolean {
  return kind === "planned" || kind === "pin-set" || kind === "moved";
}

/** Whether the answer says how the number is now: of a link's holder that is a claim. */
export function settlesNumber(kind: AnswerKind): boolean {
  return kind === "pin-set" || kind === "moved";
}

/**
 * Whether the answer is more than a claim. A link may be in the wrong hands; the other origins need
 * AWS credentials.
 */
export function isConfirmed({ origin }: Pick<Answer, "origin">): boolean {
  return origin !== "link";
}

/** Whether the answer would end the alert, and may come from the wrong hands. */
export function isClaim(answer: Answer): boolean {
  return endsAlert(answer.answer) && !isConfirmed(answer);
}
