import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { toCsvLine } from "../../../infra/commands/history/csv.ts";
import { exportEvents } from "../../../infra/commands/history/export.ts";
import { followEvents } from "../../../infra/commands/history/follow.ts";
import { toHint } from "../../../infra/commands/history/hint.ts";
import { type HistoryOptions, history } from "../../../infra/commands/history/history.ts";
import { describeUnknownNames } from "../../../infra/commands/history/unknown-names.ts";
import { queryEvents } from "../../../infra/deployment/events.ts";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import type { AnswerKind } from "../../../lambda/event/answer.ts";
import { type Item, toItem, toKey } from "../../../lambda/event/event-item.ts";
import { toSecurityEvent } from "../../../lambda/event/security-event.ts";
import type { AlertState, StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { newWabaId, resetRequest } from "../../support/builders.ts";
import { startLocalRun } from "../../support/local-run.ts";
import { makeFolder } from "../../support/processes.ts";
import { runHere } from "../../support/run-here.ts";
import { serve } from "../../support/serve.ts";
import { hold, storedAlert } from "../../support/stored-alerts.ts";
import { runWith } from "../../support/terminal.ts";

/** Some file systems have no hard links. */
const disk = vi.hoisted(() => ({ hasLinks: true }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const { link, ...fs } = await importOriginal<typeof import("node:fs/promises")>();
  const fault = Object.assign(new Error("no links"), { code: "ENOTSUP", syscall: "link" });
  return {
    ...fs,
    link: (from: string, to: string) => (disk.hasLinks ? link(from, to) : Promise.reject(fault)),
  };
});

/** How long following would have paused: here it looks again at once. */
const pauses = vi.hoisted((): unknown[] => []);
vi.mock("node:timers/promises", async (importOriginal) => {
  const { setTimeout, ...timers } = await importOriginal<typeof import("node:timers/promises")>();
  const pause: typeof setTimeout = (milliseconds, value, options) => {
    if (options?.signal) pauses.push(milliseconds);
    return setTimeout(options?.signal ? 1 : milliseconds, value, options);
  };
  return { ...timers, setTimeout: pause };
});

/** All times are UTC, wherever the operator is. */
process.env.TZ = "Asia/Tokyo";

const folder = makeFolder();
const local = await startLocalRun();
const { data } = local;
const dynamodb = createDynamoDB({ ...LOCAL_AWS, endpoint: local.address.dynamodbEndpoint });
afterAll(async () => {
  await local.stop();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  disk.hasLinks = true;
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});

const ENTRY = "infra/commands/history/main.ts";

const AWS = { AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true", HOME: "/nowhere" };
const KEYS = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };

/** Stores an event that does not alert; more fields go into its value. */
async function store({
  waba = newWabaId(),
  time = 1748811473,
  receivedAt = Date.now(),
  ...fields
}: { waba?: string; time?: number; receivedAt?: number } & Record<string, unknown>) {
  const entry = { id: waba, time, changes: [], valuesMissing: false };
  const change = { field: "security", value: resetRequest(fields) };
  const event = toSecurityEvent(entry, change, { receivedAt, appSecretIndex: 0 });
  await createEventTable({ client: dynamodb, ...local.address }).record(event);
  return event;
}

const ENDED = AbortSignal.abort();

/** What is said beside the result is in `said`, its line breaks undone. */
async function run(more: Partial<HistoryOptions> = {}, width?: number, signal = ENDED) {
  const options: HistoryOptions = { data, format: "json", ...more };
  const ran = await runWith((terminal) => history({ options, terminal, width, signal }));
  return { ...ran, said: ran.err.join(" ") };
}

interface Row {
  readonly time: number;
  readonly event: string;
  readonly [name: string]: unknown;
}

async function rowsOf(difference: Partial<HistoryOptions>): Promise<Row[]> {
  return (await run(difference)).json();
}

async function timesOf(difference: Partial<HistoryOptions>): Promise<number[]> {
  return (await rowsOf(difference)).map(({ time }) => time);
}

async function linesOf(difference: Partial<HistoryOptions>, width?: number): Promise<string[]> {
  return (await run({ ...difference, format: "table" }, width)).out;
}

/** The table, while reading it fails with what this returns; a page has at most so many items. */
function withFailures(findFailure: () => unknown, Limit?: number) {
  const client = createDynamoDB({ ...LOCAL_AWS, endpoint: local.address.dynamodbEndpoint });
  const send = client.send.bind(client) as (command: object) => Promise<never>;
  client.send = async (command: { readonly input: object }) => {
    const failure = await findFailure();
    if (failure) throw failure;
    Object.assign(command.input, Limit && { Limit });
    return send(command);
  };
  return { dynamodb: client, tableName: local.address.tableName };
}

function put(Item: Item) {
  return dynamodb.send(new PutItemCommand({ TableName: local.address.tableName, Item }));
}

describe("history of one", () => {
  const waba = newWabaId();
  const phone = "15550001111";

  beforeAll(async () => {
    for (const time of [300, 100, 200]) {
      const fields = { display_phone_number: phone, event: "PIN_ONE", requester: "r1" };
      await store({ waba, time, receivedAt: 400_000, ...fields });
    }
    await store({ time: 200, event: "PIN_CHANGED", requester: undefined });
  });

  test.each([
    ["account", { waba }],
    ["number", { phone }],
    ["number in another spelling", { phone: "+1 (555) 000-1111" }],
    ["event", { event: "PIN_ONE" }],
    ["requester", { requester: "r1" }],
  ])("%s shows its events, newest first, of a range and to a limit", async (_, filter) => {
    const [row, ...others] = await rowsOf(filter);
    expect(others.map(({ time }) => time)).toEqual([200, 100]);
    const value = resetRequest({ display_phone_number: phone, event: "PIN_ONE", requester: "r1" });
    expect(row).toEqual({
      sentAt: "1970-01-01T00:05:00.000Z",
      event: "PIN_ONE",
      displayPhoneNumber: phone,
      requester: "r1",
      wabaId: waba,
      alert: "none",
      receivedAt: "1970-01-01T00:06:40.000Z",
      time: 300,
      eventKey: expect.stringMatching(/^0000000000000300#[0-9a-f]{16}$/),
      appSecretIndex: 0,
      value: JSON.stringify(value),
    });
    expect(await timesOf({ ...filter, since: 200 }), "both ends included").toEqual([300, 200]);
    expect(await timesOf({ ...filter, until: 200 })).toEqual([200, 100]);
    expect(await timesOf({ ...filter, since: 101, until: 299 })).toEqual([200]);
    expect(await timesOf({ ...filter, limit: 2 })).toEqual([300, 200]);
  });

  test("finds ids that were folded to fit into a key, and a number that came with spaces", async () => {
    const long = `ä${"9".repeat(2_000)}`;
    const phone = "+1 555-010 0099";
    await store({ waba: long, display_phone_number: long, requester: long, event: long });
    await store({ display_phone_number: phone });
    for (const name of ["waba", "phone", "requester", "event"]) {
      expect(await rowsOf({ [name]: long })).toHaveLength(1);
    }
    expect(await rowsOf({ phone })).toHaveLength(1);
  });
});

describe("history of all", () => {
  test("merges the documented events, newest first, over many pages", async () => {
    const waba = newWabaId();
    const names = ["PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"];
    for (let from = 0; from < 1_200; from += 100) {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => {
          const time = 5_000_000_000 + from + index;
          return store({ waba, time, event: names[index % 2] });
        }),
      );
    }
    await store({ waba, time: 5_000_000_600, event: names[2] });
    const times = await timesOf({ since: 5_000_000_000 });
    expect(times).toHaveLength(1_201);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(await rowsOf({ since: 5_000_000_000, limit: 3 })).toHaveLength(3);
    for (const [index, time] of [9, 10].entries()) await store({ time, event: names[index] });
    const early = await timesOf({ until: 10 });
    expect(early, "by number").toEqual(early.toSorted((a, b) => b - a));
  });

  const UNKNOWN = { waba: newWabaId(), time: 1, requester: undefined } as const;

  test("says which events with other names there are, whether or not something was found", async () => {
    await Promise.all([store({}), store({ ...UNKNOWN, event: "PIN_CHANGE" })]);
    const hints = async (more: Partial<HistoryOptions>) => (await run(more)).said;
    const nothing = { since: 9_000_000_000 };
    const { out, said } = await run(nothing);
    expect(out).toEqual(["[]"]);
    await put({ ...toKey({ wabaId: "pace", eventKey: "digest" }), t1: { N: "1" } });
    // Other tests have stored others, or not yet.
    expect(said).toMatch(/^No event was found\. \d+ events? that .+ not shown \(\d+ .+\): list /);
    expect(await hints({ limit: 1 })).toBe(said.replace("No event was found. ", ""));
    const file = join(folder, "out.csv");
    expect(await hints({ ...nothing, export: file })).toBe(
      said.replace("No event was found.", `0 events written to ${file}.`),
    );
    expect(await hints({ event: "PIN_CHANGE" }), "what was typed is found").toBe("");
    const [waba, event] = ["1", "PIN_CHANGED"];
    for (const filter of [{ waba }, { event }, { phone: "1" }, { requester: "1" }]) {
      expect(await hints({ ...nothing, ...filter })).toBe("No event was found.");
    }
    for (const event of [undefined, "PIN_CHANGE"]) await store({ ...UNKNOWN, time: 2, event });
    const more = Number.parseInt(await hints({ limit: 1 }), 10);
    expect(more, "one without a name").toBe(Number(/\d+/.exec(said)?.[0]) + 2);
    expect(await hints({ event: "pin_changd" })).toBe(
      "No event was found. Meta's names are upper case, such as PIN_CHANGED: did you mean that?",
    );
  });

  const LIST = "list them with --event NAME, --waba or --phone.";

  test.each([
    [{ PIN_A: 1 }, `1 event that Meta does not document is not shown (1 PIN_A): ${LIST}`],
    [
      { "": 2, ["\u202e".repeat(41)]: 1, C: 1, D: 1, E: 1 },
      `6 events that Meta does not document are not shown (2 without a name, 1 ${"\ufffd".repeat(40)}, 1 C, 1 D, 1 E): ${LIST}`,
    ],
    [
      { A: 2, B: 1, C: 1, D: 1, E: 1, F: 1 },
      `7 events that Meta does not document are not shown (2 A, 1 B, 1 C, 1 D, 1 E, and more): ${LIST}`,
    ],
    [{}, undefined],
  ])("describes %j", (counts, sentence) => {
    expect(describeUnknownNames(new Map(Object.entries(counts)))).toBe(sentence);
  });

  test("looks for them in a huge table's first ten pages only", async () => {
    const storeAt = (time: number) => store({ ...UNKNOWN, time, event: "PIN_B" });
    await Promise.all(Array.from({ length: 12 }, (_, index) => storeAt(index)));
    const page = vi.fn(() => undefined);
    await toHint(withFailures(page, 1), {});
    expect(page).toHaveBeenCalledTimes(10);
  });

  test("says what is not looked for where the table may not be scanned", async () => {
    const denied = Object.assign(new Error("denied"), { name: "AccessDeniedException" });
    const failures = [new Error("network"), denied];
    const source = withFailures(() => failures.shift());
    await expect(toHint(source, {})).rejects.toThrow("network");
    expect(await toHint(source, {})).toBe(
      "Events with names other than PIN_CHANGED, PIN_RESET_REQUEST, PIN_REQUEST_SUCCESS are found by --event, --waba or --phone only.",
    );
  });

  test("says of a table without the indexes that it is another's", async () => {
    const foreign = Object.assign(new Error("no index"), { name: "ValidationException" });
    const source = withFailures(() => foreign);
    await expect(Array.fromAsync(queryEvents(source, {}))).rejects.toThrow(
      /^Table \S+ is not one of this system: no index$/,
    );
  });
});

