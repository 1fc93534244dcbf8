import { ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type AcknowledgeOptions,
  acknowledge,
} from "../../../infra/commands/acknowledge/acknowledge.ts";
import { toLines } from "../../../infra/commands/acknowledge/report.ts";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { toKey } from "../../../lambda/event/event-item.ts";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { TABLE } from "../../../lambda/shared/item-names.ts";
import { emptyTable } from "../../support/failures.ts";
import { startLocalRun } from "../../support/local-run.ts";
import { ANSWER, later } from "../../support/notices.ts";
import { runHere } from "../../support/run-here.ts";
import { answersOf, hold, storedAlert } from "../../support/stored-alerts.ts";
import { runWith } from "../../support/terminal.ts";

const local = await startLocalRun();
const { tableName, dynamodbEndpoint: endpoint } = local.address;
const dynamodb = createDynamoDB({ ...LOCAL_AWS, endpoint });
const table = createEventTable({ client: dynamodb, tableName });
afterAll(local.stop);
beforeEach(() => emptyTable(local.address));

const PHONE = "15550783881";
const OTHER = "15550783882";
const NOW = Date.parse("2026-11-24T04:00:00.000Z");
let stored = 0;

/** An alert of its own: of the first number, open, and later than the others, but for this. */
async function store({
  event,
  ...difference
}: Partial<Omit<StoredAlert, "event">> & { event?: Partial<SecurityEvent> }) {
  stored += 1;
  const eventKey = `${String(stored).padStart(16, "0")}#0`;
  const alert = storedAlert({ event: later(stored % 60, { eventKey, ...event }), ...difference });
  await hold({ dynamodb, tableName }, alert);
  return { stored: () => table.find(alert.event) as Promise<StoredAlert>, eventKey };
}

function run({ answer = "handling", ...difference }: Partial<AcknowledgeOptions>, now = () => NOW) {
  const options = { data: local.data, as: "Ann Example", answer, ...difference } as const;
  return runWith((terminal) => acknowledge({ options, terminal, now }));
}

const GIVEN = {
  name: "Ann Example",
  answer: "handling",
  at: new Date(NOW).toISOString(),
  from: "terminal",
  origin: "terminal",
};

/** `handling` of the first, and so on. */
async function answersTo(...alerts: { stored: () => Promise<StoredAlert> }[]) {
  const found = await Promise.all(alerts.map((alert) => alert.stored()));
  return found.map(({ alert, answers }) => [alert, ...answers.map(({ answer }) => answer)]);
}

