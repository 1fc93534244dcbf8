import type { MessageContext } from "../alert/content/notice.ts";
import {
  type AnswersItem,
  type AnswersNotice,
  type DigestItem,
  type DigestNotice,
  splitAnswers,
  splitDigest,
} from "../alert/legacy.ts";
import type { Config } from "../shared/config.ts";
import type { Claimed } from "./claims.ts";
import { findDue } from "./due.ts";
import { toIncidentLink } from "./link.ts";

/** One message about several events. */
export interface Digest {
  readonly notice: DigestNotice | AnswersNotice;
  readonly told: readonly Claimed[];
}

interface ToDigestDeps {
  readonly config: Config;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Alerts and answers apart: a pager takes the one for an alarm, and the other for its end. */
export function toDigests(claimed: readonly Claimed[], deps: ToDigestDeps): Digest[] {
  const context: MessageContext = { ...deps.config, now: deps.now() };
  const ofItem = new Map<DigestItem | AnswersItem, Claimed>();
  const alerts: DigestItem[] = [];
  const answers: AnswersItem[] = [];
  for (const one of claimed) {
    const isAnswered = findDue(one.stored) === "answer";
    const item = isAnswered ? toAnswersItem(one, deps) : toDigestItem(one, deps);
    ofItem.set(item, one);
    if ("answers" in item) answers.push(item);
    else alerts.push(item);
  }
  const notices = [...splitDigest(alerts, context), ...splitAnswers(answers, context)];
  return notices.map((notice) => {
    return { notice, told: notice.items.map((item) => ofItem.get(item) as Claimed) };
  });
}

function toDigestItem({ stored }: Claimed, { config }: ToDigestDeps): DigestItem {
  const link = toIncidentLink(stored, config);
  const repeat = stored.alert === "open" ? stored.repeats + 1 : 0;
  return { event: stored.event, ...(link && { link }), repeat };
}

function toAnswersItem({ stored }: Claimed, { config }: ToDigestDeps): AnswersItem {
  const link = toIncidentLink(stored, config);
  const answers = stored.answers.slice(stored.announcedAnswers);
  return { event: stored.event, ...(link && { link }), answers };
}
