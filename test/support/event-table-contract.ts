import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { toKey } from "../../lambda/event/event-item.ts";
import { type OutboxEntry, type Queue, queryQueue } from "../../lambda/event/outbox-queue.ts";
import type { SecurityEvent } from "../../lambda/event/security-event.ts";
import type { Claimed } from "../../lambda/outbox/claims.ts";
import type { Next } from "../../lambda/outbox/due.ts";
import { createEventTable, type EventTable } from "../../lambda/outbox/event-table.ts";
import type { Publication } from "../../lambda/outbox/marks.ts";
import { createOutbox, type Outbox } from "../../lambda/outbox/outbox.ts";
import { createPace, type PaceKind, type PaceTaker } from "../../lambda/outbox/pace.ts";
import { INDEXES, OUTBOX } from "../../lambda/shared/item-names.ts";
import { PACE } from "../../lambda/shared/names.ts";
import { newWabaId } from "./builders.ts";
import { SENT_AT, securityEvent } from "./notices.ts";
import { byCodeNames, storedAlert } from "./stored-alerts.ts";

export interface ContractWorld {
  readonly client: Pick<DynamoDBClient, "send">;
  /** A table of the deployed definition, empty at first. */
  readonly tableName: string;
}

/** When the events of these tests are received. */
const NOW = SENT_AT + 1000;

function newEvent(difference: Partial<SecurityEvent> = {}): SecurityEvent {
  return securityEvent({ wabaId: newWabaId(), ...difference });
}

function claimOf(token: string, expiresAt = NOW + 60_000) {
  return { token, expiresAt };
}

/** What an event is after its only message. */
const GONE = {
  alert: "published",
  repeats: 0,
  announcedAnswers: 0,
  due: "nothing",
  dueAt: 0,
} as const satisfies Next;