describe("the table", () => {
  const waba = newWabaId();
  const wide = `2025-06-01 20:57:53  PIN_RESET_REQUEST    15550783881      none          ${waba}   61555822107539    -`;

  beforeAll(() => store({ waba }));

  test("has a line an event, where it fits or is piped", async () => {
    for (const width of [undefined, 139]) {
      expect(await linesOf({ waba }, width)).toEqual([
        "Sent (UTC)           Event                Phone number     Alert         Account           Requester         Answer",
        wide,
      ]);
    }
  });

  test("has the details in a second line in a terminal of 80 columns", async () => {
    const fields = { display_phone_number: undefined, requester: undefined };
    const odd = await store({ ...fields, time: 253_402_300_800, event: "E".repeat(20) });
    for (const width of [80, 138]) {
      expect((await linesOf({ waba, follow: width === 80 }, width)).slice(1)).toEqual([
        "2025-06-01 20:57:53  PIN_RESET_REQUEST    15550783881      none",
        `                     account ${waba}, requester 61555822107539`,
      ]);
    }
    const lines = await linesOf({ waba: odd.wabaId }, 80);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines[1]).toBe(`253402300800         ${"E".repeat(18)}…  -                none`);
    expect(lines[2]).toMatch(/account \d+$/);
    expect(await linesOf({ waba: "none" }), "no titles of nothing").toEqual([]);
  });
});

