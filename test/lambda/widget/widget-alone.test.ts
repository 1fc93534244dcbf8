import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { readQuickOverview } from "../../../lambda/checks/read-overview.ts";
import type { Answer } from "../../../lambda/event/answer.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import type { Memory } from "../../../lambda/facts/memory.ts";
import { toOverviewStyle } from "../../../lambda/page/overview-style.ts";
import { toColors } from "../../../lambda/page/style.ts";
import type { LogEntry } from "../../../lambda/shared/log.ts";
import { saveMemory } from "../../../lambda/watchdog/save-memory.ts";
import { answerAlert } from "../../../lambda/widget/answer.ts";
import { explain, FAILURES } from "../../../lambda/widget/failures.ts";
import { answerWidget, type WidgetDeps } from "../../../lambda/widget/widget.ts";
import { APP_SECRET } from "../../support/builders.ts";
import { accountMemory, HOUR_MS, LOOKED_AT, memoryOf, watchedSystem } from "../../support/facts.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { ANSWER } from "../../support/notices.ts";
import { answersOf, storedAlert } from "../../support/stored-alerts.ts";

const REQUEST = { wabaId: "1", eventKey: "2", answer: "handling" } as const;

/** A widget whose table holds this alert. */
function createDeps(stored: StoredAlert | undefined | Error) {
  const log: LogEntry[] = [];
  const appended: Answer[] = [];
  const found: unknown[] = [];
  const deps: WidgetDeps = {
    alerts: {
      table: {
        async find(key) {
          found.push(key);
          if (stored instanceof Error) throw stored;
          return stored;
        },
        numberHistory: async () => [],
      },
      answers: {
        async append(_known, answer) {
          appended.push(answer);
          return true;
        },
      },
    },
    log: { write: (entry) => void log.push(entry) },
    now: () => LOOKED_AT,
    system: watchedSystem(),
    endpoint: "arn:endpoint",
  };
  return { deps, log, appended, found };
}

describe("an answer from the dashboard", () => {
  test("is stored under the typed name, logged without it, and counted", async () => {
    const { deps, log, appended, found } = createDeps(storedAlert());
    expect(await answerAlert(REQUEST, "  Ann \u202eExample ", deps)).toEqual({
      tone: "calm",
      text: "Your answer is stored. All subscribers get it within a minute.",
    });
    expect(found).toEqual([{ wabaId: "1", eventKey: "2" }]);
    const at = new Date(LOOKED_AT).toISOString();
    expect(appended).toEqual([
      { name: "Ann Example", answer: "handling", at, from: "the dashboard", origin: "dashboard" },
    ]);
    expect(log).toEqual([
      {
        level: "INFO",
        message: "incident answered",
        fields: { from: "dashboard", outcome: "added" },
        metrics: { IncidentAcknowledged: 1, AcknowledgementMinutes: [185] },
      },
    ]);
  });

  const GIVEN = {
    ...ANSWER,
    at: new Date(LOOKED_AT).toISOString(),
    origin: "dashboard",
  } as const;
  test.each([
    [
      "given already",
      storedAlert({ answers: [GIVEN] }),
      { tone: "calm", text: "You have given this answer already." },
      "repeated",
    ],
    [
      "to an alert with fifty answers",
      storedAlert({ answers: answersOf(50) }),
      { tone: "alarm", text: "This alert takes no further answer." },
      "refused",
    ],
  ])("%s adds nothing", async (_what, stored, notice, outcome) => {
    const { deps, log, appended } = createDeps(stored);
    expect(await answerAlert(REQUEST, "Ann Example", deps)).toEqual(notice);
    expect(appended).toEqual([]);
    expect(log[0]).toMatchObject({ fields: { outcome }, metrics: {} });
  });

  test("to an alert that is not there is refused", async () => {
    const { deps, log } = createDeps(undefined);
    expect((await answerAlert(REQUEST, "Ann", deps)).text).toBe(
      "This alert takes no further answer.",
    );
    expect(log).toEqual([]);
  });

  test("without a name is not stored", async () => {
    const { deps, appended } = createDeps(storedAlert());
    expect(await answerAlert(REQUEST, " ", deps)).toEqual({
      tone: "alarm",
      text: "The answer was not stored. Enter your name.",
    });
    expect(appended).toEqual([]);
  });
});