/** What every engine that stands in for DynamoDB must do, and DynamoDB itself. */
export function describeEventTable(world: () => ContractWorld): void {
  function eventTable(retentionDays?: number): EventTable {
    return createEventTable({ ...world(), retentionDays });
  }

  function outbox(retentionDays?: number): Outbox {
    return createOutbox({ ...world(), retentionDays });
  }

  function claimed(event: SecurityEvent, token: string): Claimed {
    return { stored: storedAlert({ event, alert: "pending" }), token };
  }

  /** Of a first alert, for a minute from then on. */
  function claim(event: SecurityEvent, token: string, at: number, queue: Queue = OUTBOX.alert) {
    return outbox().claim(event, queue, claimOf(token, at + 60_000), at);
  }

  function markPublished(event: SecurityEvent, token: string, publication: Publication) {
    return outbox().mark(claimed(event, token), GONE, publication);
  }

  async function itemOf(event: SecurityEvent) {
    const { client, tableName: TableName } = world();
    const command = new GetItemCommand({ TableName, Key: toKey(event), ConsistentRead: true });
    const { Item } = await client.send(command);
    return Item && byCodeNames(Item);
  }

  async function pendingOf(event: SecurityEvent): Promise<OutboxEntry | undefined> {
    const queues = Object.values(OUTBOX).map((queue) => {
      return Array.fromAsync(queryQueue(world(), queue));
    });
    const entries = (await Promise.all(queues)).flat(2);
    return entries.find(({ wabaId }) => wabaId === event.wabaId);
  }

  async function pending(token = "first", expiresAt = NOW + 60_000): Promise<SecurityEvent> {
    const event = newEvent();
    expect(await eventTable().recordPending(event, claimOf(token, expiresAt))).toBe("stored");
    return event;
  }

  describe("an event that does not alert", () => {
    test("is stored once, the first write unchanged", async () => {
      const event = newEvent({ event: "PIN_CHANGED" });
      expect(await eventTable().record(event)).toBe("stored");
      expect(await eventTable().record({ ...event, value: "second" })).toBe("duplicate");
      expect(await itemOf(event)).toEqual({
        wabaId: { S: event.wabaId },
        eventKey: { S: event.eventKey },
        event: { S: "PIN_CHANGED" },
        displayPhoneNumber: { S: "15550783881" },
        requester: { S: "61555822107539" },
        time: { N: "1795489920" },
        sentAt: { S: "2026-11-24T03:12:00.000Z" },
        receivedAt: { S: "2026-11-24T03:12:01.000Z" },
        value: { S: "{}" },
        appSecretIndex: { N: "0" },
        alert: { S: "none" },
      });
      expect(await pendingOf(event), "it waits for nothing").toBeUndefined();
    });

    test("written sixteen times at once is stored exactly once", async () => {
      const event = newEvent();
      const writes = Array.from({ length: 16 }, () => eventTable().record(event));
      const results = await Promise.all(writes);
      expect(results.filter((result) => result === "stored")).toHaveLength(1);
      expect(results.filter((result) => result === "duplicate")).toHaveLength(15);
    });

    test("expires when a retention is set", async () => {
      const event = newEvent();
      await eventTable(30).record(event);
      expect((await itemOf(event))?.expiresAt).toEqual({ N: String(NOW / 1000 + 30 * 86_400) });
    });
  });

  describe("a pending alert", () => {
    test("shows in the outbox, claimed, without a TTL", async () => {
      const event = newEvent();
      await eventTable(30).recordPending(event, claimOf("first"));
      expect(await pendingOf(event)).toMatchObject({
        eventKey: event.eventKey,
        dueAt: NOW + 60_000,
        attempts: 1,
        receivedAt: event.receivedAt,
      });
      expect(await itemOf(event)).not.toHaveProperty("expiresAt");
    });

    test("is claimed once its claim ran out, not before, and gives back the first write", async () => {
      const event = await pending();
      expect(await claim(event, "second", NOW)).toBeUndefined();
      expect(await claim(event, "second", NOW + 60_000)).toBeUndefined();
      const later = NOW + 60_001;
      const taken = await claim(event, "second", later);
      expect(taken).toMatchObject({ event, alert: "pending", attempts: 2 });
      expect(await pendingOf(event)).toMatchObject({ attempts: 2, dueAt: later + 60_000 });
    });

    test("can be claimed again by its own token, whose first answer was lost", async () => {
      const event = await pending("mine");
      expect(await claim(event, "mine", NOW)).toMatchObject({ event });
    });

    test("claimed eight times at once goes to one", async () => {
      const event = await pending();
      const later = NOW + 60_001;
      const claims = Array.from({ length: 8 }, (_, index) => claim(event, `token ${index}`, later));
      const taken = (await Promise.all(claims)).filter((result) => result !== undefined);
      expect(taken).toHaveLength(1);
    });

    test("released by its holder can be claimed at once", async () => {
      const event = await pending();
      await outbox().release(claimed(event, "first"), NOW + 5);
      expect(await pendingOf(event)).toMatchObject({ attempts: 0, dueAt: NOW + 5 });
      expect(await claim(event, "second", NOW + 6)).toMatchObject({ event });
    });

    test("is not released by somebody who lost the claim", async () => {
      const event = await pending();
      await claim(event, "second", NOW + 60_001);
      await outbox().release(claimed(event, "first"), NOW + 60_002);
      expect(await claim(event, "third", NOW + 60_003)).toBeUndefined();
    });
  });

  const publication = { messageId: "m-1", publishedAt: NOW + 1000 };

  describe("a published alert", () => {
    test("leaves the outbox and says when and as what it was published", async () => {
      const event = await pending();
      await markPublished(event, "first", publication);
      expect(await pendingOf(event)).toBeUndefined();
      const item = await itemOf(event);
      expect(item).toMatchObject({
        alert: { S: "published" },
        alertPublishedAt: { S: "2026-11-24T03:12:02.000Z" },
        alertMessageId: { S: "m-1" },
      });
      for (const name of ["outbox", "claimToken", "dueAt", "expiresAt"]) {
        expect(item).not.toHaveProperty(name);
      }
    });

    test("can never be claimed or marked again", async () => {
      const event = await pending();
      await markPublished(event, "first", publication);
      expect(await claim(event, "first", NOW + 1e9)).toBeUndefined();
      await markPublished(event, "first", { messageId: "m-2", publishedAt: NOW });
      expect((await itemOf(event))?.alertMessageId).toEqual({ S: "m-1" });
    });

    test("is not marked by somebody who lost the claim", async () => {
      const event = await pending();
      await claim(event, "second", NOW + 60_001);
      await markPublished(event, "first", publication);
      expect((await itemOf(event))?.alert).toEqual({ S: "pending" });
    });

    test("expires when a retention is set", async () => {
      const event = await pending();
      await outbox(1).mark(claimed(event, "first"), GONE, publication);
      expect((await itemOf(event))?.expiresAt).toEqual({ N: String(NOW / 1000 + 86_400) });
    });
  });

  test("an event that was never stored can be neither claimed, released nor marked", async () => {
    const event = newEvent();
    expect(await claim(event, "x", NOW)).toBeUndefined();
    await outbox().release(claimed(event, "x"), NOW);
    await markPublished(event, "x", publication);
    expect(await itemOf(event)).toBeUndefined();
  });

  describe("an open alert", () => {
    const openBy = (event: SecurityEvent, token: string) => {
      return { stored: storedAlert({ event }), token };
    };

    async function open(): Promise<SecurityEvent> {
      const event = await pending();
      const next = NOW + 300_000;
      const waiting = { ...GONE, alert: "open", due: OUTBOX.repeat, dueAt: next } as const;
      expect(await outbox().mark(claimed(event, "first"), waiting, publication)).toBe(true);
      return event;
    }

    test("stays in the outbox until its next repeat, unclaimed and without a TTL", async () => {
      const event = await open();
      expect(await pendingOf(event)).toMatchObject({ dueAt: NOW + 300_000, alert: "open" });
      expect(await claim(event, "second", NOW + 300_000, OUTBOX.repeat)).toBeUndefined();
      const item = await itemOf(event);
      expect(item).toMatchObject({ alert: { S: "open" }, alertAttempts: { N: "0" } });
      expect(item).not.toHaveProperty("claimToken");
      expect(item).not.toHaveProperty("expiresAt");
    });

    test("is claimed for a repeat when it is due, never as a first alert", async () => {
      const event = await open();
      const later = NOW + 300_001;
      expect(await claim(event, "second", later)).toBeUndefined();
      const taken = await claim(event, "second", later, OUTBOX.repeat);
      expect(taken).toMatchObject({ event, alert: "open" });
      const repeated = { ...GONE, alert: "open", due: OUTBOX.repeat } as const;
      const dueAt = NOW + 900_000;
      await outbox().mark(openBy(event, "first"), { ...repeated, repeats: 9, dueAt: 0 });
      await outbox().mark(openBy(event, "second"), { ...repeated, repeats: 1, dueAt });
      expect(await pendingOf(event)).toMatchObject({ dueAt, attempts: 0 });
      expect((await itemOf(event))?.alertRepeats).toEqual({ N: "1" });
    });

    test.each(["lapsed", { supersededBy: "key" }] as const)("is closed as %j", async (how) => {
      const event = await open();
      await outbox(1).close(claimed(event, "first"), how);
      expect((await itemOf(event))?.alert).toEqual({ S: "open" });
      await claim(event, "second", NOW + 300_001, OUTBOX.repeat);
      await outbox(1).close(claimed(event, "second"), how);
      expect(await pendingOf(event)).toBeUndefined();
      expect(await eventTable().find(event)).toMatchObject(
        how === "lapsed" ? { alert: "lapsed" } : { alert: "superseded", ...how },
      );
      expect(await itemOf(event)).toHaveProperty("expiresAt");
    });
  });

  describe("the pace", () => {
    const newStart = () => NOW + Math.floor(Math.random() * 1e9) * 1000;

    /** How many of twelve processes that ask at once get a place. */
    async function takeTwelve(kind: PaceKind, taker: PaceTaker, at: number): Promise<number> {
      const paces = Array.from({ length: 12 }, () => createPace(world()));
      const taken = await Promise.all(paces.map((pace) => pace.take(kind, taker, at)));
      return taken.filter(Boolean).length;
    }

    test.each([
      ["single", 20_000],
      ["digest", 5_000],
    ] as const)("has five places for a %s in any %d ms, whoever asks", async (kind, window) => {
      const start = newStart();
      expect(await takeTwelve(kind, "tick", start)).toBe(5);
      expect(await takeTwelve(kind, "tick", start + window - 1)).toBe(0);
      expect(await takeTwelve(kind, "tick", start + window)).toBe(5);
    });

    test("has digests' places that no request takes from the tick", async () => {
      const start = newStart();
      expect(await takeTwelve("digest", "request", start)).toBe(PACE.requestPlaces);
      expect(await takeTwelve("digest", "tick", start + 1)).toBe(PACE.places - PACE.requestPlaces);
    });

    test("does not count what a clock took that is an hour ahead, unlike one some seconds ahead", async () => {
      const start = newStart();
      expect(await takeTwelve("single", "tick", start + 3_600_000)).toBe(5);
      expect(await takeTwelve("single", "tick", start)).toBe(5);
      expect(await takeTwelve("single", "tick", start)).toBe(0);
      expect(await takeTwelve("digest", "tick", start + 9_000)).toBe(5);
      expect(await takeTwelve("digest", "tick", start)).toBe(0);
    });
  });

  describe("the key's limits", () => {
    test.each([
      [
        "as long as they may be",
        { wabaId: `${newWabaId()}${"x".repeat(1009)}`, event: "e".repeat(1024) },
      ],
      ["of odd letters", { wabaId: `${newWabaId()}\u0000\n😀"`, requester: "\u202e' OR 1=1 --" }],
    ])("take ids %s", async (_, difference) => {
      const event = newEvent(difference);
      expect(await eventTable().record(event)).toBe("stored");
      expect(await eventTable().record(event)).toBe("duplicate");
      expect((await itemOf(event))?.wabaId).toEqual({ S: event.wabaId });
    });

    test("an event of a number out of range is kept in plain form, and alerts", async () => {
      const event = newEvent({ time: 1e300, value: '{"event":"X","requester":7}' });
      expect(await eventTable().recordPending(event, claimOf("first"))).toBe("stored plain");
      expect(await eventTable().recordPending(event, claimOf("second"))).toBe("duplicate");
      const taken = await claim(event, "third", NOW + 60_001);
      const { displayPhoneNumber: _, sentAt: __, ...fields } = event;
      const readBack = { ...fields, event: "X", requester: "7", time: NOW / 1000 };
      expect(taken?.event).toEqual(readBack);
    });

    test("an event in plain form gets its usual form back, once", async () => {
      const event = newEvent({ time: 1e300 });
      expect(await eventTable().recordPending(event, claimOf("first"))).toBe("stored plain");
      expect(await eventTable().restore(event), "the table still refuses it").toBe(false);
      const usual = { ...event, time: NOW / 1000 };
      expect(await eventTable().restore(usual)).toBe(true);
      expect(await eventTable().restore(usual)).toBe(false);
      expect(await eventTable().find(event)).toMatchObject({ event: usual });
      expect(await itemOf(event)).not.toHaveProperty("plain");
    });

    test("an over-long id is refused in every form: an error, not an answer", async () => {
      const event = newEvent({ wabaId: "x".repeat(2049) });
      await expect(eventTable().record(event)).rejects.toThrow(/size|2048|Size/);
    });
  });

  describe("the indexes", () => {
    test.each([
      ["byDisplayPhoneNumber", "displayPhoneNumber"],
      ["byEvent", "event"],
      ["byRequester", "requester"],
    ] as const)("%s lists whole events by time", async (indexName, attribute) => {
      const value = `${attribute} ${newWabaId()}`;
      for (const time of [30, 10, 20]) {
        await eventTable().record(newEvent({ [attribute]: value, time }));
      }
      const { client, tableName } = world();
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: INDEXES[indexName].name,
          KeyConditionExpression: "#key = :value",
          ExpressionAttributeNames: { "#key": attribute },
          ExpressionAttributeValues: { ":value": { S: value } },
        }),
      );
      expect(Items.map((item) => item.time?.N)).toEqual(["10", "20", "30"]);
      expect(Items[0]).toHaveProperty("value");
    });

    test("leave out what lacks their key", async () => {
      const { requester: _, ...event } = newEvent({ event: `event ${newWabaId()}` });
      expect(await eventTable().record(event)).toBe("stored");
      const { client, tableName } = world();
      const { Items = [] } = await client.send(
        new ScanCommand({ TableName: tableName, IndexName: INDEXES.byRequester.name }),
      );
      expect(Items.filter((item) => item.wabaId?.S === event.wabaId)).toEqual([]);
    });

    test("list what is due of a queue over several pages, the first due in front", async () => {
      const events = Array.from({ length: 700 }, () => {
        return newEvent({ wabaId: `${newWabaId()}${"x".repeat(1990)}` });
      });
      const dueOf = (index: number) => NOW + ((index * 7919) % 1000);
      await Promise.all(
        events.map((event, index) =>
          eventTable().recordPending(event, claimOf("page", dueOf(index))),
        ),
      );
      const due = events.filter((_, index) => dueOf(index) < NOW + 900);
      const ours = new Set(events.map(({ wabaId }) => wabaId));
      const found: OutboxEntry[] = [];
      let pages = 0;
      for await (const page of outbox().queue(OUTBOX.alert, NOW + 900)) {
        pages += 1;
        found.push(...page.filter(({ wabaId }) => ours.has(wabaId)));
      }
      expect(pages).toBeGreaterThan(1);
      expect(found.map(({ wabaId }) => wabaId).sort()).toEqual(
        due.map(({ wabaId }) => wabaId).sort(),
      );
      const order = found.map(({ dueAt }) => dueAt);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });
  });
}