describe("more events than fit on a screen", () => {
  const waba = newWabaId();
  beforeAll(async () => {
    await store({ waba, time: 1, requester: "the first" });
    for (let time = 2; time <= 101; time += 1) await store({ waba, time, requester: "a hundred" });
  });

  const MORE =
    "There are more: these are the newest 100. Show others with --limit or --since, or write all of them to a file with --export.";

  test.each<[string, Partial<HistoryOptions>, number | undefined, number, string?]>([
    ["on a terminal are the newest hundred", {}, 100, 100, MORE],
    ["on a terminal are a hundred", { waba: undefined, requester: "a hundred" }, 100, 100],
    ["in a pipe are all", {}, undefined, 101],
    ["are as many as asked for", { limit: 101 }, 100, 101],
    ["are all since then", { since: 1 }, 100, 101],
    ["are all until then", { until: 101 }, 100, 101],
    ["are no more than there are", { until: 100, waba: newWabaId() }, 100, 0],
  ])("%s", async (_, more, width, shown, words = "") => {
    const { json, said } = await run({ waba, ...more }, width);
    expect(json()).toHaveLength(shown);
    expect(said.replace("No event was found.", "")).toBe(words);
  });
});

describe("an alert that waits for an answer", () => {
  const waba = newWabaId();
  const CODE = "AAAAAAAAAAAAAAAAAAAAAA";

  /** As the function leaves it in the table, of so many Unix seconds. */
  async function storeAlert(time: number, alert: AlertState, more: Partial<StoredAlert> = {}) {
    const entry = { id: waba, time, changes: [], valuesMissing: false };
    const change = { field: "security", value: resetRequest() };
    const context = { receivedAt: time * 1000, appSecretIndex: 0 };
    const event = { ...toSecurityEvent(entry, change, context), ...more.event };
    const stored = storedAlert({ ...more, event, alert });
    await hold({ dynamodb, ...local.address }, stored);
  }

  const answer = (name: string, kind: AnswerKind, at: string) =>
    ({ name, answer: kind, at, from: "terminal", origin: "terminal" }) as const;

  beforeAll(async () => {
    await storeAlert(100, "lapsed");
    await storeAlert(200, "superseded", { supersededBy: "0300#x" });
    const answers = [
      answer("Ann Example", "handling", "1970-01-01T00:06:00.000Z"),
      answer("Bob", "pin-set", "1970-01-01T00:07:00.000Z"),
    ];
    await storeAlert(300, "acknowledged", { answers, announcedAnswers: 2 });
    await storeAlert(500, "open", { incidentCode: CODE, repeats: 2, answers: answers.slice(0, 1) });
    await storeAlert(400, "pending", { attempts: 3 });
    await storeAlert(600, "open", { event: { test: true } as never });
    await put({ ...toKey({ wabaId: "pace", eventKey: "single" }), t1: { N: "1" } });
  });

  test("has its state and the last answer in the table", async () => {
    const lines = (await linesOf({ waba })).slice(1);
    expect(lines.map((line) => line.slice(59).replace(waba, "WABA"))).toEqual([
      "open          WABA (test)  61555822107539    -",
      "open          WABA   61555822107539    handling, Ann Example",
      "pending ×3    WABA   61555822107539    -",
      "acknowledged  WABA   61555822107539    pin-set, Bob (2 answers)",
      "superseded    WABA   61555822107539    -",
      "lapsed        WABA   61555822107539    -",
    ]);
  });

  test.each<[Partial<HistoryOptions>, number[]]>([
    [{}, [500, 400]],
    [{ since: 401 }, [500]],
    [{ since: 500, until: 500 }, [500]],
    [{ until: 499 }, [400]],
    [{ phone: "+1 555-078-3881" }, [500, 400]],
    [{ phone: "15550783882" }, []],
    [{ event: "PIN_RESET_REQUEST" }, [500, 400]],
    [{ event: "PIN_CHANGED" }, []],
    [{ requester: "61555822107539" }, [500, 400]],
    [{ requester: "6" }, []],
    [{ waba: waba.slice(0, -1) }, []],
  ])("is listed by --open, newest first, of those of %j: %j", async (filter, times) => {
    const { json, said } = await run({ ...filter, open: true });
    expect(json().map(({ time }: Row) => time)).toEqual(times);
    expect(said).toBe(times.length > 0 ? "" : "No alert is open.");
    const lines = await linesOf({ ...filter, open: true }, 80);
    expect(lines).toHaveLength(times.length && 1 + 2 * times.length);
  });

  test("settles its number's state by an answer, at the time of the answer", async () => {
    const stateAt = async (until: number) => (await rowsOf({ waba, state: true, until }))[0];
    expect(await stateAt(399)).toMatchObject({ state: "reset requested" });
    const sentence = "Two-step verification is on, says Bob.";
    expect(await stateAt(450)).toMatchObject({ state: "protected", since: 420, sentence });
  });

  test("shows nobody the code that lets anybody answer it", async () => {
    const [csv = "", lines = ""] = await Promise.all(
      ["out.CSV", "out.jsonl"].map(async (name) => {
        const file = join(folder, name);
        await run({ waba, export: file });
        return readFileSync(file, "utf8");
      }),
    );
    expect(csv.replaceAll(waba, "WABA").replaceAll("\r\n", "⏎\n")).toMatchSnapshot();
    const rows = JSON.parse(`[${lines.trimEnd().replaceAll("\n", ",")}]`);
    expect(rows).toEqual(await rowsOf({ waba }));
    const shown = [{ waba }, { waba, format: "table" as const }, { waba, open: true }];
    const outputs = await Promise.all(shown.map(async (options) => (await run(options)).text));
    for (const text of [csv, lines, ...outputs]) expect(text).not.toContain(CODE);
  });

  test("is never one of the table's counters of messages, nor a claim of npm run protect", async () => {
    await put(toKey({ wabaId: "protect", eventKey: "15550783881" }));
    expect(await rowsOf({ waba: "pace" })).toEqual([]);
    expect(await rowsOf({ waba: "protect" })).toEqual([]);
  });
});

