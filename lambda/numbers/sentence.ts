import type { Answer } from "../event/answer.ts";
import type { Protection } from "./known.ts";

/** The one sentence about a number that every view shows, with the claim that nothing confirms. */
export function toSentence({
  claim,
  ...protection
}: Protection & { readonly claim?: Answer }): string {
  const { says } = protection;
  const sentence = SENTENCES[protection.state](says === undefined ? "" : `, says ${says}`);
  return claim ? `${sentence} ${toClaimSentence(claim)}` : sentence;
}

const SENTENCES: Readonly<Record<Protection["state"], (says: string) => string>> = {
  UNPROTECTED: (says) => `Two-step verification is off${says}.`,
  disputed: () => "A PIN was set after an alert that nobody had ended: was it you?",
  "reset requested": (says) =>
    says
      ? `A reset was requested; two-step verification is still on${says}.`
      : "A reset was requested; nothing says that two-step verification was turned off.",
  unknown: () => "Whether two-step verification is on is not known.",
  moved: (says) => `The number is no longer yours${says}.`,
  protected: (says) => `Two-step verification is on${says}.`,
};

/** Such as `Ann says that the PIN is set (not confirmed).` */
function toClaimSentence({ name, answer }: Answer): string {
  const what = answer === "moved" ? "the number is no longer yours" : "the PIN is set";
  return `${name} says that ${what} (not confirmed).`;
}
