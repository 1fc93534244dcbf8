import type { NoticeItem } from "../alert/content/notice.ts";
import { OUTBOX } from "../shared/item-names.ts";
import { METRIC } from "../shared/metric-names.ts";
import type { Claimed } from "./claims.ts";
import { findDue, toNext } from "./due.ts";
import { toIncidentLink } from "./link.ts";
import { prepareRepeat } from "./repeat.ts";
import { type Run, release } from "./run.ts";

/** What is to be published about a claimed event. */
export type Item = NoticeItem & { readonly claimed: Claimed };

/**
 * Finds out what is to be published about a claimed event. Undefined if there is nothing: it was
 * closed instead, or DynamoDB failed and the claim went back. Nothing is thrown.
 */
export async function prepare(claimed: Claimed, run: Run): Promise<Item | undefined> {
  try {
    const item = await toItem(claimed, run);
    return item && { ...item, claimed };
  } catch (error) {
    run.invocation.metrics.addFailure(METRIC.relayFailed, error);
    await release(claimed, run);
    return undefined;
  }
}

async function toItem(claimed: Claimed, run: Run): Promise<NoticeItem | undefined> {
  const { stored } = claimed;
  const link = toIncidentLink(stored, run.config);
  const about = { event: stored.event, ...(link && { link }) };
  switch (findDue(stored)) {
    case OUTBOX.alert:
      return { due: "alert", ...about };
    case OUTBOX.answer:
      return {
        due: "answer",
        ...about,
        answers: stored.answers.slice(stored.announcedAnswers),
        isOver: stored.alert !== "open",
      };
    case OUTBOX.repeat: {
      const repeat = await prepareRepeat(claimed, run);
      return repeat && { due: "repeat", ...about, repeat: stored.repeats + 1, ...repeat };
    }
    case "nothing":
      // Another event of the number announces what was answered: this one only leaves the outbox.
      return void (await run.outbox.mark(claimed, toNext(stored, 0)));
  }
}