describe("values that came from outside", () => {
  const hostile = '\x1b[2J\u009b31m\u202e\u2028\u2029\u{e0041}\r\n,"=';
  const waba = newWabaId();
  const OBEYED = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u;

  beforeAll(() => store({ waba, requester: hostile, event: "=cmd|' /C calc'!A0" }));

  test.each(["table", "json"] as const)("are tame in %s, also in a pipe", async (format) => {
    expect((await run({ waba, format })).out.join("")).not.toMatch(OBEYED);
  });

  test("are exact in JSON", async () => {
    expect(await rowsOf({ waba })).toMatchObject([{ requester: hostile }]);
  });
});

describe("the state of a number", () => {
  const [RESET, SUCCESS, CHANGED] = ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS", "PIN_CHANGED"];

  test("is listed worst first, without tests and without what has no number", async () => {
    const waba = newWabaId();
    const of = (display_phone_number: string, event?: string) =>
      store({ waba, display_phone_number, event });
    await of("3", CHANGED);
    await store({ waba, display_phone_number: "3", event: CHANGED, time: 1748811533 });
    await of("4", "PIN_FROZEN");
    await of("2", RESET);
    await of("1", SUCCESS);
    await of("", SUCCESS);
    await put(toItem({ ...(await of("9", "PIN_CHANGED")), test: true }));
    expect(await linesOf({ waba, state: true }, 80)).toEqual([
      "Phone number     State            Since (UTC)          Account",
      `1                UNPROTECTED      2025-06-01 20:57:53  ${waba}`,
      "                 last event PIN_REQUEST_SUCCESS, sent (UTC) 2025-06-01 20:57:53, says Two-step verification is off.",
      `2                reset requested  2025-06-01 20:57:53  ${waba}`,
      "                 last event PIN_RESET_REQUEST, sent (UTC) 2025-06-01 20:57:53, says A reset was requested; nothing says that two-step…",
      `4                unknown          -                    ${waba}`,
      "                 last event PIN_FROZEN, sent (UTC) 2025-06-01 20:57:53, says Whether two-step verification is on is not known.",
      `3                protected        2025-06-01 20:57:53  ${waba}`,
      "                 last event PIN_CHANGED, sent (UTC) 2025-06-01 20:58:53, says Two-step verification is on.",
    ]);
  });

  test("is the same however it was found, undocumented events or not", async () => {
    const waba = newWabaId();
    const phone = "15559990000";
    await store({ waba, time: 1_700_000_001, event: SUCCESS, display_phone_number: phone });
    await store({ waba, time: 1_700_000_002, event: "PIN_FROZEN", display_phone_number: phone });
    const byAccount = await rowsOf({ waba, state: true });
    const all = await rowsOf({ state: true });
    expect(byAccount).toEqual([
      {
        displayPhoneNumber: phone,
        state: "UNPROTECTED",
        since: 1_700_000_001,
        sentence: "Two-step verification is off.",
        wabaId: waba,
        lastEvent: SUCCESS,
        lastTime: 1_700_000_001,
      },
    ]);
    expect(all.filter((row) => row.displayPhoneNumber === phone)).toEqual(byAccount);
    expect(await rowsOf({ phone, state: true })).toEqual(byAccount);
  });

  test("is unknown to all where no event is stored, whatever Meta said", async () => {
    const { out, said } = await run({ waba: newWabaId(), state: true });
    expect([out, said]).toEqual([["[]"], "No number was found: none has had an event yet."]);
  });

  test("was another at another time", async () => {
    const waba = newWabaId();
    await store({ waba, time: 1, event: SUCCESS });
    await store({ waba, time: 9, event: CHANGED });
    expect(await rowsOf({ waba, state: true, until: 8 })).toMatchObject([{ state: "UNPROTECTED" }]);
  });

  test("counts what Meta said at the end of a run of protect, from then on", async () => {
    const [waba, phone] = [newWabaId(), "15559990001"];
    await store({ waba, time: 1_700_000_000, event: CHANGED, display_phone_number: phone });
    const reading = { isPinEnabled: { BOOL: false }, readAt: { N: "1700000200000" } };
    for (const eventKey of [phone, "15559990002"]) {
      await put({ ...toKey({ wabaId: "protect", eventKey }), ...reading });
    }
    const stateAt = (until: number) => rowsOf({ waba, state: true, until });
    expect(await stateAt(1_700_000_199)).toMatchObject([{ state: "protected" }]);
    expect(await stateAt(1_700_000_200)).toMatchObject([{ state: "UNPROTECTED" }]);
  });
});

