import { describe, expect, test } from "vitest";
import { runQuickChecks } from "../../../lambda/checks/checks.ts";
import { readQuickOverview } from "../../../lambda/checks/read-overview.ts";
import type { Memory } from "../../../lambda/facts/memory.ts";
import { createCommandLine } from "../../../lambda/shared/commands.ts";
import { saveMemory } from "../../../lambda/watchdog/save-memory.ts";
import { createMemoryClient } from "../../explore/memory-table.ts";
import { APP_SECRET } from "../../support/builders.ts";
import {
  accountMemory,
  factsOf,
  HOUR_MS,
  LOOKED_AT,
  memoryOf,
  toLine,
  watchedSystem,
} from "../../support/facts.ts";
import { hold, storedAlert } from "../../support/stored-alerts.ts";

describe("the overview that the widget reads", () => {
  /** A system with a token, of which its table can be read, and whoever asked Meta or for the token. */
  async function systemWith(remembered?: Memory) {
    const asked: string[] = [];
    const ask = (what: string, answer: unknown) => async () => {
      asked.push(what);
      return answer;
    };
    const graph = { baseUrl: "", send: ask("Meta", {}) };
    const readToken = ask("token", { token: "EAA", wabaIds: ["3"] });
    const dynamodb = createMemoryClient();
    const secret = { verifyToken: "v", appSecrets: [APP_SECRET], appId: "7" };
    const meta = { graph, readToken } as never;
    const system = watchedSystem({
      aws: undefined,
      dynamodb,
      meta,
      readSecret: async () => secret,
    });
    if (remembered) await saveMemory(system, remembered, undefined);
    return { system, asked, dynamodb };
  }

  const memory = memoryOf({
    ranAt: LOOKED_AT - 2 * HOUR_MS,
    failedSince: {
      "meta-app": LOOKED_AT - 72 * HOUR_MS,
      "last-test": LOOKED_AT - 72 * HOUR_MS,
      "operations-subscribers-2": LOOKED_AT - 26 * HOUR_MS,
    },
    unreadSince: { forged: LOOKED_AT - 2 * HOUR_MS, "meta-app": LOOKED_AT - 2 * HOUR_MS },
    accounts: new Map([["3", accountMemory({}, [["15550783881", false, 5]])]]),
  });

  test("shows what the watchdog found last, and asks Meta nothing", async () => {
    const { system, asked } = await systemWith(memory);
    const overview = await readQuickOverview(system, LOOKED_AT);
    const remembered = overview.failed.filter(({ message }) => message.startsWith("Failed first"));
    const still =
      "and still when the watchdog ran 2 hours ago. Fix: see its mail on the operations topic";
    expect(remembered.map(toLine)).toEqual([
      `meta-app failed: Failed first 3 days ago, ${still}`,
      `operations-subscribers-2 failed: Failed first 26 hours ago, ${still}`,
    ]);
    expect(remembered.map(({ name }) => name)).toEqual(["Meta app", "Operations subscribers 2"]);
    const unread = overview.unchecked.filter(({ message }) =>
      message.startsWith("It could not be"),
    );
    expect(unread.map(toLine)).toEqual([
      "forged unknown, unread: It could not be read when the watchdog ran 2 hours ago.",
    ]);
    expect(overview.at).toBe(LOOKED_AT);
    expect(overview.numbers.map(({ state }) => state)).toEqual(["UNPROTECTED"]);
    expect(asked).toEqual([]);
  });

  test("has only its own checks where nothing is remembered", async () => {
    const { system, asked, dynamodb } = await systemWith();
    await hold({ dynamodb }, storedAlert());
    const overview = await readQuickOverview(system, LOOKED_AT);
    expect(overview.failed.map(({ id }) => id)).toEqual(["incidents"]);
    expect(overview.checks.find(({ id }) => id === "numbers")?.state).toBe("ok");
    expect(asked).toEqual([]);
    expect(overview.checks.filter(({ id }) => /^(meta|account|secret)/.test(id))).toEqual([]);
  });
});

test("the quick checks ask neither Meta nor the webhook", async () => {
  const checks = await runQuickChecks(watchedSystem(), factsOf(), LOOKED_AT);
  const ofPeople = "subscribers operations-subscribers ways sms-sandbox sms-limit sms-type";
  const ofEvents = "pending incidents numbers last-event last-test";
  const ofAws = "alarms relay filters table key watchdog memory";
  expect(checks.map(({ id }) => id).join(" ")).toBe(`${ofPeople} ${ofEvents} ${ofAws}`);
});

test.each([
  ["a stack", watchedSystem(), "npm run deploy -- -c stackName=Hooks"],
  [
    "a local run",
    watchedSystem({ aws: undefined, command: createCommandLine(" --data d") }),
    "npm run start -- --data d",
  ],
])("what is gone of %s has failed, with the command that makes it", async (_, system, fix) => {
  const alertSubscribers = Object.assign(new Error("Topic does not exist"), { name: "NotFound" });
  const [check] = await runQuickChecks(system, factsOf({ alertSubscribers }), LOOKED_AT);
  expect(check).toMatchObject({ state: "failed", fix });
});
