import { type DynamoDBClient, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../lambda/event/security-event.ts";
import {
  createEventTable,
  type EventTable,
  type PendingAlert,
} from "../../lambda/outbox/event-table.ts";
import { INDEXES } from "../../lambda/shared/names.ts";
import { newWabaId } from "./builders.ts";

export interface ContractWorld {
  readonly client: DynamoDBClient;
  /** A table of the deployed definition, empty at first. */
  readonly tableName: string;
}

const NOW = Date.UTC(2026, 0, 1);

function securityEvent(difference: Partial<SecurityEvent> = {}): SecurityEvent {
  return {
    wabaId: newWabaId(),
    eventKey: "0000001748811473#0123456789abcdef",
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: "15550783881",
    requester: "61555822107539",
    time: 1748811473,
    sentAt: "2025-06-01T20:57:53.000Z",
    receivedAt: new Date(NOW).toISOString(),
    value: '{"event":"PIN_RESET_REQUEST"}',
    test: false,
    appSecretIndex: 0,
    ...difference,
  };
}

function claimOf(token: string, expiresAt = NOW + 60_000) {
  return { token, expiresAt };
}

/** What every engine that stands in for DynamoDB must do, and DynamoDB itself. */
export function describeEventTable(world: () => ContractWorld): void {
  function eventTable(retentionDays?: number): EventTable {
    return createEventTable({ ...world(), retentionDays });
  }

  async function itemOf({ wabaId }: SecurityEvent) {
    const { client, tableName } = world();
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: "wabaId = :id",
        ExpressionAttributeValues: { ":id": { S: wabaId } },
      }),
    );
    expect(Items.length).toBeLessThanOrEqual(1);
    return Items[0];
  }

  async function pendingOf(event: SecurityEvent): Promise<PendingAlert | undefined> {
    for await (const page of eventTable().pendingAlerts()) {
      const found = page.find(({ wabaId }) => wabaId === event.wabaId);
      if (found) return found;
    }
    return undefined;
  }

  async function pending(token = "first", expiresAt = NOW + 60_000): Promise<SecurityEvent> {
    const event = securityEvent();
    expect(await eventTable().recordPending(event, claimOf(token, expiresAt))).toBe("stored");
    return event;
  }

  describe("an event that does not alert", () => {
    test("is stored once, the first write unchanged", async () => {
      const event = securityEvent({ event: "PIN_CHANGED" });
      expect(await eventTable().record(event)).toBe("stored");
      expect(await eventTable().record({ ...event, value: "second" })).toBe("duplicate");
      expect(await itemOf(event)).toEqual({
        wabaId: { S: event.wabaId },
        eventKey: { S: event.eventKey },
        event: { S: "PIN_CHANGED" },
        displayPhoneNumber: { S: "15550783881" },
        requester: { S: "61555822107539" },
        time: { N: "1748811473" },
        sentAt: { S: "2025-06-01T20:57:53.000Z" },
        receivedAt: { S: "2026-01-01T00:00:00.000Z" },
        value: { S: '{"event":"PIN_RESET_REQUEST"}' },
        appSecretIndex: { N: "0" },
        alert: { S: "none" },
      });
    });

    test("never shows in the outbox", async () => {
      const event = securityEvent({ event: "PIN_CHANGED" });
      await eventTable().record(event);
      expect(await pendingOf(event)).toBeUndefined();
    });

    test("written sixteen times at once is stored exactly once", async () => {
      const event = securityEvent();
      const writes = Array.from({ length: 16 }, () => eventTable().record(event));
      const results = await Promise.all(writes);
      expect(results.filter((result) => result === "stored")).toHaveLength(1);
      expect(results.filter((result) => result === "duplicate")).toHaveLength(15);
    });

    test("expires when a retention is set", async () => {
      const event = securityEvent();
      await eventTable(30).record(event);
      expect((await itemOf(event))?.expiresAt).toEqual({ N: String(NOW / 1000 + 30 * 86_400) });
    });
  });

  describe("a pending alert", () => {
    test("shows in the outbox, claimed, without a TTL", async () => {
      const event = securityEvent();
      await eventTable(30).recordPending(event, claimOf("first"));
      expect(await pendingOf(event)).toMatchObject({
        eventKey: event.eventKey,
        claimExpiresAt: NOW + 60_000,
        attempts: 1,
        receivedAt: event.receivedAt,
      });
      expect(await itemOf(event)).not.toHaveProperty("expiresAt");
    });

    test("cannot be claimed while its claim stands", async () => {
      const event = await pending();
      expect(await eventTable().claim(event, claimOf("second"), NOW)).toBeUndefined();
      expect(await eventTable().claim(event, claimOf("second"), NOW + 60_000)).toBeUndefined();
    });

    test("can be claimed once its claim ran out, and gives back the first write", async () => {
      const event = await pending();
      const later = NOW + 60_001;
      expect(await eventTable().claim(event, claimOf("second", later + 60_000), later)).toEqual(
        event,
      );
      expect(await pendingOf(event)).toMatchObject({ attempts: 2, claimExpiresAt: later + 60_000 });
    });

    test("can be claimed again by its own token, whose first answer was lost", async () => {
      const event = await pending("mine");
      expect(await eventTable().claim(event, claimOf("mine"), NOW)).toEqual(event);
    });

    test("claimed eight times at once goes to one", async () => {
      const event = await pending();
      const later = NOW + 60_001;
      const claims = Array.from({ length: 8 }, (_, index) =>
        eventTable().claim(event, claimOf(`token ${index}`, later + 60_000), later),
      );
      const taken = (await Promise.all(claims)).filter((result) => result !== undefined);
      expect(taken).toHaveLength(1);
    });

    test("released by its holder can be claimed at once", async () => {
      const event = await pending();
      await eventTable().release(event, "first", NOW + 5);
      expect(await pendingOf(event)).toMatchObject({ attempts: 0, claimExpiresAt: NOW + 5 });
      expect(await eventTable().claim(event, claimOf("second"), NOW + 6)).toEqual(event);
    });

    test("is not released by somebody who lost the claim", async () => {
      const event = await pending();
      await eventTable().claim(event, claimOf("second", NOW + 200_000), NOW + 60_001);
      await eventTable().release(event, "first", NOW + 60_002);
      expect(await eventTable().claim(event, claimOf("third"), NOW + 60_003)).toBeUndefined();
    });
  });

  describe("a published alert", () => {
    const publication = { messageId: "m-1", publishedAt: NOW + 1000 };

    test("leaves the outbox and says when and as what it was published", async () => {
      const event = await pending();
      await eventTable().markPublished(event, "first", publication);
      expect(await pendingOf(event)).toBeUndefined();
      const item = await itemOf(event);
      expect(item).toMatchObject({
        alert: { S: "published" },
        alertPublishedAt: { S: "2026-01-01T00:00:01.000Z" },
        alertMessageId: { S: "m-1" },
      });
      for (const name of ["outbox", "claimToken", "claimExpiresAt", "expiresAt"]) {
        expect(item).not.toHaveProperty(name);
      }
    });

    test("can never be claimed or marked again", async () => {
      const event = await pending();
      await eventTable().markPublished(event, "first", publication);
      expect(await eventTable().claim(event, claimOf("first"), NOW + 1e9)).toBeUndefined();
      const again = { messageId: "m-2", publishedAt: NOW };
      await eventTable().markPublished(event, "first", again);
      expect((await itemOf(event))?.alertMessageId).toEqual({ S: "m-1" });
    });

    test("is not marked by somebody who lost the claim", async () => {
      const event = await pending();
      await eventTable().claim(event, claimOf("second", NOW + 200_000), NOW + 60_001);
      await eventTable().markPublished(event, "first", publication);
      expect((await itemOf(event))?.alert).toEqual({ S: "pending" });
    });

    test("expires when a retention is set", async () => {
      const event = await pending();
      await eventTable(1).markPublished(event, "first", publication);
      expect((await itemOf(event))?.expiresAt).toEqual({ N: String(NOW / 1000 + 86_400) });
    });
  });

  test("an event that was never stored can be neither claimed, released nor marked", async () => {
    const event = securityEvent();
    expect(await eventTable().claim(event, claimOf("x"), NOW)).toBeUndefined();
    await eventTable().release(event, "x", NOW);
    const publication = { messageId: "m", publishedAt: NOW };
    await eventTable().markPublished(event, "x", publication);
    expect(await itemOf(event)).toBeUndefined();
  });

  describe("the key's limits", () => {
    test.each([
      [
        "as long as they may be",
        { wabaId: `${newWabaId()}${"x".repeat(1009)}`, event: "e".repeat(1024) },
      ],
      ["of odd letters", { wabaId: `${newWabaId()}\u0000\n😀"`, requester: "\u202e' OR 1=1 --" }],
    ])("take ids %s", async (_, difference) => {
      const event = securityEvent(difference);
      expect(await eventTable().record(event)).toBe("stored");
      expect(await eventTable().record(event)).toBe("duplicate");
      expect((await itemOf(event))?.wabaId).toEqual({ S: event.wabaId });
    });

    test.each([
      ["a number out of range", { time: 1e300 }],
      ["an over-long id", { wabaId: "x".repeat(2049) }],
    ])("refuse %s for good, without throwing", async (_, difference) => {
      expect(await eventTable().record(securityEvent(difference))).toBe("refused");
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
        await eventTable().record(securityEvent({ [attribute]: value, time }));
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
      const { requester: _, ...event } = securityEvent({ event: `event ${newWabaId()}` });
      expect(await eventTable().record(event)).toBe("stored");
      const { client, tableName } = world();
      const { Items = [] } = await client.send(
        new ScanCommand({ TableName: tableName, IndexName: INDEXES.byRequester.name }),
      );
      expect(Items.filter((item) => item.wabaId?.S === event.wabaId)).toEqual([]);
    });

    test("list the outbox over several pages, the claim that ran out first in front", async () => {
      const events = Array.from({ length: 230 }, () => securityEvent());
      await Promise.all(
        events.map((event, index) =>
          eventTable().recordPending(event, claimOf("page", NOW + ((index * 7919) % 1000))),
        ),
      );
      const ours = new Set(events.map(({ wabaId }) => wabaId));
      const found: PendingAlert[] = [];
      let pages = 0;
      for await (const page of eventTable().pendingAlerts()) {
        pages += 1;
        found.push(...page.filter(({ wabaId }) => ours.has(wabaId)));
      }
      expect(pages).toBeGreaterThan(2);
      expect(new Set(found.map(({ wabaId }) => wabaId))).toEqual(ours);
      const order = found.map(({ claimExpiresAt }) => claimExpiresAt);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });
  });
}