test("a failure is shown in our words, and its reason logged by name only", () => {
  const { deps, log } = createDeps(undefined);
  const error = Object.assign(new Error("quotes 15550783881"), { name: "Throttling" });
  expect(explain("unstored", error, deps.log)).toBe(FAILURES.unstored);
  expect(log).toEqual([
    {
      level: "ERROR",
      message: "widget failed",
      fields: { failure: "unstored", reason: "Throttling" },
    },
  ]);
});

const contextOf = (theme: "light" | "dark", name = "") => ({
  widgetContext: { theme, forms: { all: { name } } },
});

describe("the widget", () => {
  test("describes itself", async () => {
    const { deps, log } = createDeps(undefined);
    expect(await answerWidget("describe", deps)).toEqual({
      markdown: expect.stringMatching(/^# WhatsApp numbers\n.*`lambda:InvokeFunction`/s),
    });
    expect(log).toEqual([]);
  });

  test("says of a malformed request one sentence, in a form of its own style", async () => {
    const { deps, log } = createDeps(undefined);
    const markup = String(await answerWidget("malformed", deps));
    expect(markup).toContain(`\n${toOverviewStyle()}</style>`);
    expect(markup).toContain(".widget { color-scheme: light;\n");
    expect(markup).toContain(
      `<form>\n<p class="headline tone-alarm" role="status"><bdi>${FAILURES.malformed.text}</bdi></p>\n</form>`,
    );
    expect(log).toEqual([{ level: "WARN", message: "widget request not understood" }]);
  });

  test("is dark on a dark dashboard", async () => {
    const { deps } = createDeps(undefined);
    for (const theme of ["light", "dark"] as const) {
      const markup = await answerWidget(contextOf(theme), deps);
      expect(markup).toContain(`.widget { color-scheme: ${theme};\n${toColors(theme)}\n`);
    }
  });

  test("says whether an answer was stored above all else", async () => {
    const { deps } = createDeps(storedAlert());
    const answered = { ...contextOf("light", "Ann"), acknowledge: REQUEST };
    expect(await answerWidget(answered, deps)).toMatch(
      /<form>\s*<p class="headline tone-calm" role="status"><bdi>Your answer is stored\./,
    );
    const { deps: failing, log } = createDeps(new Error("no"));
    expect(await answerWidget(answered, failing)).toContain("Your answer may not be stored");
    expect(log).toEqual([expect.objectContaining({ message: "widget failed" })]);
  });

  test("has an answer also where the overview can't be made at all", async () => {
    const { deps, log } = createDeps(storedAlert());
    let asked = 0;
    const now = () => {
      asked += 1;
      if (asked > 1) throw new TypeError("odd");
      return LOOKED_AT;
    };
    const answered = { ...contextOf("light", "Ann"), acknowledge: REQUEST };
    const markup = String(await answerWidget(answered, { ...deps, now }));
    expect(markup).toMatch(/tone-calm.*Your answer is stored.*tone-alarm.*The numbers can&#39;t/s);
    expect(log.at(-1)?.fields).toEqual({ failure: "unreadable", reason: "TypeError" });
    const { deps: plain } = createDeps(undefined);
    const broken = () => {
      throw new TypeError("odd");
    };
    expect(await answerWidget(contextOf("light"), { ...plain, now: broken })).toMatch(
      /<form>\s*<p class="headline tone-alarm" role="status"><bdi>The numbers can&#39;t be read/,
    );
  });
});

/** A table of open reset requests for these numbers. */
function tableOf(numbers: readonly string[]) {
  const Items = numbers.map((S, index) => ({
    wabaId: { S: "1" },
    eventKey: { S: `key-${index}` },
    event: { S: "PIN_RESET_REQUEST" },
    displayPhoneNumber: { S },
    time: { N: String(LOOKED_AT / 1000) },
    receivedAt: { S: new Date(LOOKED_AT).toISOString() },
    alert: { S: "open" },
  }));
  type Query = { input: { ExpressionAttributeValues?: Record<string, { S?: string }> } };
  return Object.assign(Object.create(DynamoDBClient.prototype), {
    async send({ input }: Query) {
      const isAsked = input.ExpressionAttributeValues?.[":name"]?.S === "PIN_RESET_REQUEST";
      return { Items: isAsked ? Items : [] };
    },
  });
}

describe("what the widget shows of a number", () => {
  async function show(number: string): Promise<string> {
    const { deps } = createDeps(undefined);
    const system = watchedSystem({ dynamodb: tableOf([number]) });
    return String(await answerWidget(contextOf("light"), { ...deps, system }));
  }

  test.each([
    ["15550783881", "+15…3881"],
    ["+1 555-078-3881", "+15…3881"],
    ["x15550783881", "x15…3881"],
    ["15550783881x", "155…881x"],
  ])("%s is %s: dashboards are shown on walls", async (number, masked) => {
    const markup = await show(number);
    expect(markup).toContain(`<bdi>${masked}</bdi>`);
    expect(markup).not.toContain(number);
  });

  test("has buttons that call the function, and one field for a name", async () => {
    const markup = await show("15550783881");
    expect(markup.match(/<cwdb-action action="call"[^>]* endpoint="arn:endpoint">/g)).toHaveLength(
      4,
    );
    expect(markup).toContain("&#34;eventKey&#34;:&#34;key-0&#34;");
    expect(markup.match(/<input type="text" id="name" name="name"/g)).toHaveLength(1);
  });
});

describe("the overview that the widget reads", () => {
  /** A system of which only the watchdog's memory can be read. */
  async function systemWith(remembered: Memory | undefined) {
    let tokens = 0;
    const readToken = async () => {
      tokens += 1;
      return { token: "EAA", wabaIds: [] };
    };
    const table = memoryTable();
    if (remembered) await saveMemory(table.source, remembered, undefined);
    const { meta } = watchedSystem();
    const system = watchedSystem({
      aws: undefined,
      ...table.source,
      meta: { ...meta, readToken },
    });
    return { system, tokens: () => tokens };
  }

  const memory = memoryOf({
    ranAt: LOOKED_AT - 2 * HOUR_MS,
    failedSince: {
      "meta-app": LOOKED_AT - 72 * HOUR_MS,
      "last-test": LOOKED_AT - 72 * HOUR_MS,
      "operations-subscribers-2": LOOKED_AT - 26 * HOUR_MS,
    },
    unreadSince: { forged: LOOKED_AT - 2 * HOUR_MS },
    accounts: new Map([["3", accountMemory({}, [["15550783881", false, 5]])]]),
  });

  test("shows what the watchdog found last, and asks Meta nothing", async () => {
    const { system, tokens } = await systemWith(memory);
    const overview = await readQuickOverview(system, LOOKED_AT);
    expect(overview.failed).toEqual([
      {
        id: "meta-app",
        name: "Meta app",
        state: "failed",
        message: "Failed first 3 days ago, and still when the watchdog ran 2 hours ago.",
        fix: "see its mail on the operations topic",
      },
      {
        id: "operations-subscribers-2",
        name: "Operations subscribers 2",
        state: "failed",
        message: "Failed first 26 hours ago, and still when the watchdog ran 2 hours ago.",
        fix: "see its mail on the operations topic",
      },
    ]);
    expect(overview.unchecked).toContainEqual({
      id: "forged",
      name: "Forged",
      state: "unknown",
      why: "unread",
      message: "It could not be read when the watchdog ran 2 hours ago.",
    });
    expect(overview.at).toBe(LOOKED_AT);
    expect(overview.numbers.map(({ state }) => state)).toEqual(["UNPROTECTED"]);
    expect(tokens()).toBe(0);
  });

  test("asks Meta nothing also where the app, its secret and a token are saved", async () => {
    const asked: string[] = [];
    const graph = {
      baseUrl: "",
      async send({ path }: { path: string }) {
        asked.push(path);
        throw new Error("Meta was asked");
      },
    };
    const readToken = async () => {
      asked.push("token");
      return { token: "EAA", wabaIds: ["3"] };
    };
    const secret = { verifyToken: "v", appSecrets: [APP_SECRET], appId: "7" };
    const system = watchedSystem({
      dynamodb: tableOf(["15550783881"]),
      meta: { graph: graph as never, readToken },
      readSecret: async () => secret,
    });
    const overview = await readQuickOverview(system, LOOKED_AT);
    expect(overview.checks.find(({ id }) => id === "numbers")?.state).toBe("ok");
    expect(asked).toEqual([]);
  });

  test("has only its own checks where nothing is remembered", async () => {
    const { system } = await systemWith(undefined);
    const overview = await readQuickOverview(system, LOOKED_AT);
    expect(overview.failed).toEqual([]);
    expect(overview.checks.filter(({ id }) => /^(meta|account|secret)/.test(id))).toEqual([]);
  });
});
