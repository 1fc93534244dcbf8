import { type Answer, isConfirmed } from "../event/answer.ts";
import { isSame } from "../event/event-item.ts";
import type { AlertState, StoredAlert } from "../event/stored-alert.ts";
import { canReopen } from "../numbers/find-answerable.ts";
import { findRepeating, type LinkScope, toLinkScope } from "../numbers/offer.ts";
import { compareAlerts } from "../numbers/order.ts";
import type { EventTable } from "../outbox/event-table.ts";

export type AlertReader = Pick<EventTable, "find" | "numberHistory">;

/** An alert that the answer is for as long as it is in one of these states; in any where absent. */
export interface Target {
  readonly known: StoredAlert;
  readonly states?: readonly AlertState[];
}

/**
 * The alerts that an answer is for: by link, see `LinkScope`; with AWS credentials every open or
 * lapsed one of the number. `reopen` is for this alert only.
 */
export async function findTargets(
  stored: StoredAlert,
  answer: Answer,
  table: AlertReader,
): Promise<readonly Target[]> {
  const { event } = stored;
  const own = { known: stored };
  if (answer.answer === "reopen") return canReopen(stored) ? [own] : [];
  if (!event.displayPhoneNumber || event.test) return [own];
  const history = await table.numberHistory(event.displayPhoneNumber);
  if (isConfirmed(answer)) {
    return [own, ...(await findOthers(stored, history, ["open", "lapsed"], table))].sort(
      worstFirst,
    );
  }
  const scope = await readLinkScope(stored, history, Date.parse(answer.at), table);
  if (scope === "nothing") return [];
  if (scope === "event") return [own];
  return [own, ...(await findOthers(stored, history, ["open"], table))].sort(worstFirst);
}

/** What a link may do, as the table has it. `now` in milliseconds since the epoch. */
export async function readLinkScope(
  stored: StoredAlert,
  history: readonly StoredAlert[],
  now: number,
  table: Pick<EventTable, "find">,
): Promise<LinkScope> {
  return toLinkScope(stored, await findNow(stored, history, table), now);
}

/** The number's other alerts in these states. The index may be late, so the table decides. */
async function findOthers(
  { event: own }: StoredAlert,
  history: readonly StoredAlert[],
  states: readonly AlertState[],
  table: AlertReader,
): Promise<readonly Target[]> {
  const maybe = history.filter(({ alert, event }) => {
    return !isSame(event, own) && !event.test && (alert === "pending" || states.includes(alert));
  });
  const now = await Promise.all(maybe.map(({ event }) => table.find(event)));
  return now
    .filter((known) => known !== undefined)
    .filter(({ alert }) => states.includes(alert))
    .map((known) => ({ known, states }));
}

/** The worst open one repeats, so its repeats must pause: it announces the answer. */
function worstFirst({ known: a }: Target, { known: b }: Target): number {
  const isOpen = Number(b.alert === "open") - Number(a.alert === "open");
  return isOpen || compareAlerts(b.event, a.event);
}

/** The alert that repeats in this one's place, as the table has it. */
async function findNow(
  stored: StoredAlert,
  history: readonly StoredAlert[],
  table: Pick<EventTable, "find">,
): Promise<StoredAlert | undefined> {
  const repeating = findRepeating(stored, history);
  return repeating === undefined || repeating === stored ? repeating : table.find(repeating.event);
}