describe("following", () => {
  const NOW = Math.floor(Date.now() / 1000);
  const DAY = 86_400;
  const { dynamodbEndpoint: AWS_ENDPOINT_URL_DYNAMODB, tableName: table } = local.address;

  test.each<[string, number, number, Partial<HistoryOptions>, number[]]>([
    ["the local run looks each second, however far back", 10, 1_000, {}, [9 * DAY]],
    ["a table looks each ten seconds, eight days back", 2, 10_000, { table, limit: 2 }, []],
    ["a table looks back to then", 12, 10_000, { table, since: NOW - 9 * DAY }, [9 * DAY]],
  ])("of %s, and begins with the latest %i, oldest first", async (...row) => {
    const [, latest, pause, options, older] = row;
    const env = { ...AWS, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const phone = newWabaId();
    const of = (age: number) => store({ display_phone_number: phone, time: NOW - age });
    const first = Array.from({ length: 12 }, (_, index) => 12 - index);
    for (const age of first) await of(age);
    pauses.length = 0;
    const closing = new AbortController();
    const followed = run({ ...options, phone, follow: true }, undefined, closing.signal);
    await expect.poll(() => pauses.length).toBeGreaterThan(0);
    for (const age of [9 * DAY, 8 * DAY - 600, 0, 0]) await of(age);
    const looks = pauses.length + 2;
    await expect.poll(() => pauses.length).toBeGreaterThan(looks);
    closing.abort();
    const { out, err } = await followed;
    const ages = [...first.slice(-latest), ...older, 8 * DAY - 600, 0, 0];
    expect(out.map((line) => NOW - JSON.parse(line).time)).toEqual(ages);
    expect([pauses[0], err]).toEqual([pause, []]);
  });

  const follow = (folder: string, ...args: string[]) =>
    spawn(process.execPath, [ENTRY, "--data", folder, "--follow", ...args]);

  test("shows what comes, also late, until interrupted", async () => {
    const waba = newWabaId();
    await store({ waba, time: 12 });
    const child = follow(data, "--waba", waba, "--json");
    const times: number[] = [];
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => times.push(JSON.parse(line).time));
    for (const [index, time] of [12, 40, 0].entries()) {
      if (index > 0) await store({ waba, time });
      while (times.length <= index) await once(lines, "line");
    }
    expect(times).toEqual([12, 40, 0]);
    const exit = once(child, "exit");
    child.kill("SIGINT");
    expect(await exit).toEqual([0, null]);
  });

  test("goes on after a moment without network, in the order of arrival, and not for ever", async () => {
    const waba = newWabaId();
    let [reads, failures] = [0, 0];
    const source = withFailures(async () => {
      reads += 1;
      if (reads === 2) await store({ waba, time: now + 1 });
      return failures-- > 0 ? new Error("network") : undefined;
    });
    const { signal } = new AbortController();
    const now = Math.floor(Date.now() / 1000);
    const options = { last: 1, pauseMs: 1, horizonSeconds: 1_000, signal };
    await store({ waba, time: now });
    const events = followEvents(source, { waba }, options)[Symbol.asyncIterator]();
    const next = async () => (await events.next()).value.time;
    expect(await next(), "which came while it began").toBe(now + 1);
    for (const time of [now - 100, now + 100]) {
      failures = 5;
      await store({ waba, time: now - 2_000, requester: String(time) });
      const arriving = [time + 1, time, time + 2];
      for (const [receivedAt, each] of arriving.entries()) {
        await store({ waba, time: each, receivedAt });
      }
      expect([await next(), await next(), await next()]).toEqual(arriving);
    }
    failures = 6;
    await expect(next()).rejects.toThrow("network");
  });

  test("ends with its local run, in a sentence", async () => {
    const other = await startLocalRun();
    for (const event of ["PIN_ODD", "PIN_CHANGED"]) {
      await runHere("simulate", [event, "--data", other.data]);
    }
    const left = readFileSync(join(other.data, "run.json"));
    const child = follow(other.data);
    const [said, exit] = [text(child.stderr), once(child, "exit")];
    await once(child.stdout, "data");
    await other.stop();
    expect(await said).toBe(
      "1 event that Meta does not document is not shown (1 PIN_ODD): list them with\n--event NAME, --waba or --phone.\nThe local run has ended.\n",
    );
    expect(await exit).toEqual([1, null]);
    writeFileSync(join(folder, "run.json"), left);
    await expect(run({ data: folder })).rejects.toThrow(`No local run was found in ${folder}: `);
  });
});

