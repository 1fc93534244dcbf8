import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import type { AnswerKind } from "../../../lambda/event/answer.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { type AnswerTableDeps, createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { ANSWER, securityEvent } from "../../support/notices.ts";
import { answersOf, storedAlert } from "../../support/stored-alerts.ts";

type RetentionDays = AnswerTableDeps["retentionDays"];

/** The one write that appends ANSWER to this alert. */
async function writeOf(
  known: Partial<StoredAlert>,
  isAnnounced = false,
  retentionDays?: RetentionDays,
  answer: AnswerKind = "planned",
) {
  const inputs: UpdateItemCommand["input"][] = [];
  const client = {
    async send(command: unknown) {
      if (!(command instanceof UpdateItemCommand)) throw new Error("No other call is expected");
      inputs.push(command.input);
      return {};
    },
  };
  const table = createAnswerTable({
    client: client as never,
    tableName: "events",
    ...(retentionDays !== undefined && { retentionDays }),
  });
  expect(await table.append(storedAlert(known), { ...ANSWER, answer }, isAnnounced)).toBe(true);
  expect(inputs, "writes").toHaveLength(1);
  const { TableName, Key, ...write } = inputs[0] ?? {};
  const { wabaId, eventKey } = securityEvent();
  expect({ TableName, Key }).toEqual({
    TableName: "events",
    Key: { wabaId: { S: wabaId }, eventKey: { S: eventKey } },
  });
  return write;
}

const itemOf = (answer: string) => ({
  M: {
    name: { S: ANSWER.name },
    answer: { S: answer },
    at: { S: ANSWER.at },
    from: { S: ANSWER.from },
    origin: { S: "link" },
  },
});
const ALWAYS = { ":next": { S: "acknowledged" }, ":answer": { L: [itemOf("planned")] } };
const FIRST = "SET alert = :next, answers = :answer";
const LATER = "SET alert = :next, answers = list_append(answers, :answer)";
const NO_ANSWER = "alert = :alert AND attribute_not_exists(answers)";
const SAME_COUNT = "alert = :alert AND size(answers) = :count";
const DUE_NOW = "outbox = :queue, dueAt = :atOnce, alertAttempts = :zero";
const WAITING = { ":queue": { S: "answer" }, ":atOnce": { N: "0" }, ":zero": { N: "0" } };

describe("an answer", () => {
  test.each([
    ["open", "planned", "acknowledged"],
    ["open", "pin-set", "acknowledged"],
    ["open", "moved", "acknowledged"],
    ["open", "handling", "open"],
    ["superseded", "planned", "acknowledged"],
    ["lapsed", "planned", "acknowledged"],
    ["lapsed", "handling", "lapsed"],
    ["published", "handling", "published"],
    ["published", "pin-set", "acknowledged"],
    ["acknowledged", "handling", "acknowledged"],
    ["acknowledged", "reopen", "open"],
    ["lapsed", "reopen", "open"],
    ["pending", "planned", "pending"],
  ] as const)("to an alert that is %s: %s makes it %s", async (alert, answer, next) => {
    expect(await writeOf({ alert }, false, undefined, answer)).toMatchObject({
      ExpressionAttributeValues: { ":next": { S: next } },
    });
  });
});

