/** What a person can answer to an alert. */
export const ANSWER_KINDS = ["planned", "handling", "pin-set", "moved"] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

export interface Answer {
  readonly name: string;
  readonly answer: AnswerKind;
  /** ISO 8601. */
  readonly at: string;
  /** The source address, or "terminal". */
  readonly from: string;
}
