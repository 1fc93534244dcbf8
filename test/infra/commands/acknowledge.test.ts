import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type AcknowledgeOptions,
  acknowledge,
} from "../../../infra/commands/acknowledge/acknowledge.ts";
import { toLines } from "../../../infra/commands/acknowledge/report.ts";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { toKey } from "../../../lambda/event/event-item.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { createEventTable, type EventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import {
  APP_SECRET,
  entry,
  newWabaId,
  payload,
  resetRequest,
  securityChange,
  sign,
} from "../../support/builders.ts";
import { startLocalRun } from "../../support/local-run.ts";
import { runHere } from "../../support/run-here.ts";
import { createTestTerminal } from "../../support/terminal.ts";

let local: Awaited<ReturnType<typeof startLocalRun>>;
let table: EventTable;
/** Numbers with an open alert each, the first with two. */
let phones: string[];
let dynamodb: DynamoDBClient;

// An answer to all alerts would reach into the other tests: each has a run of its own.
beforeEach(async () => {
  phones = Array.from({ length: 6 }, () => `1555${newWabaId().slice(-7)}`);
  local = await startLocalRun({ appSecrets: [APP_SECRET] });
  const { dynamodbEndpoint: endpoint, tableName } = local.address;
  dynamodb = createDynamoDB({ ...LOCAL_AWS, endpoint });
  table = createEventTable({ client: dynamodb, tableName });
  await openAlerts();
});
afterEach(() => local.stop());

/** Published in one digest, as more than five at once are. */
async function openAlerts(): Promise<void> {
  const changes = [phones[0], ...phones].map((display_phone_number, index) =>
    entry({
      time: 1_795_000_000 + index,
      changes: [securityChange(resetRequest({ display_phone_number }))],
    }),
  );
  const body = payload(...changes);
  const headers = { "content-type": "application/json", "x-hub-signature-256": sign(body) };
  const { status } = await fetch(local.address.webhookUrl, { method: "POST", headers, body });
  expect(status).toBe(200);
}

function nextPhone(): string {
  return phones.shift() ?? "";
}

/** In the order of their keys. */
async function alertsOf(phone: string): Promise<readonly StoredAlert[]> {
  const history = await table.numberHistory(phone);
  const found = await Promise.all(history.map(({ event }) => table.find(event)));
  return found.filter((each) => each !== undefined);
}

async function setState(
  stored: StoredAlert | undefined,
  alert: string,
  event?: string,
): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: local.address.tableName,
      Key: toKey(stored?.event ?? { wabaId: "", eventKey: "" }),
      UpdateExpression: event
        ? "SET alert = :alert, #event = :event"
        : "SET alert = :alert REMOVE outbox, dueAt",
      ExpressionAttributeValues: {
        ":alert": { S: alert },
        ...(event && { ":event": { S: event } }),
      },
      ...(event && { ExpressionAttributeNames: { "#event": "event" } }),
    }),
  );
}

async function run(
  { answer = "handling", ...difference }: Partial<AcknowledgeOptions>,
  now = () => 1_795_100_000_000,
) {
  const terminal = createTestTerminal();
  const options = { data: local.data, as: "Ann Example", answer, ...difference } as const;
  const code = await acknowledge({ options, terminal, now });
  return { code, text: terminal.text() };
}

describe("an answer from the terminal", () => {
  test("is stored with every open alert of the number, as a person types it", async () => {
    const phone = nextPhone();
    const { code, text } = await run({ phone: `+${phone.slice(0, 4)} ${phone.slice(4)}` });
    expect(code).toBe(0);
    expect(text).toContain(`+${phone}: reset requested, answered`);
    const stored = await alertsOf(phone);
    expect(stored.map(({ alert }) => alert)).toEqual(["open", "open"]);
    for (const { answers } of stored) {
      expect(answers).toEqual([
        {
          name: "Ann Example",
          answer: "handling",
          at: "2026-11-19T14:53:20.000Z",
          from: "terminal",
          origin: "terminal",
        },
      ]);
    }
  });

  test("is due to be announced at once", async () => {
    const [, phone = ""] = phones;
    await run({ phone });
    const [stored] = await alertsOf(phone);
    expect(stored).toMatchObject({ alert: "open", announcedAnswers: 0, dueAt: 0 });
  });

  test("has the time of DynamoDB's clock where this computer's is an hour ahead", async () => {
    const [, phone = ""] = phones;
    const started = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: started + 3_600_000 });
    await run({ phone }, Date.now).finally(() => vi.useRealTimers());
    const [stored] = await alertsOf(phone);
    const at = Date.parse(stored?.answers[0]?.at ?? "");
    expect(Math.abs(at - started)).toBeLessThan(60_000);
  });

  test("changes nothing when it was given before", async () => {
    const phone = nextPhone();
    await run({ phone });
    const before = await alertsOf(phone);
    const { code, text } = await run({ phone });
    expect({ code, text }).toEqual({
      code: 0,
      text: `+${phone}: reset requested, has this answer already\nNothing was changed.`,
    });
    expect(await alertsOf(phone)).toEqual(before);
  });

  test("is added to an alert that has answers already", async () => {
    const phone = nextPhone();
    await run({ phone });
    expect((await run({ phone, answer: "pin-set" })).code).toBe(0);
    const [stored] = await alertsOf(phone);
    expect(stored?.answers.map(({ answer }) => answer)).toEqual(["handling", "pin-set"]);
  });

  test("is refused after fifty", async () => {
    const phone = nextPhone();
    for (let person = 1; person <= 50; person += 1) await run({ phone, as: `Person ${person}` });
    await expect(run({ phone, as: "Person 51" })).rejects.toThrow("no alert takes an answer");
  });

  test("is for a lapsed alert too, and --reopen opens one again", async () => {
    const [, phone = ""] = phones;
    const [stored] = await alertsOf(phone);
    await setState(stored, "lapsed");
    expect((await run({ phone, answer: "pin-set" })).text).toContain("answered");
    expect((await alertsOf(phone))[0]?.alert).toBe("acknowledged");
    const { code, text } = await run({ phone, reopen: true });
    expect(code).toBe(0);
    expect(text.replace(/\s+/g, " ")).toContain("The alert repeats again.");
    const [reopened] = await alertsOf(phone);
    expect(reopened).toMatchObject({ alert: "open", dueAt: 0 });
    expect(reopened?.answers.map(({ answer }) => answer)).toEqual(["pin-set", "reopen"]);
  });

  test("with --all is stored with every open alert", async () => {
    const { code, text } = await run({ all: true, answer: "planned", json: true });
    expect(code).toBe(0);
    const { alerts } = JSON.parse(text);
    const answered = alerts.map(
      (alert: { displayPhoneNumber: string }) => alert.displayPhoneNumber,
    );
    expect(answered).toEqual(expect.arrayContaining(phones));
    for (const phone of phones) expect((await alertsOf(phone))[0]?.alert).toBe("acknowledged");
    await expect(run({ all: true })).rejects.toThrow(
      "Nothing was changed: no alert takes an answer",
    );
  });
});

