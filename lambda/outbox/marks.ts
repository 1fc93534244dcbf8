import { type Item, number, text, toExpiry } from "../event/event-item.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { ATTRIBUTE, TABLE } from "../shared/item-names.ts";
import type { Claimed } from "./claims.ts";
import type { Update } from "./conditional.ts";
import type { Next } from "./due.ts";

/** A publication that SNS acknowledged. */
export interface Publication {
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
}

export interface Marks {
  /**
   * Stores what the event waits for now that something about it is published; of a first alert also
   * its publication. False if the claim or the answers are not those of `claimed` any more.
   */
  mark(claimed: Claimed, next: Next, publication?: Publication): Promise<boolean>;
  /** Ends the repeats of an open alert. */
  close(claimed: Claimed, how: "lapsed" | { readonly supersededBy: string }): Promise<void>;
}

const {
  alert: ALERT,
  answers: ANSWERS,
  outbox: QUEUE,
  dueAt: DUE_AT,
  claimToken: TOKEN,
  alertAttempts: ATTEMPTS,
} = ATTRIBUTE;

/** The end of an update expression, and its values. */
interface End {
  readonly expression: string;
  readonly values: Item;
}

export function createMarks(update: Update<StoredAlert>, retentionDays: number | undefined): Marks {
  return {
    async mark({ stored, token }, next, publication) {
      const first = publication ? toFirst(publication) : { expression: "", values: {} };
      const end = next.due === "nothing" ? toLeave(stored, retentionDays) : toStay(next);
      const marked = await update(
        stored.event,
        `SET ${ALERT} = :alert, ${ATTRIBUTE.alertRepeats} = :repeats, ${ATTRIBUTE.announcedAnswers} = :announced${first.expression}${end.expression}`,
        `${ALERT} = :before AND ${TOKEN} = :token AND ${toSameAnswers(stored)}`,
        {
          ":alert": text(next.alert),
          ":repeats": number(next.repeats),
          ":announced": number(next.announcedAnswers),
          ":before": text(stored.alert),
          ":token": text(token),
          ...(stored.answers.length > 0 && { ":answers": number(stored.answers.length) }),
          ...first.values,
          ...end.values,
        },
      );
      return marked !== undefined;
    },

    async close({ stored, token }, how) {
      const leave = toLeave(stored, retentionDays);
      const by = how === "lapsed" ? "" : `, ${ATTRIBUTE.supersededBy} = :by`;
      await update(
        stored.event,
        `SET ${ALERT} = :closed${by}${leave.expression}`,
        `${ALERT} = :open AND ${TOKEN} = :token`,
        {
          ":closed": text(how === "lapsed" ? "lapsed" : "superseded"),
          ":open": text("open"),
          ":token": text(token),
          ...(how !== "lapsed" && { ":by": text(how.supersededBy) }),
          ...leave.values,
        },
      );
    },
  };
}

function toSameAnswers({ answers }: StoredAlert): string {
  return answers.length === 0 ? `attribute_not_exists(${ANSWERS})` : `size(${ANSWERS}) = :answers`;
}

function toFirst({ messageId, publishedAt }: Publication): End {
  return {
    expression: `, ${ATTRIBUTE.alertPublishedAt} = :at, ${ATTRIBUTE.alertMessageId} = :messageId`,
    values: { ":at": text(new Date(publishedAt).toISOString()), ":messageId": text(messageId) },
  };
}

/** The end of a SET after which the event waits unclaimed, in its queue, until it is due. */
function toStay({ due, dueAt }: Next): End {
  return {
    expression: `, ${QUEUE} = :queue, ${DUE_AT} = :next, ${ATTEMPTS} = :zero REMOVE ${TOKEN}`,
    values: { ":queue": text(due), ":next": number(dueAt), ":zero": number(0) },
  };
}

/** The end of a SET that takes the event out of the outbox, with its TTL where it has one. */
function toLeave({ event }: StoredAlert, retentionDays: number | undefined): End {
  const expiry = toExpiry(event, retentionDays)[TABLE.ttl];
  return {
    expression: `${expiry ? `, ${TABLE.ttl} = :expiry` : ""} REMOVE ${QUEUE}, ${TOKEN}, ${DUE_AT}`,
    values: expiry ? { ":expiry": expiry } : {},
  };
}
