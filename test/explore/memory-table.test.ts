import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../lambda/event/security-event.ts";
import { createEventTable, type EventTable } from "../../lambda/outbox/event-table.ts";
import { type Claimed, createOutbox, type Outbox } from "../../lambda/outbox/outbox.ts";
import { newWabaId } from "../support/builders.ts";
import { startDynamoDB } from "../support/engines.ts";
import { createMemoryClient } from "./memory-table.ts";

let engine: { client: DynamoDBClient; tableName: string; stop(): Promise<void> };

beforeAll(async () => {
  engine = await startDynamoDB();
});
afterAll(() => engine.stop());

const token = fc.constantFrom("first", "second", "third");
const instant = fc.nat(6);
const claim = fc.record({ token, expiresAt: instant });

/** Everything the event table can be asked to do, on few keys and times so that they meet. */
const request = fc.oneof(
  fc.record({ do: fc.constant("record" as const), event: fc.nat(1) }),
  fc.record({ do: fc.constant("recordPending" as const), event: fc.nat(1), claim }),
  fc.record({ do: fc.constant("claim" as const), event: fc.nat(1), claim, now: instant }),
  fc.record({ do: fc.constant("release" as const), event: fc.nat(1), token, now: instant }),
  fc.record({ do: fc.constant("mark" as const), event: fc.nat(1), token }),
  fc.record({ do: fc.constant("list" as const), event: fc.nat(1) }),
);
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

function toEvent(wabaId: string, number: number) {
  return {
    wabaId,
    eventKey: `000${number}#digest`,
    event: "PIN_RESET_REQUEST",
    time: 1,
    receivedAt: new Date(number).toISOString(),
    value: "{}",
    test: number === 1,
    appSecretIndex: 0,
  };
}

function claimed(event: SecurityEvent, token: string): Claimed {
  const counts = { attempts: 1, repeats: 0, answers: [], announcedAnswers: 0 };
  return { stored: { event, alert: "pending", ...counts }, token };
}

interface Tables {
  readonly table: EventTable;
  readonly outbox: Outbox;
}

async function ask({ table, outbox }: Tables, wabaId: string, given: Request): Promise<unknown> {
  const event = toEvent(wabaId, given.event);
  switch (given.do) {
    case "record":
      return table.record(event);
    case "recordPending":
      return table.recordPending(event, given.claim);
    case "claim":
      return outbox.claim(event, given.claim, given.now);
    case "release":
      return outbox.release(claimed(event, given.token), given.now);
    case "mark":
      return outbox.markPublished(claimed(event, given.token), { messageId: "m", publishedAt: 0 });
    case "list": {
      const pages = await Array.fromAsync(outbox.pages());
      // In which order an index shows claims that end at the same time is not defined.
      return pages
        .flat()
        .filter((pending) => pending.wabaId === wabaId)
        .sort((a, b) => a.dueAt - b.dueAt || (a.eventKey < b.eventKey ? -1 : 1));
    }
  }
}

describe("the explorer's table", () => {
  test("answers and holds what a real engine does, whatever it is asked", async () => {
    const property = fc.asyncProperty(fc.array(request, { maxLength: 20 }), async (requests) => {
      const wabaId = newWabaId();
      const memory = createMemoryClient();
      const [real, standIn] = [engine.client, memory].map((client) => {
        const deps = { client, tableName: engine.tableName, retentionDays: 30 };
        return { table: createEventTable(deps), outbox: createOutbox(deps) };
      }) as [Tables, Tables];
      for (const given of requests) {
        expect(await ask(standIn, wabaId, given)).toEqual(await ask(real, wabaId, given));
      }
      const { Items = [] } = await engine.client.send(
        new QueryCommand({
          TableName: engine.tableName,
          ConsistentRead: true,
          KeyConditionExpression: "wabaId = :id",
          ExpressionAttributeValues: { ":id": { S: wabaId } },
        }),
      );
      const held = [...memory.rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
      expect(held).toEqual(Items);
    });
    await fc.assert(property, { numRuns: 400 });
  });

  test.each(["a <> :b", "size(a) < :b", "NOT a = :b", "a BETWEEN :b AND :c", "#a = :b"])(
    "refuses an expression that it does not know: %s",
    async (expression) => {
      const { parseCondition } = await import("./expressions.ts");
      expect(() => parseCondition(expression)({ a: { S: "" } }, { ":b": { S: "" } })).toThrow();
    },
  );
});
