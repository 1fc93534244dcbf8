import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AcknowledgeOptions,
  acknowledge,
} from "../../../infra/commands/acknowledge/acknowledge.ts";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { type LocalSystem, startLocal } from "../../../infra/local/local.ts";
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
import { makeFolder, runScript } from "../../support/processes.ts";
import { createTestTerminal } from "../../support/terminal.ts";

const data = makeFolder();
let local: LocalSystem;
let table: EventTable;

beforeAll(async () => {
  local = await startLocal({
    port: 0,
    data,
    memory: true,
    appSecrets: [APP_SECRET],
    writeLine: () => {},
  });
  const { dynamodbEndpoint: endpoint, tableName } = local.address;
  table = createEventTable({ client: createDynamoDB({ ...LOCAL_AWS, endpoint }), tableName });
  await openAlerts();
});
afterAll(async () => {
  await local.stop();
  rmSync(data, { recursive: true });
});

/** Numbers with an open alert each, the first with two. */
const phones = Array.from({ length: 30 }, () => `1555${newWabaId().slice(-7)}`);

/** Told in one digest: more than five at once are. */
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

/** Newest first. */
function alertsOf(phone: string): Promise<readonly StoredAlert[]> {
  return table.numberHistory(phone, 10);
}

async function run(difference: Partial<AcknowledgeOptions>) {
  const terminal = createTestTerminal();
  const options = { data, as: "Ann Example", answer: "handling", ...difference } as const;
  const code = await acknowledge({ options, terminal, now: () => 1_795_100_000_000 });
  return { code, text: terminal.text() };
}

describe("an answer from the terminal", () => {
  test("is stored with every open alert of the number, as a person types it", async () => {
    const phone = nextPhone();
    const { code, text } = await run({ phone: `+${phone.slice(0, 4)} ${phone.slice(4)}` });
    expect(code).toBe(0);
    expect(text).toContain(`+${phone}: reset requested, answered`);
    const stored = await alertsOf(phone);
    expect(stored.map(({ alert }) => alert)).toEqual(["acknowledged", "acknowledged"]);
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
    const phone = nextPhone();
    await run({ phone });
    const [stored] = await alertsOf(phone);
    expect(stored).toMatchObject({ announcedAnswers: 0, dueAt: 0 });
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

  test("is refused after ten", async () => {
    const phone = nextPhone();
    for (let person = 1; person <= 10; person += 1) await run({ phone, as: `Person ${person}` });
    const { code, text } = await run({ phone, as: "Person 11" });
    expect(code).toBe(1);
    expect(text).toContain("takes no further answer (at most 10)");
  });

  test("with --all is stored with every open alert, and no other", async () => {
    const { code, text } = await run({ all: true, answer: "planned", json: true });
    expect(code).toBe(0);
    const { alerts } = JSON.parse(text);
    const answered = alerts.map(
      (alert: { displayPhoneNumber: string }) => alert.displayPhoneNumber,
    );
    expect(answered.toSorted()).toEqual(phones.toSorted());
    for (const phone of phones) expect((await alertsOf(phone))[0]?.alert).toBe("acknowledged");
    await expect(run({ all: true })).rejects.toThrow("Nothing is open: no alert waits");
  });
});

describe("what can't be answered", () => {
  test("is refused politely: a number without an open alert", async () => {
    await expect(run({ phone: "+1 555 000 9999" })).rejects.toThrow(
      "Nothing is open about +1 555 000 9999: no alert waits for an answer. What was told is in the history: npm run history -- --data",
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
    [
      "a number and all",
      ["--all", "--phone", "1", "--as", "A", "--answer", "planned"],
      "cannot be used with",
    ],
  ])("is refused by the command: %s", async (_what, args, words) => {
    const { code, err } = await runScript("acknowledge", args);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });

  test("and the command explains itself within 80 columns", async () => {
    const { code, out } = await runScript("acknowledge", ["--help"]);
    expect(code).toBe(0);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});
