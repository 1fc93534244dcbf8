import { DeleteItemCommand, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
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
import { storedAlert } from "../support/stored-alerts.ts";
import { parseCondition } from "./condition-expression.ts";
import { createMemoryClient } from "./memory-table.ts";
import { parseUpdate } from "./update-expression.ts";

describe("by DynamoDB's contract,", () => {
  const client = createMemoryClient();
  describeEventTable(() => ({ client, tableName: "events" }));
});

const engine = await startDynamoDB();
afterAll(() => engine.stop());

const instant = fc.nat(6);
const token = fc.constantFrom("first", "second", "third");
const count = fc.nat(2);

/** Everything that the table can be asked with, on few keys and times so that they meet. */
const parameters = fc.record({
  event: fc.nat(1),
  token,
  claim: fc.record({ token, expiresAt: instant }),
  now: instant,
  isFirst: fc.boolean(),
  isLapsed: fc.boolean(),
  next: fc.record({
    alert: fc.constantFrom("open", "published", "acknowledged"),
    repeats: count,
    announcedAnswers: count,
    due: fc.constantFrom("alert", "answer", "repeat", "nothing"),
    dueAt: instant,
  }),
});
type Parameters = typeof parameters extends fc.Arbitrary<infer T> ? T : never;

interface Asked extends Omit<Parameters, "event"> {
  readonly table: EventTable;
  readonly outbox: Outbox;
  readonly event: SecurityEvent;
  /** As its holder has it. */
  readonly claimed: Claimed;
}

/** Everything that the table can be asked. */
const REQUESTS: Readonly<Record<string, (asked: Asked) => Promise<unknown>>> = {
  record: ({ table, event }) => table.record(event),
  recordPending: ({ table, event, claim }) => table.recordPending(event, claim, "code"),
  find: ({ table, event }) => table.find(event),
  history: ({ table, event }) => table.numberHistory(event.wabaId),
  claim: ({ outbox, event, claim, now }) => outbox.claim(event, OUTBOX.repeat, claim, now),
  claimAlert: ({ outbox, event, claim, now }) => outbox.claim(event, OUTBOX.alert, claim, now),
  prolong: ({ outbox, claimed, now }) => outbox.prolong(claimed, now),
  release: ({ outbox, claimed, now }) => outbox.release(claimed, now),
  mark: ({ outbox, claimed, next, isFirst }) =>
    outbox.mark(claimed, next, isFirst ? { messageId: "m", publishedAt: 0 } : undefined),
  close: ({ outbox, claimed, isLapsed }) =>
    outbox.close(claimed, isLapsed ? "lapsed" : { supersededBy: "newer" }),
  async list({ outbox, event }) {
    const queues = Object.values(OUTBOX).map((queue) => Array.fromAsync(outbox.queue(queue)));
    const entries = (await Promise.all(queues)).flat(2);
    // In which order an index shows claims that end at the same time is not defined.
    return entries
      .filter(({ wabaId }) => wabaId === event.wabaId)
      .sort((a, b) => a.dueAt - b.dueAt || (a.eventKey < b.eventKey ? -1 : 1));
  },
};

const request = fc.record({ what: fc.constantFrom(...Object.keys(REQUESTS)), given: parameters });

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

/** Asks this table, whoever's it is. */
function createAsk(client: Pick<DynamoDBClient, "send">, wabaId: string) {
  const deps = { client, tableName: engine.tableName, retentionDays: 30 };
  const tables = { table: createEventTable(deps), outbox: createOutbox(deps) };
  return ({ what, given }: { what: string; given: Parameters }) => {
    const event = toEvent(wabaId, given.event);
    const claimed = { stored: storedAlert({ event, alert: "pending" }), token: given.token };
    return REQUESTS[what]?.({ ...tables, ...given, event, claimed });
  };
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
      { maxLength: 20 },
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
      const [real, standIn] = [createAsk(engine.client, wabaId), createAsk(memory, wabaId)];
      for (const each of requests) expect(await standIn(each)).toEqual(await real(each));
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
    await fc.assert(property, { numRuns: 200 });
  });

  const conditions = ["begins_with(a, :b)", "a.b = :b", "a = :b AND", "a ?? :b", "contains(a, :b)"];
  const updates = ["DELETE a :b", "SET a", "SET a = :b, a = :b", "SET a = b.c", "SET a = size(b)"];
  test.each([
    ...conditions.map((each) => [each, parseCondition] as const),
    ...updates.map((each) => [each, parseUpdate] as const),
  ])("refuses an expression that it does not know: %s", (expression, parse) => {
    expect(() => parse(expression)({ a: text("") }, { ":b": text("") })).toThrow();
  });
});
