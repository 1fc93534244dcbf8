import { type Item, number, text } from "../event/event-item.ts";
import type { UpdateDeps } from "../outbox/conditional.ts";
import { PROTECT } from "../shared/names.ts";
import { createNumberItems } from "./number-items.ts";

/** A run that sets a new PIN because the holder of an alert's link asked for it. */
export interface LinkRun {
  /** As it was typed: nobody has checked it. */
  readonly name: string;
  /** The address that asked. */
  readonly from: string;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  /** What came of it, once that is known. */
  readonly result?: LinkRunResult;
}

export interface LinkRunResult {
  /** One of `OUTCOMES` in protect/result.ts. */
  readonly outcome: string;
  /** Contains no PIN. */
  readonly sentence: string;
}

type Asked = Pick<LinkRun, "name" | "from"> & { readonly token: string };

/** The last such run of each number, beside the number's claim. A number is given by its digits. */
export interface LinkRuns {
  /** Notes that somebody asks now. False where somebody did within the last ten minutes. */
  ask(digits: string, asked: Asked, now: number): Promise<boolean>;
  /** Forgets what was asked for, if it has not begun. */
  takeBack(digits: string, token: string): Promise<void>;
  read(digits: string): Promise<LinkRun | undefined>;
  /**
   * Notes that the run begins; `run` identifies the invocation. Undefined if it began before, if
   * another run was asked for since, or if it was asked for too long ago.
   */
  begin(digits: string, token: string, run: string, now: number): Promise<LinkRun | undefined>;
  end(digits: string, token: string, result: LinkRunResult): Promise<void>;
}

export function createLinkRuns(deps: UpdateDeps): LinkRuns {
  const { read, update } = createNumberItems(deps);

  return {
    async ask(digits, { token, name, from }, now) {
      const noted = await update(
        digits,
        "SET linkToken = :token, linkName = :name, linkFrom = :from, linkAskedAt = :now REMOVE linkRun, linkOutcome, linkSentence",
        // The token is ours where the answer to a first try was lost.
        "attribute_not_exists(linkAskedAt) OR linkAskedAt <= :before OR linkToken = :token",
        {
          ":token": text(token),
          ":name": text(name),
          ":from": text(from),
          ":now": number(now),
          ":before": number(now - PROTECT.linkSeconds * 1000),
        },
      );
      return noted !== undefined;
    },

    async takeBack(digits, token) {
      await update(
        digits,
        "REMOVE linkToken, linkName, linkFrom, linkAskedAt",
        "linkToken = :token AND attribute_not_exists(linkRun)",
        { ":token": text(token) },
      );
    },

    read: async (digits) => toLinkRun(await read(digits)),

    async begin(digits, token, run, now) {
      const begun = await update(
        digits,
        "SET linkRun = :run",
        "linkToken = :token AND linkAskedAt > :oldest AND (attribute_not_exists(linkRun) OR linkRun = :run)",
        {
          ":token": text(token),
          ":run": text(run),
          ":oldest": number(now - PROTECT.linkStartSeconds * 1000),
        },
      );
      return begun && toLinkRun(begun);
    },

    async end(digits, token, { outcome, sentence }) {
      await update(
        digits,
        "SET linkOutcome = :outcome, linkSentence = :sentence",
        "linkToken = :token",
        { ":token": text(token), ":outcome": text(outcome), ":sentence": text(sentence) },
      );
    },
  };
}

function toLinkRun(item: Item): LinkRun | undefined {
  const { linkName, linkFrom, linkAskedAt, linkOutcome, linkSentence } = item;
  if (!linkAskedAt) return undefined;
  const result = linkOutcome && { outcome: linkOutcome.S ?? "", sentence: linkSentence?.S ?? "" };
  return {
    name: linkName?.S ?? "",
    from: linkFrom?.S ?? "",
    askedAt: Number(linkAskedAt.N),
    ...(result && { result }),
  };
}
