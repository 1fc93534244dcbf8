import * as v from "valibot";
import type { AnswerKind } from "../event/answer.ts";
import { onlyValue } from "../shared/http.ts";

export type Submission =
  | { readonly isValid: true; readonly name: string; readonly answer: AnswerKind }
  | InvalidSubmission;

/** What was typed and chosen, and what is wrong with it. */
export interface InvalidSubmission {
  readonly isValid: false;
  readonly name: string;
  readonly answer: string;
  readonly errors: { readonly name?: string; readonly answer?: string };
}

export const MAX_NAME_LENGTH = 60;

/** The fields of the form in a request's body, checked. */
export function parseSubmission(body: Buffer, offered: readonly AnswerKind[]): Submission {
  const fields = new URLSearchParams(body.toString("utf8"));
  const given = {
    name: cleanName(onlyValue(fields, "name") ?? ""),
    answer: onlyValue(fields, "answer") ?? "",
  };
  const Schema = v.object({ name: NameSchema(), answer: v.picklist(offered, toRule(offered)) });
  const result = v.safeParse(Schema, given);
  if (result.success) return { isValid: true, ...result.output };
  const { nested = {} } = v.flatten<typeof Schema>(result.issues);
  const errors = {
    ...(nested.name && { name: nested.name[0] }),
    ...(nested.answer && { answer: nested.answer[0] }),
  };
  return { isValid: false, ...given, errors };
}

function toRule(offered: readonly AnswerKind[]): string {
  return offered.length === 0 ? "No further answer can be given here." : "Choose an answer.";
}

/** A name that is shown and mailed, cleaned; or the sentence that says what is wrong with it. */
export function parseName(text: string): { readonly name: string } | { readonly error: string } {
  const result = v.safeParse(NameSchema(), cleanName(text));
  return result.success ? { name: result.output } : { error: result.issues[0].message };
}

function NameSchema() {
  return v.pipe(
    v.string(),
    v.check((name) => /[\p{L}\p{N}]/u.test(name), "Enter your name."),
    v.check(
      (name) => [...name].length <= MAX_NAME_LENGTH,
      `Use at most ${MAX_NAME_LENGTH} characters.`,
    ),
  );
}

/**
 * A name in one line of visible text: it is mailed and shown. Without characters that control,
 * change the direction of, or hide text, and without piles of accents.
 */
export function cleanName(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, "")
    .normalize("NFC")
    .replace(/(\p{M}{2})\p{M}+/gu, "$1")
    .replace(/\s+/gu, " ")
    .trim();
}
