import type { PublishCommand, PublishCommandInput } from "@aws-sdk/client-sns";
import { beforeEach, expect, test } from "vitest";
import { acknowledge } from "../../../lambda/incident/acknowledge.ts";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { inParallel } from "../../../lambda/shared/parallel.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { createMemoryWorld, type TestFunction, type World } from "../../support/world.ts";

const NUMBERS = Array.from({ length: 300 }, (_, index) => String(15550000000 + index));
const CHANGES = NUMBERS.map((display_phone_number) =>
  securityChange(resetRequest({ display_phone_number })),
);

let world: World;

/** The messages that SNS got, and when by the clock. */
let messages: { readonly at: number; readonly input: PublishCommandInput }[];

beforeEach(() => {
  world = createMemoryWorld();
  messages = [];
});

/** An execution environment: it shares the table and the topic with others, and nothing else. */
function startEnvironment(): TestFunction {
  const send = (command: PublishCommand) => {
    messages.push({ at: world.clock.now, input: command.input });
    return world.sns.send(command);
  };
  return world.functionWith({ sns: { send } as unknown as World["sns"] });
}

/** A minute later, the ticks of these environments at once. */
async function tick(environments: readonly TestFunction[]): Promise<void> {
  world.clock.now += 60_000;
  await Promise.all(environments.map((environment) => environment.tick()));
}

function expectWithinPace(): void {
  const countWithin = (ms: number) =>
    messages.map((one) => messages.filter(({ at }) => at >= one.at && at < one.at + ms).length);
  expect(Math.max(...countWithin(5000)), "messages in five seconds").toBeLessThanOrEqual(10);
}

/** How many messages a subscription gets whose filter policy names this number, by SNS's rules. */
function countMatching(displayPhoneNumber: string): number {
  return messages.filter(({ input: { MessageAttributes = {} } }) => {
    const { DataType, StringValue = "" } = MessageAttributes.displayPhoneNumber ?? {};
    const values = DataType === "String.Array" ? JSON.parse(StringValue) : [StringValue];
    return values.includes(displayPhoneNumber);
  }).length;
}

test("300 reset requests, 24 at once over three environments, are published once within two ticks, never faster than SNS delivers, also to a filter", async () => {
  const id = newWabaId();
  const environments = [startEnvironment(), startEnvironment(), startEnvironment()];
  await inParallel(CHANGES.entries(), 24, async ([index, change]) => {
    const result = await environments[index % 3]?.deliver(
      payload(entry({ id, changes: [change] })),
    );
    expect(result).toMatchObject({ statusCode: 200 });
  });
  expect(messages.length, "single messages at once").toBe(5);
  await tick(environments);
  await tick(environments.slice(0, 1));

  const alerts = await world.alertsOf(id);
  expect(alerts.length, "each event is published once, alone or in a digest").toBe(300);
  const ids = new Map(alerts.map((alert) => [alert.document.eventKey, alert.messageId]));
  for (const { alert, alertMessageId, eventKey } of await world.itemsOf(id)) {
    expect(alert?.S).toBe("open");
    const own = ids.get(eventKey?.S ?? "no key");
    expect(alertMessageId?.S, "marked with its own message").toBe(own);
  }
  expectWithinPace();
  expect(new Set(NUMBERS.map(countMatching)), "messages that a filter on one number gets").toEqual(
    new Set([1]),
  );
});

/** As `npm run acknowledge -- --all` does, for the alerts of one account. */
async function answerAll(wabaId: string, name: string): Promise<void> {
  const { dynamodb: client, tableName } = world;
  const table = createEventTable({ client, tableName });
  const answers = createAnswerTable({ client, tableName, retentionDays: "unknown" });
  const at = new Date(world.clock.now).toISOString();
  const answer = { name, answer: "planned", at, from: "terminal", origin: "terminal" } as const;
  await inParallel(await world.storedOf(wabaId), 24, (stored) =>
    acknowledge(stored, answer, { table, answers }, createInvocationMetrics()).then(() => {}),
  );
}

/** Whom the messages of kind `acknowledged` name, with the number that each answer is about. */
function toAnnounced(): string[] {
  return messages.flatMap(({ input: { Message = "{}" } }) => {
    const document = JSON.parse(JSON.parse(Message).default);
    if (document.kind !== "acknowledged") return [];
    const events: (typeof document)[] = document.events ?? [document];
    return events.map(({ displayPhoneNumber, answer }) => `${displayPhoneNumber} ${answer.name}`);
  });
}

test("300 open alerts, all answered at once, are announced within two ticks in a few messages, each answer once, also to a filter", async () => {
  const id = newWabaId();
  const environments = [startEnvironment(), startEnvironment()];
  const body = payload(entry({ id, changes: CHANGES }));
  expect(await environments[0]?.deliver(body)).toMatchObject({ statusCode: 200 });
  await answerAll(id, "Ann");
  await tick(environments);
  await tick(environments.slice(0, 1));

  const expected = NUMBERS.map((number) => `${number} Ann`);
  expect(toAnnounced().sort(), "each answer is announced, and once").toEqual(expected);
  expectWithinPace();
  expect(messages.length, "messages for 300 alerts and 300 answers").toBeLessThan(10);
  expect(new Set(NUMBERS.map(countMatching)), "its alert and its answer").toEqual(new Set([2]));
  for (const item of await world.itemsOf(id)) {
    expect(item).toMatchObject({ alert: { S: "acknowledged" }, announcedAnswers: { N: "1" } });
    expect(item.outbox, "nothing is left to publish").toBeUndefined();
  }
});
