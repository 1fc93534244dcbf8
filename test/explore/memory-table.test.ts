import { DeleteItemCommand, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { text, toKey } from "../../lambda/event/event-item.ts";
import type { SecurityEvent } from "../../lambda/event/security-event.ts";
import type { Claimed } from "../../lambda/outbox/claims.ts";
import { createEventTable, type EventTable } from "../../lambda/outbox/event-table.ts";
import { createOutbox, type Outbox } from "../../lambda/outbox/outbox.ts";
import { createPace, type Pace, type PaceKind } from "../../lambda/outbox/pace.ts";
import { OUTBOX } from "../../lambda/shared/item-names.ts";
import { PACE } from "../../lambda/shared/names.ts";
import { newWabaId } from "../support/builders.ts";
import { startDynamoDB } from "../support/engines.ts";
import { describeEventTable } from "../support/event-table-contract.ts";
import { parseCondition } from "./condition-expression.ts";
import { createMemoryClient } from "./memory-table.ts";
import { parseUpdate } from "./update-expression.ts";

describe("by DynamoDB's contract,", () => {
  const client = createMemoryClient();
  describeEventTable(() => ({ client, tableName: "events" }));
});

let engine: { client: DynamoDBClient; tableName: string; stop(): Promise<void> };

beforeAll(async () => {
  engine = await startDynamoDB();
});
afterAll(() => engine.stop());

const token = fc.constantFrom("first", "second", "third");
const instant = fc.nat(6);
const claim = fc.record({ token, expiresAt: instant });
const event = fc.nat(1);
const count = fc.nat(2);

const next = fc.record({
  alert: fc.constantFrom("open" as const, "published" as const, "acknowledged" as const),
  repeats: count,
  announcedAnswers: count,
  due: fc.constantFrom("alert" as const, "answer" as const, "repeat" as const, "nothing" as const),
  dueAt: instant,
});

/** Everything the table can be asked to do, on few keys and times so that they meet. */
const request = fc.oneof(
  fc.record({ do: fc.constant("record" as const), event }),
  fc.record({ do: fc.constant("recordPending" as const), event, claim }),
  fc.record({ do: fc.constant("claim" as const), event, claim, now: instant }),
  fc.record({ do: fc.constant("claimAlert" as const), event, claim, now: instant }),
  fc.record({ do: fc.constant("prolong" as const), event, token, now: instant }),
  fc.record({ do: fc.constant("release" as const), event, token, now: instant }),
  fc.record({ do: fc.constant("mark" as const), event, token, isFirst: fc.boolean(), next }),
  fc.record({ do: fc.constant("close" as const), event, token, isLapsed: fc.boolean() }),
  fc.record({ do: fc.constant("find" as const), event }),
  fc.record({ do: fc.constant("history" as const), event, limit: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ do: fc.constant("list" as const), event }),
);
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

function toEvent(wabaId: string, number: number): SecurityEvent {
  return {
    wabaId,
    eventKey: `000${number}#digest`,
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: wabaId,
    time: number,
    receivedAt: new Date(number).toISOString(),
    value: "{}",
    test: number === 1,
    appSecretIndex: 0,
  };
}

interface Tables {
  readonly table: EventTable;
  readonly outbox: Outbox;
}

function toTables(client: Pick<DynamoDBClient, "send">): Tables {
  const deps = { client, tableName: engine.tableName, retentionDays: 30 };
  return { table: createEventTable(deps), outbox: createOutbox(deps) };
}

async function ask(tables: Tables, wabaId: string, given: Request): Promise<unknown> {
  const { table } = tables;
  const event = toEvent(wabaId, given.event);
  switch (given.do) {
    case "record":
      return table.record(event);
    case "recordPending":
      return table.recordPending(event, given.claim, "code");
    case "find":
      return table.find(event);
    case "history":
      return table.numberHistory(wabaId);
    default:
      return askOutbox(tables.outbox, event, given);
  }
}

type OutboxRequest = Exclude<Request, { do: "record" | "recordPending" | "find" | "history" }>;

async function askOutbox(
  outbox: Outbox,
  event: SecurityEvent,
  given: OutboxRequest,
): Promise<unknown> {
  switch (given.do) {
    case "claim":
      return outbox.claim(event, OUTBOX.repeat, given.claim, given.now);
    case "claimAlert":
      return outbox.claim(event, OUTBOX.alert, given.claim, given.now);
    case "list": {
      const queues = Object.values(OUTBOX).map((queue) => Array.fromAsync(outbox.queue(queue)));
      const pages = (await Promise.all(queues)).flat();
      // In which order an index shows claims that end at the same time is not defined.
      return pages
        .flat()
        .filter(({ wabaId }) => wabaId === event.wabaId)
        .sort((a, b) => a.dueAt - b.dueAt || (a.eventKey < b.eventKey ? -1 : 1));
    }
    default:
      return askHolder(outbox, event, given);
  }
}

type HolderRequest = Extract<OutboxRequest, { token: string }>;

/** What only the holder of a claim asks for. */
async function askHolder(
  outbox: Outbox,
  event: SecurityEvent,
  given: HolderRequest,
): Promise<unknown> {
  const counts = { attempts: 1, repeats: 0, answers: [], announcedAnswers: 0 };
  const claimed: Claimed = { stored: { event, alert: "pending", ...counts }, token: given.token };
  const publication = { messageId: "m", publishedAt: 0 };
  switch (given.do) {
    case "prolong":
      return outbox.prolong(claimed, given.now);
    case "release":
      return outbox.release(claimed, given.now);
    case "mark":
      return outbox.mark(claimed, given.next, given.isFirst ? publication : undefined);
    case "close":
      return outbox.close(claimed, given.isLapsed ? "lapsed" : { supersededBy: "newer" });
  }
}

function toPlace(kind: PaceKind) {
  const Key = toKey({ wabaId: PACE.partition, eventKey: kind });
  return { TableName: engine.tableName, Key };
}

describe("the explorer's table", () => {
  test("gives places for messages as a real engine does", async () => {
    const takes = fc.array(
      fc.record({
        isDigest: fc.boolean(),
        taker: fc.constantFrom("request" as const, "tick" as const),
        wait: fc.nat(4_000),
      }),
      {
        maxLength: 20,
      },
    );
    const property = fc.asyncProperty(takes, async (given) => {
      await engine.client.send(new DeleteItemCommand(toPlace("single")));
      await engine.client.send(new DeleteItemCommand(toPlace("digest")));
      const [real, standIn] = [engine.client, createMemoryClient()].map((client) => {
        return createPace({ client, tableName: engine.tableName });
      }) as [Pace, Pace];
      let now = 100_000;
      for (const { isDigest, taker, wait } of given) {
        now += wait;
        const kind = isDigest ? "digest" : "single";
        expect(await standIn.take(kind, taker, now)).toBe(await real.take(kind, taker, now));
      }
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test("answers and holds what a real engine does, whatever it is asked", async () => {
    const property = fc.asyncProperty(fc.array(request, { maxLength: 20 }), async (requests) => {
      const wabaId = newWabaId();
      const memory = createMemoryClient();
      const [real, standIn] = [toTables(engine.client), toTables(memory)];
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

  test.each(["begins_with(a, :b)", "a.b = :b", "a = :b AND", "a ?? :b", "contains(a, :b)"])(
    "refuses a condition that it does not know: %s",
    (expression) => {
      expect(() => parseCondition(expression)({ a: text("") }, { ":b": text("") })).toThrow();
    },
  );

  test.each(["DELETE a :b", "SET a", "SET a = :b, a = :b", "SET a = b.c", "SET a = size(b)"])(
    "refuses an update that it does not know: %s",
    (expression) => {
      expect(() => parseUpdate(expression)({ a: text("") }, { ":b": text("") })).toThrow();
    },
  );
});