describe("an answer from the terminal", () => {
  test("is stored with every open alert of the number, as a person types it", async () => {
    const worse = { displayPhoneNumber: OTHER, event: "PIN_REQUEST_SUCCESS" };
    const other = await store({ event: worse });
    const alerts = [await store({}), await store({})];
    expect((await run({ phone: "+1 555-078-3881" })).shown).toMatchSnapshot();
    for (const alert of alerts) {
      expect(await alert.stored()).toMatchObject({ alert: "open", answers: [GIVEN] });
    }
    expect(await answersTo(other)).toEqual([["open"]]);
    const [first, second] = await Promise.all(alerts.map((alert) => alert.stored()));
    const due = [first, second].flatMap((each) => (each?.announcedAnswers === 0 ? each.dueAt : []));
    expect(due, "announced once, at once").toEqual([0]);
  });

  test("has the time of DynamoDB's clock where this computer's is an hour ahead", async () => {
    const alert = await store({});
    const started = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: started + 3_600_000 });
    await run({ phone: PHONE }, Date.now).finally(() => vi.useRealTimers());
    const at = Date.parse((await alert.stored()).answers[0]?.at ?? "");
    expect(Math.abs(at - started)).toBeLessThan(60_000);
  });

  test("changes nothing when it was given before, and is added to others", async () => {
    const alert = await store({});
    await run({ phone: PHONE });
    const before = await alert.stored();
    const { code, text } = await run({ phone: PHONE });
    expect([code, text]).toEqual([
      0,
      `+${PHONE}: reset requested, has this answer already Nothing was changed.`,
    ]);
    expect(await alert.stored()).toEqual(before);
    const ended = await run({ phone: PHONE, answer: "pin-set" });
    expect(ended.text).toContain("minute, many answers in one message. Nothing is repeated any");
    expect(await answersTo(alert)).toEqual([["acknowledged", "handling", "pin-set"]]);
  });

  test("is added to a changed PIN's alert, which waits for none", async () => {
    const changed = await store({ event: { event: "PIN_CHANGED" }, alert: "published" });
    await run({ phone: PHONE, answer: "pin-set" });
    expect(await answersTo(changed)).toEqual([["acknowledged", "pin-set"]]);
  });

  test("is refused after fifty", async () => {
    const alert = await store({ answers: answersOf(50) });
    const before = await alert.stored();
    await expect(run({ phone: PHONE })).rejects.toThrow("no alert takes an answer");
    expect((await run({ all: true, json: true })).json().alerts[0].result).toBe("refused");
    const { code, text } = await run({ all: true });
    expect([code, text]).toEqual([
      1,
      `+${PHONE}: reset requested, takes no further answer (at most 50) Nothing was changed.`,
    ]);
    await store({ event: { displayPhoneNumber: OTHER } });
    expect((await run({ all: true })).code, "with one that is taken").toBe(0);
    expect(await alert.stored()).toEqual(before);
  });

  test("is for a lapsed alert too, and --reopen opens one again", async () => {
    const alert = await store({ alert: "lapsed" });
    expect((await run({ phone: PHONE, answer: "pin-set" })).text).toContain(", answered 1 answer");
    expect((await alert.stored()).alert).toBe("acknowledged");
    expect((await run({ phone: PHONE, reopen: true })).shown).toMatchSnapshot();
    expect(await alert.stored()).toMatchObject({ alert: "open", dueAt: 0 });
    expect(await answersTo(alert)).toEqual([["open", "pin-set", "reopen"]]);
  });

  test("to open again is for the worst of the number's ended alerts", async () => {
    const worse = await store({ event: { event: "PIN_REQUEST_SUCCESS" }, alert: "acknowledged" });
    const newer = await store({ alert: "acknowledged" });
    await run({ phone: PHONE, reopen: true });
    expect(await answersTo(worse, newer)).toEqual([["open", "reopen"], ["acknowledged"]]);
  });
});

