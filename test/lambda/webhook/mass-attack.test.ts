import type { PublishCommand, PublishCommandInput } from "@aws-sdk/client-sns";
import { beforeEach, describe, expect, test } from "vitest";
import { queryQueue } from "../../../lambda/event/outbox-queue.ts";
import { acknowledge } from "../../../lambda/incident/acknowledge.ts";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { OUTBOX } from "../../../lambda/shared/item-names.ts";
import { inParallel } from "../../../lambda/shared/parallel.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { createMemoryWorld, type TestFunction, type World } from "../../support/world.ts";

const MINUTE = 60_000;

let world: World;

/** The messages that SNS got, and when by the clock. */
const seen = { publishedAt: [] as number[], messages: [] as PublishCommandInput[] };

/** An execution environment: it shares the table and the topic with others, and nothing else. */
function startEnvironment(): TestFunction {
  const toTopic = (command: PublishCommand) => {
    seen.publishedAt.push(world.clock.now);
    seen.messages.push(command.input);
    return world.sns.send(command);
  };
  return world.functionWith({ sns: { send: toTopic } as unknown as World["sns"] });
}

beforeEach(() => {
  world = createMemoryWorld();
  seen.publishedAt.length = 0;
  seen.messages.length = 0;
});

/** A minute later, the ticks of these environments at once. */
async function tick(environments: readonly TestFunction[]): Promise<void> {
  world.clock.now += MINUTE;
  await Promise.all(environments.map((environment) => environment.tick()));
}

/** The most messages in any so many milliseconds. */
function countMost(withinMs: number): number {
  const counts = seen.publishedAt.map(
    (start) => seen.publishedAt.filter((at) => at >= start && at < start + withinMs).length,
  );
  return Math.max(0, ...counts);
}

async function expectSentOnce(wabaId: string, count: number): Promise<void> {
  const alerts = await world.alertsOf(wabaId);
  expect(alerts.length, "each event is published once, alone or in a digest").toBe(count);
  expect(new Set(alerts.map(({ document }) => document.eventKey)).size).toBe(count);
  const ids = new Map(alerts.map((alert) => [alert.document.eventKey, alert.messageId]));
  for (const item of await world.itemsOf(wabaId)) {
    expect(item.alert?.S).toBe("open");
    expect(item.alertMessageId?.S, "marked with its own message").toBe(
      ids.get(item.eventKey?.S ?? ""),
    );
  }
}

function expectWithinPace(): void {
  expect(countMost(1000), "messages in one second").toBeLessThanOrEqual(10);
  expect(countMost(5000), "single messages and digests in five seconds").toBeLessThanOrEqual(10);
}

/** How many messages a subscription gets whose filter policy names this number, by SNS's rules. */
function countMatching(displayPhoneNumber: string): number {
  return seen.messages.filter(({ MessageAttributes = {} }) => {
    const { DataType, StringValue = "" } = MessageAttributes.displayPhoneNumber ?? {};
    const values = DataType === "String.Array" ? JSON.parse(StringValue) : [StringValue];
    return values.includes(displayPhoneNumber);
  }).length;
}

describe("300 reset requests in 300 deliveries, 24 at once over three environments", () => {
  test("are each published once within two ticks, never faster than SNS delivers, also to a filter", async () => {
    const id = newWabaId();
    const environments = [startEnvironment(), startEnvironment(), startEnvironment()];
    const bodies = Array.from({ length: 300 }, (_, index) => {
      const number = String(15550000000 + index);
      const change = securityChange(resetRequest({ display_phone_number: number }));
      return payload(entry({ id, changes: [change] }));
    });
    await inParallel(bodies.entries(), 24, async ([index, body]) => {
      const result = await environments[index % 3]?.deliver(body);
      expect(result).toMatchObject({ statusCode: 200 });
    });
    expect(seen.publishedAt.length, "single messages at once").toBe(5);
    await tick(environments);
    await tick(environments.slice(0, 1));
    await expectSentOnce(id, 300);
    expectWithinPace();
    const matches = bodies.map((_, index) => countMatching(String(15550000000 + index)));
    expect(new Set(matches), "messages that a filter on one number lets through").toEqual(
      new Set([1]),
    );
  });
});

/** As `npm run acknowledge -- --all` does, for the alerts of one account. */
async function answerAll(wabaId: string, name: string): Promise<void> {
  const { dynamodb: client, tableName } = world;
  const table = createEventTable({ client, tableName });
  const answers = createAnswerTable({ client, tableName, retentionDays: "unknown" });
  const at = new Date(world.clock.now).toISOString();
  const answer = { name, answer: "planned", at, from: "terminal", origin: "terminal" } as const;
  const pages = await Array.fromAsync(queryQueue({ client, tableName }, OUTBOX.repeat));
  const open = pages.flat().filter((entry) => entry.alert === "open" && entry.wabaId === wabaId);
  await inParallel(open, 24, async (id) => {
    const stored = await table.find(id);
    if (!stored) return;
    await acknowledge(stored, answer, { table, answers }, createInvocationMetrics());
  });
}

/** Whom the messages of kind `acknowledged` name, with the number that each answer is about. */
function toAnnounced(): string[] {
  return seen.messages.flatMap(({ Message = "{}" }) => {
    const document = JSON.parse(JSON.parse(Message).default);
    if (document.kind !== "acknowledged") return [];
    const events: (typeof document)[] = document.events ?? [document];
    return events.map(({ displayPhoneNumber, answer }) => `${displayPhoneNumber} ${answer.name}`);
  });
}

describe("300 open alerts of 300 numbers, all answered at once", () => {
  const numbers = Array.from({ length: 300 }, (_, index) => String(15560000000 + index));

  test("are announced within two ticks in a few messages, each answer once, also to a filter", async () => {
    const id = newWabaId();
    const changes = numbers.map((display_phone_number) =>
      securityChange(resetRequest({ display_phone_number })),
    );
    const environments = [startEnvironment(), startEnvironment()];
    const body = payload(entry({ id, changes }));
    expect(await environments[0]?.deliver(body)).toMatchObject({ statusCode: 200 });
    await answerAll(id, "Ann");
    await tick(environments);
    await tick(environments.slice(0, 1));

    const announced = toAnnounced().filter((each) => numbers.includes(each.slice(0, 11)));
    expect(announced.sort(), "each answer is announced, and once").toEqual(
      numbers.map((number) => `${number} Ann`),
    );
    expectWithinPace();
    expect(seen.messages.length, "messages for 300 alerts and 300 answers").toBeLessThan(10);
    expect(new Set(numbers.map(countMatching)), "its alert and its answer").toEqual(new Set([2]));
    for (const item of await world.itemsOf(id)) {
      expect(item).toMatchObject({ alert: { S: "acknowledged" }, announcedAnswers: { N: "1" } });
      expect(item.outbox, "nothing is left to publish").toBeUndefined();
    }
  });
});
