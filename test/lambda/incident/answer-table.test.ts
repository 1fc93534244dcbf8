import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
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
  expect(await table.append(storedAlert(known), ANSWER, isAnnounced)).toBe(true);
  expect(inputs, "writes").toHaveLength(1);
  const { TableName, Key, ...write } = inputs[0] ?? {};
  const { wabaId, eventKey } = securityEvent();
  expect({ TableName, Key }).toEqual({
    TableName: "events",
    Key: { wabaId: { S: wabaId }, eventKey: { S: eventKey } },
  });
  return write;
}

const ITEM = {
  M: {
    name: { S: ANSWER.name },
    answer: { S: "handling" },
    at: { S: ANSWER.at },
    from: { S: ANSWER.from },
    origin: { S: "link" },
  },
};
const ALWAYS = { ":acknowledged": { S: "acknowledged" }, ":answer": { L: [ITEM] } };
const FIRST = "SET alert = :acknowledged, answers = :answer";
const LATER = "SET alert = :acknowledged, answers = list_append(answers, :answer)";
const NO_ANSWER = "alert = :alert AND attribute_not_exists(answers)";
const SAME_COUNT = "alert = :alert AND size(answers) = :count";
const DUE_NOW = "outbox = :queue, dueAt = :atOnce, alertAttempts = :zero";

describe("an answer that is to be announced", () => {
  test.each(["open", "superseded", "lapsed", "pending"] as const)(
    "is the first of an alert that is %s: it takes the claim of a repeat",
    async (alert) => {
      expect(await writeOf({ alert, dueAt: 1 })).toEqual({
        UpdateExpression: `${FIRST}, ${DUE_NOW} REMOVE expiresAt, claimToken`,
        ConditionExpression: NO_ANSWER,
        ExpressionAttributeValues: {
          ...ALWAYS,
          ":alert": { S: alert },
          ":queue": { S: "answer" },
          ":atOnce": { N: "0" },
          ":zero": { N: "0" },
        },
      });
    },
  );

  test("leaves the claim of an announcement that is under way", async () => {
    const answers = answersOf(2);
    expect(await writeOf({ alert: "acknowledged", answers, dueAt: 1 })).toEqual({
      UpdateExpression: `${LATER}, outbox = :queue, dueAt = if_not_exists(dueAt, :atOnce) REMOVE expiresAt`,
      ConditionExpression: SAME_COUNT,
      ExpressionAttributeValues: {
        ...ALWAYS,
        ":alert": { S: "acknowledged" },
        ":count": { N: "2" },
        ":queue": { S: "answer" },
        ":atOnce": { N: "0" },
      },
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
        ":queue": { S: "answer" },
        ":atOnce": { N: "0" },
        ":zero": { N: "0" },
      },
    });
  });
});

describe("an answer that another event announces", () => {
  test("leaves nothing to be told, and the event in the table for good", async () => {
    expect(await writeOf({ dueAt: 1 }, true)).toEqual({
      UpdateExpression: `${FIRST}, announcedAnswers = :announced REMOVE outbox, claimToken, dueAt`,
      ConditionExpression: NO_ANSWER,
      ExpressionAttributeValues: {
        ...ALWAYS,
        ":alert": { S: "open" },
        ":announced": { N: "1" },
      },
    });
  });

  test("lets the event expire where a retention is set", async () => {
    const answers = answersOf(3);
    const known = { alert: "acknowledged", answers, announcedAnswers: 3 } as const;
    const expiry = Date.parse(securityEvent().receivedAt) / 1000 + 30 * 86_400;
    expect(await writeOf(known, true, 30)).toEqual({
      UpdateExpression: `${LATER}, announcedAnswers = :announced, expiresAt = :expiry REMOVE outbox, claimToken, dueAt`,
      ConditionExpression: SAME_COUNT,
      ExpressionAttributeValues: {
        ...ALWAYS,
        ":alert": { S: "acknowledged" },
        ":count": { N: "3" },
        ":announced": { N: "4" },
        ":expiry": { N: String(expiry) },
      },
    });
  });

  test("leaves the expiry to the relay where the retention is not known", async () => {
    expect(await writeOf({}, true, "unknown")).toEqual({
      UpdateExpression: `${FIRST}, announcedAnswers = :announced, ${DUE_NOW} REMOVE expiresAt, claimToken`,
      ConditionExpression: NO_ANSWER,
      ExpressionAttributeValues: {
        ...ALWAYS,
        ":alert": { S: "open" },
        ":announced": { N: "1" },
        ":queue": { S: "answer" },
        ":atOnce": { N: "0" },
        ":zero": { N: "0" },
      },
    });
  });

  test("does not hide earlier ones that nobody has announced yet", async () => {
    const answers = answersOf(2);
    const known = { alert: "acknowledged", answers, announcedAnswers: 1, dueAt: 1 } as const;
    expect(await writeOf(known, true)).toEqual(await writeOf(known, false));
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