describe("an answer that is to be announced", () => {
  test.each(["open", "superseded", "lapsed", "published"] as const)(
    "to an alert that is %s is due at once, without a clock: it takes the claim of a repeat",
    async (alert) => {
      expect(await writeOf({ alert, dueAt: 1 })).toEqual({
        UpdateExpression: `${FIRST}, ${DUE_NOW} REMOVE expiresAt, claimToken`,
        ConditionExpression: NO_ANSWER,
        ExpressionAttributeValues: { ...ALWAYS, ":alert": { S: alert }, ...WAITING },
      });
    },
  );

  test("leaves a first alert where it is: that must go out", async () => {
    expect(await writeOf({ alert: "pending", dueAt: 1 })).toMatchObject({
      UpdateExpression: FIRST,
      ConditionExpression: NO_ANSWER,
    });
  });

  test("joins earlier ones that wait, and leaves the claim of their announcement", async () => {
    const known = { alert: "acknowledged", answers: answersOf(2), dueAt: 1 } as const;
    const values = { ...ALWAYS, ":alert": { S: "acknowledged" }, ":count": { N: "2" } };
    expect(await writeOf(known)).toEqual({
      UpdateExpression: LATER,
      ConditionExpression: `${SAME_COUNT} AND (announcedAnswers = :before OR attribute_not_exists(announcedAnswers))`,
      ExpressionAttributeValues: { ...values, ":before": { N: "0" } },
    });
    expect(await writeOf({ ...known, announcedAnswers: 1 }, true)).toEqual({
      UpdateExpression: LATER,
      ConditionExpression: `${SAME_COUNT} AND (announcedAnswers = :before)`,
      ExpressionAttributeValues: { ...values, ":before": { N: "1" } },
    });
  });

  test("is due at once where the earlier ones are announced", async () => {
    const answers = answersOf(2);
    expect(await writeOf({ alert: "acknowledged", answers, announcedAnswers: 2 })).toEqual({
      UpdateExpression: `${LATER}, ${DUE_NOW} REMOVE expiresAt, claimToken`,
      ConditionExpression: SAME_COUNT,
      ExpressionAttributeValues: {
        ...ALWAYS,
        ":alert": { S: "acknowledged" },
        ":count": { N: "2" },
        ...WAITING,
      },
    });
  });
});

describe("an answer that another event announces", () => {
  const announced = { ...ALWAYS, ":alert": { S: "open" }, ":announced": { N: "1" } };

  test("leaves nothing to be published, and the event in the table for good", async () => {
    expect(await writeOf({ dueAt: 1 }, true)).toEqual({
      UpdateExpression: `${FIRST}, announcedAnswers = :announced REMOVE outbox, claimToken, dueAt`,
      ConditionExpression: NO_ANSWER,
      ExpressionAttributeValues: announced,
    });
  });

  test("and ends nothing leaves the event in its queue: the other one repeats instead", async () => {
    expect(await writeOf({ dueAt: 1 }, true, 30, "handling")).toEqual({
      UpdateExpression: `${FIRST}, announcedAnswers = :announced`,
      ConditionExpression: NO_ANSWER,
      ExpressionAttributeValues: {
        ...announced,
        ":next": { S: "open" },
        ":answer": { L: [itemOf("handling")] },
      },
    });
  });

  test("lets the event expire where a retention is set", async () => {
    const expiry = Date.parse(securityEvent().receivedAt) / 1000 + 30 * 86_400;
    expect(await writeOf({}, true, 30)).toEqual({
      UpdateExpression: `${FIRST}, announcedAnswers = :announced, expiresAt = :expiry REMOVE outbox, claimToken, dueAt`,
      ConditionExpression: NO_ANSWER,
      ExpressionAttributeValues: { ...announced, ":expiry": { N: String(expiry) } },
    });
  });

  test("leaves the expiry to the relay where the retention is not known", async () => {
    expect(await writeOf({}, true, "unknown")).toEqual({
      UpdateExpression: `${FIRST}, announcedAnswers = :announced, ${DUE_NOW} REMOVE expiresAt, claimToken`,
      ConditionExpression: NO_ANSWER,
      ExpressionAttributeValues: { ...announced, ...WAITING },
    });
  });
});

describe("an append", () => {
  function failingWith(error: Error) {
    const client = { send: () => Promise.reject(error) };
    const table = createAnswerTable({ client: client as never, tableName: "events" });
    return table.append(storedAlert(), ANSWER, false);
  }

  test("to an event that was changed meanwhile says so", async () => {
    const error = new ConditionalCheckFailedException({ message: "", $metadata: {} });
    expect(await failingWith(error)).toBe(false);
  });

  test("that fails otherwise throws", async () => {
    await expect(failingWith(new Error("throttled"))).rejects.toThrow("throttled");
  });
});
