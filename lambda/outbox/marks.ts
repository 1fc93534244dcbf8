import { type Item, number, text, toExpiry } from "../event/event-item.ts";
import type { Queue } from "../event/outbox-queue.ts";
import { INDEXES, OUTBOX, TABLE } from "../shared/names.ts";
import type { Claimed } from "./claims.ts";
import type { Update } from "./update.ts";

const { partitionKey: QUEUE, sortKey: DUE_AT } = INDEXES.outbox;

/** A publication that SNS acknowledged. */
export interface Publication {
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
}

export interface Marks {
  /** The first alert is out: until its next due time, or for good where there is none. */
  markPublished(claimed: Claimed, publication: Publication, nextDueAt?: number): Promise<boolean>;
  markRepeated(claimed: Claimed, repeats: number, nextDueAt: number): Promise<void>;
  /** That many of the answers are announced; the event leaves the outbox if these are all. */
  markAnnounced(
    claimed: Claimed,
    announced: number,
    now: number,
    /** Where the alert is open still: when it repeats. */
    repeatAt?: number,
  ): Promise<void>;
  /** Ends the repeats of an open alert. */
  close(claimed: Claimed, how: "lapsed" | { readonly supersededBy: string }): Promise<void>;
}

/** The end of an update expression, and its values. */
interface End {
  readonly expression: string;
  readonly values: Item;
}

export function createMarks(update: Update, retentionDays: number | undefined): Marks {
  return {
    async markPublished(claimed, { messageId, publishedAt }, nextDueAt) {
      const isOver = nextDueAt === undefined;
      const end = isOver ? toLeave(claimed, retentionDays) : toStay(OUTBOX.repeat, nextDueAt);
      const marked = await update(
        claimed.stored.event,
        `SET alert = :told, alertPublishedAt = :at, alertMessageId = :messageId${end.expression}`,
        "alert = :pending AND claimToken = :token",
        {
          ":told": text(isOver ? "published" : "open"),
          ":at": text(new Date(publishedAt).toISOString()),
          ":messageId": text(messageId),
          ":pending": text("pending"),
          ":token": text(claimed.token),
          ...end.values,
        },
      );
      return marked !== undefined;
    },

    async markRepeated({ stored, token }, repeats, nextDueAt) {
      const end = toStay(OUTBOX.repeat, nextDueAt);
      await update(
        stored.event,
        `SET alertRepeats = :repeats${end.expression}`,
        "alert = :open AND claimToken = :token",
        {
          ":repeats": number(repeats),
          ":open": text("open"),
          ":token": text(token),
          ...end.values,
        },
      );
    },

    async markAnnounced(claimed, announced, now, repeatAt) {
      const { stored, token } = claimed;
      const set = "SET announcedAnswers = :announced";
      const condition = "alert = :before AND claimToken = :token";
      const values = {
        ":announced": number(announced),
        ":before": text(stored.alert),
        ":token": text(token),
      };
      if (announced === stored.answers.length) {
        const leave =
          repeatAt === undefined
            ? toLeave(claimed, retentionDays)
            : toStay(OUTBOX.repeat, repeatAt);
        const all = `${condition} AND size(answers) = :announced`;
        const isLast = await update(stored.event, `${set}${leave.expression}`, all, {
          ...values,
          ...leave.values,
        });
        if (isLast) return;
      }
      const stay = toStay(OUTBOX.answer, now);
      await update(stored.event, `${set}${stay.expression}`, condition, {
        ...values,
        ...stay.values,
      });
    },

    async close(claimed, how) {
      const leave = toLeave(claimed, retentionDays);
      const by = how === "lapsed" ? "" : ", supersededBy = :by";
      await update(
        claimed.stored.event,
        `SET alert = :closed${by}${leave.expression}`,
        "alert = :open AND claimToken = :token",
        {
          ":closed": text(how === "lapsed" ? "lapsed" : "superseded"),
          ":open": text("open"),
          ":token": text(claimed.token),
          ...(how !== "lapsed" && { ":by": text(how.supersededBy) }),
          ...leave.values,
        },
      );
    },
  };
}

/** The end of a SET after which the event waits unclaimed, in this queue, until it is due. */
function toStay(queue: Queue, dueAt: number): End {
  return {
    expression: `, ${QUEUE} = :queue, ${DUE_AT} = :next, alertAttempts = :zero REMOVE claimToken`,
    values: { ":queue": text(queue), ":next": number(dueAt), ":zero": number(0) },
  };
}

/** The end of a SET that takes the event out of the outbox, with its TTL where it has one. */
function toLeave({ stored }: Claimed, retentionDays: number | undefined): End {
  const expiry = toExpiry(stored.event, retentionDays)[TABLE.ttl];
  return {
    expression: `${expiry ? `, ${TABLE.ttl} = :expiry` : ""} REMOVE ${QUEUE}, claimToken, ${DUE_AT}`,
    values: expiry ? { ":expiry": expiry } : {},
  };
}