describe("an export", () => {
  const waba = newWabaId();
  const value = { requester: 'x"y"\n', more: { deep: [1, "=1"] } };

  beforeAll(async () => {
    for (const time of [1, 2, 3, 4, 5]) await store({ waba, time, ...value });
  });

  test.each([
    ["out.jsonl", true],
    ["out.ndjson", false],
  ])("to %s has a line an event, exact, with hard links: %s", async (name, hasLinks) => {
    const file = join(folder, name);
    disk.hasLinks = hasLinks;
    const { screen } = await run({ waba, since: 2, until: 4, export: file });
    expect(screen()).toBe(`… Exporting\n! 3 events written to ${file}.\nexit code 0`);
    const [line = ""] = readFileSync(file, "utf8").split("\n");
    expect(JSON.parse(JSON.parse(line).value)).toEqual(resetRequest(value));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([name]);
  });

  test.each<readonly [string | number | undefined, string]>([
    ["plain", "plain"],
    ["a\rb", '"a\rb"'],
    [" a", '" a"'],
    ["a ", '"a "'],
    ['"a"', '"""a"""'],
    ["a\nb", '"a\nb"'],
    ...[..."\r\n"].map((sign) => [`${sign}1`, `"'${sign}1"`] as const),
    ...[..."=+-@\t\uff1d\uff0b\uff0d\uff20"].map((sign) => [`${sign}1`, `'${sign}1`] as const),
    [-1, "-1"],
    [undefined, ""],
  ])("has in CSV for %j the cell %j", (cell, text) => {
    expect(toCsvLine([cell, true])).toBe(`${text},true`);
  });

  test("replaces a file only by force", async () => {
    const file = join(folder, "out.jsonl");
    writeFileSync(file, "precious");
    await expect(run({ waba, export: file })).rejects.toThrow(
      `${file} is there already: name another file, or replace it with --force.`,
    );
    expect(readFileSync(file, "utf8")).toBe("precious");
    await run({ waba, export: file, force: true });
    expect(readFileSync(file, "utf8")).toMatch(/^\{"sentAt"/);
  });

  test("has each line once, however many there are", async () => {
    const file = join(folder, "out.jsonl");
    const value = "x".repeat(700_000);
    async function* many() {
      for (const time of [1, 2, 3, 4]) yield { wabaId: "1", eventKey: "1", time, value };
    }
    expect(await exportEvents(many(), { file, force: false })).toBe(4);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).time)).toEqual([1, 2, 3, 4]);
  });

  test.each([true, false])("replaces no file that appears meanwhile (links: %s)", async (has) => {
    const file = join(folder, "out.jsonl");
    disk.hasLinks = has;
    async function* late() {
      writeFileSync(file, "precious");
      yield { wabaId: "1", eventKey: "1", time: 1 };
    }
    const exporting = exportEvents(late(), { file, force: false });
    await expect(exporting).rejects.toThrow(`${file} is there already: name another file, or`);
    expect(readFileSync(file, "utf8")).toBe("precious");
  });

  test("is ended by Ctrl-C at once, whatever AWS does", async () => {
    const server = await serve(() => child.kill("SIGINT"));
    const env = { ...process.env, ...AWS, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB: server.url };
    const args = [ENTRY, "--table", "events", "--export", join(folder, "out.csv")];
    const child = spawn(process.execPath, args, { env });
    expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
    await server.stop();
  });

  test("leaves nothing behind when it fails", async () => {
    const file = join(folder, "none/out.jsonl");
    await expect(run({ export: file })).rejects.toThrow(
      `${file} cannot be written (ENOENT): name another file.`,
    );
    await expect(run({ export: join(folder, "out\u202e.xls") })).rejects.toThrow(
      `${folder}/out\ufffd.xls says no format: end it in .jsonl (JSON Lines, exact) or .csv (for spreadsheets).`,
    );
    const broken = run({ export: join(folder, "out.csv"), table: "no-such-table" });
    await expect(broken).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("the command", () => {
  const inData = (...args: string[]) => runHere("history", ["--data", data, ...args]);

  test.each([
    [["--since", "yesterday"], "It must be a date (2026-01-31)"],
    [["--until", "2026-13-01T00:00Z"], "It must be a date (2026-01-31)"],
    [["--since", "2026-02-02", "--until", "2026-02-01"], "--since is after --until"],
    [["--limit", "0"], "A limit is a whole number from 1."],
    [["--format", "xml"], "Allowed choices are table, json."],
    [["--waba", "1", "--phone", "2"], "cannot be used with option"],
    [["--waba", ""], "It must not be empty."],
    [["--data", "/nowhere"], "No local run was found in /nowhere"],
    [["--table", "t"], "No AWS region is set"],
  ])("refuses %j in a sentence", async (args, sentence) => {
    const { code, out, err } = await inData(...args);
    expect([code, out]).toEqual([1, ""]);
    expect(err.replace(/\s+/g, " ")).toContain(sentence);
    expect(err).not.toContain(" at ");
  });

  test.each([
    ["t", "", {}, "No AWS credentials were found: log in again (aws sso login, aws login) or "],
    ["other", "", KEYS, "There is no table other in us-east-1 in this AWS account: see the "],
    ["t", "http://[::1]:1", KEYS, "AWS does not answer (ECONNREFUSED): check the network and "],
  ])("says of the table %s, at %j, in a sentence what is wrong", async (name, url, keys, words) => {
    const AWS_ENDPOINT_URL_DYNAMODB = url || local.address.dynamodbEndpoint;
    const env = { ...AWS, ...keys, AWS_ENDPOINT_URL_DYNAMODB };
    for (const more of [[], ["--waba=1", "--follow"], ["--export", join(folder, "a.csv")]]) {
      const { code, err } = await runHere("history", ["--table", name, ...more], env);
      expect([code, err.replace(/\s+/g, " ").slice(0, words.length)]).toEqual([1, words]);
    }
  });

  test("reads a table by its name", async () => {
    const { dynamodbEndpoint: AWS_ENDPOINT_URL_DYNAMODB, tableName } = local.address;
    const { wabaId: waba } = await store({ requester: "6".repeat(30) });
    const env = { ...AWS, ...KEYS, AWS_ENDPOINT_URL_DYNAMODB };
    const { out } = await runHere("history", ["--table", tableName, "--waba", waba], env);
    expect(out).toMatch(new RegExp(`${waba} +6{30} `));
  });

  test.each([
    ["says that the disk is full", "> /dev/full", /^The output cannot .*ENOSPC.*\n1\n$/],
    ["ends quietly when its reader does", "| head -1", /^0\n$/],
  ])("%s", async (_what, where, said) => {
    const command = `"${process.execPath}" ${ENTRY} --data "${data}" --event PIN_RESET_REQUEST`;
    const child = spawn("sh", ["-c", `{ ${command}; echo $? >&2; } ${where}`]);
    child.stdout.resume();
    expect(await text(child.stderr)).toMatch(said);
  });
});