describe("an answer to all", () => {
  const all = (more: Partial<AcknowledgeOptions> = {}) =>
    run({ all: true, answer: "planned", ...more });

  test("is given once for a number, also of events that Meta does not document, and says how far it is", async () => {
    const alerts = [
      await store({ event: { event: "PIN_NEW" } }),
      await store({ event: { event: "PIN_NEW" } }),
      await store({ event: { event: "PIN_REQUEST_SUCCESS" }, dueAt: 2 }),
      await store({ event: { displayPhoneNumber: OTHER }, alert: "lapsed" }),
      await store({ event: { displayPhoneNumber: "", event: "PIN_NEW" } }),
      await store({ event: { displayPhoneNumber: "", event: "PIN_NEW" } }),
      // An answer that only pauses waits for its announcement.
      await store({ event: { displayPhoneNumber: "", event: "PIN_NEW" }, answers: [ANSWER] }),
    ];
    const { code, out, text, shown } = await all();
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/ 5 answers .* is repeated any more\.$/),
    ]);
    expect(shown.match(/^% .*$/gm)).toEqual([1, 2, 3, 4, 5].map((done) => `% ${done} of 5`));
    const ofOne = out.filter((line) => line.includes(`+${PHONE}:`));
    expect(ofOne).toEqual([`+${PHONE}: two-step verification turned off, answered`]);
    const states = await answersTo(...alerts);
    expect(states).toEqual([
      ...Array(6).fill(["acknowledged", "planned"]),
      ["acknowledged", "handling", "planned"],
    ]);
    await expect(all()).rejects.toThrow(
      `Nothing was changed: no alert takes an answer. What was published is in the history: npm run history -- --data ${local.data}`,
    );
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: tableName }));
    const expiring = Items.filter((item) => item[TABLE.ttl]);
    expect(expiring, "a terminal does not know how long events are kept").toEqual([]);
  });

  test("answers machines with one document", async () => {
    const { eventKey } = await store({});
    expect((await all({ json: true })).json()).toEqual({
      answer: { ...GIVEN, answer: "planned" },
      alerts: [
        {
          wabaId: "102290129340398",
          eventKey,
          event: "PIN_RESET_REQUEST",
          displayPhoneNumber: PHONE,
          result: "added",
        },
      ],
    });
    const again = await run({ phone: PHONE, answer: "moved", json: true });
    expect(again.json().alerts, "which did not wait").toMatchObject([{ result: "noted" }]);
  });

  test("leaves what is not out yet; one that cannot be stored is the exit code 1", async () => {
    const pending = await store({ alert: "pending" });
    await expect(all(), "alone").rejects.toThrow("Nothing was changed: no alert takes an answer");
    const { eventKey } = await store({ event: { displayPhoneNumber: OTHER } });
    const damage = {
      TableName: tableName,
      Key: toKey(storedAlert({ event: later(0, { eventKey }) }).event),
      UpdateExpression: "SET answers = :text",
      ExpressionAttributeValues: { ":text": { S: "no list" } },
    };
    await dynamodb.send(new UpdateItemCommand(damage));
    const well = await store({ event: { displayPhoneNumber: "15550783883" } });
    const { code, text, shown } = await all();
    expect([code, shown.match(/^% .*$/gm)?.at(-1)]).toEqual([1, "% 3 of 3"]);
    expect(text).toMatch(/1 answer failed\. Run the command again: \+15550783882: .*, FAILED$/);
    expect(await answersTo(pending, well)).toEqual([["pending"], ["acknowledged", "planned"]]);
    await expect(run({ phone: OTHER }), "alone it is the error").rejects.toThrow();
  });

  test("lists what failed after all others, and of more than twenty only how many", () => {
    const toAnswered = (outcomes: readonly string[]) =>
      outcomes.map((outcome, index) => ({
        event: { wabaId: "1", eventKey: "2", displayPhoneNumber: `${index}\u202e` },
        outcome: outcome as "added",
      }));
    const answer = { ...ANSWER, name: "Ann\u001b", answer: "moved" } as const;
    const of = (...outcomes: string[]) => toLines(answer, toAnswered(outcomes));
    expect(of("failed", ...Array(21).fill("added"))).toMatchSnapshot();
    expect(of("failed", ...Array(20).fill("added"))[19]).toMatch(/^20\ufffd: .*, answered$/);
    expect(of("noted", "failed", "refused", "repeated", "failed")).toMatchSnapshot();
  });
});

describe("what can't be answered is refused", () => {
  test.each([
    [
      { phone: "+1 555 000 9999" },
      /^Nothing was changed: no alert takes an answer of \+1 555 000 9999\. What .* --data \S+ --phone "\+1 555 000 9999"$/,
    ],
    [{ phone: "1", reopen: true }, /^Nothing was changed: no alert was ended or has lapsed of 1\./],
    [{}, /^Name the number with --phone, or answer every alert with --all\.$/],
  ])("%j", async (options, sentence) => {
    await expect(run(options)).rejects.toThrow(sentence);
  });

  test.each([
    ["--all --as ?! --answer planned", "Enter your name."],
    ["--all --answer planned", "--as <name>' not specified"],
    ["--all --as Ann --answer maybe", "Allowed choices are planned"],
    ["--phone  --as Ann --answer moved", "It must not be empty."],
    ["--all --as Ann", "Say what you know with --answer"],
    ["--phone 1 --as A --answer moved --reopen", "cannot be used with"],
    ["--all --as A --reopen", "cannot be used with"],
    ["--all --phone 1 --as A --answer planned", "cannot be used with"],
  ])("by the command: %s", async (args, words) => {
    const { code, err } = await runHere("acknowledge", args.split(" "));
    expect([code, err]).toEqual([1, expect.stringContaining(words)]);
  });
});