describe("an answer to all", () => {
  test("answers a number once, also of events that Meta does not document, and says how far it is", async () => {
    const [twice = ""] = phones;
    for (const stored of await alertsOf(twice)) await setState(stored, "open", "PIN_NEW");
    const terminal = createTestTerminal();
    const options = { data: local.data, as: "Ann", answer: "planned", all: true } as const;
    await acknowledge({ options, terminal, now: () => 1_795_100_000_000 });
    expect(terminal.out.filter((line) => line.includes(twice))).toHaveLength(1);
    expect(terminal.progress.at(-1)).toBe("6 of 6");
  });

  test("leaves what is not out yet; one that cannot be stored is the exit code 1", async () => {
    const [, pending = "", damaged = ""] = phones;
    const [first] = await alertsOf(pending);
    await setState(first, "pending");
    const [second] = await alertsOf(damaged);
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: local.address.tableName,
        Key: toKey(second?.event ?? { wabaId: "", eventKey: "" }),
        UpdateExpression: "SET answers = :text",
        ExpressionAttributeValues: { ":text": { S: "no list" } },
      }),
    );
    expect((await run({ all: true, answer: "planned" })).code).toBe(1);
    expect(await alertsOf(pending)).toMatchObject([{ alert: "pending", answers: [] }]);
    expect((await alertsOf(phones[3] ?? ""))[0]?.alert).toBe("acknowledged");
  });

  test("lists what failed, after all others, and of many others only how many", () => {
    const outcomes = ["failed", ...Array(21).fill("added")] as const;
    const answered = outcomes.map((outcome, index) => {
      return { event: { wabaId: "1", eventKey: "2", displayPhoneNumber: String(index) }, outcome };
    });
    const by = { at: "", from: "terminal", origin: "terminal" } as const;
    const answer = { name: "Ann", answer: "planned", ...by } as const;
    const lines = toLines(answer, answered);
    expect(lines[0]).toMatch(/^21 answers stored: planned/);
    expect(lines.slice(-2)).toEqual([
      "1 answer failed. Run the command again:",
      "0: security event without a name, FAILED",
    ]);
    const noted = [{ event: { wabaId: "1", eventKey: "2" }, outcome: "noted" }] as const;
    const text = toLines({ ...answer, answer: "handling" }, noted).join(" ");
    expect(text).toMatch(/ 1 answer stored/);
    expect(text, "where nothing was open").not.toContain("repeats pause");
    expect(toLines(answer, answered.slice(0, 3))).toContain(
      "1: security event without a name, answered",
    );
  });
});

describe("what can't be answered", () => {
  test("is refused politely: a number without an open alert", async () => {
    await expect(run({ phone: "+1 555 000 9999" })).rejects.toThrow(
      "Nothing was changed: no alert takes an answer of +1 555 000 9999. What was published is in the history: npm run history -- --data",
    );
  });

  test("is refused: neither a number nor all", async () => {
    await expect(run({})).rejects.toThrow("Name the number with --phone");
  });

  test.each([
    ["a name of signs", ["--all", "--as", "?!", "--answer", "planned"], "Enter your name."],
    ["no name", ["--all", "--answer", "planned"], "--as <name>' not specified"],
    [
      "another answer",
      ["--all", "--as", "Ann", "--answer", "maybe"],
      "Allowed choices are planned",
    ],
    ["no answer", ["--all", "--as", "Ann"], "Say what you know with --answer"],
    [
      "an answer and --reopen",
      ["--phone", "1", "--as", "A", "--answer", "moved", "--reopen"],
      "cannot be used with",
    ],
    [
      "a number and all",
      ["--all", "--phone", "1", "--as", "A", "--answer", "planned"],
      "cannot be used with",
    ],
  ])("is refused by the command: %s", async (_what, args, words) => {
    const { code, err } = await runHere("acknowledge", args);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });
});
