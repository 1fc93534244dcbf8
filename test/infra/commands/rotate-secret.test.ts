import { utimesSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { toMark } from "../../../infra/commands/rotate-secret/digest.ts";
import type { RotateOptions } from "../../../infra/commands/rotate-secret/options.ts";
import { rotate } from "../../../infra/commands/rotate-secret/rotate.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { APP_ID, STACK, startOperatorWorld, WABA } from "../../support/operator-world.ts";
import { createTestTerminal, unseen } from "../../support/terminal.ts";

const HOUR = 3_600_000;
/** Each test has a time of its own, so that none sees another's events. */
let start = Date.parse("2026-01-01T00:00:00Z");
const world = await startOperatorWorld();
afterAll(() => world.stop());
beforeEach(() => {
  start += 30 * 24 * HOUR;
  world.reset();
  world.aws.secret = toText(OLD_APP_SECRET);
});

function toText(...appSecrets: string[]): string {
  return JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
}

function secrets(): string[] {
  return JSON.parse(world.aws.secret).appSecrets;
}

function run(
  difference: Partial<RotateOptions> = {},
  now = start,
  terminal = createTestTerminal(),
  env: Record<string, string> = { WHATSAPP_APP_SECRET: APP_SECRET },
) {
  const options: RotateOptions = {
    data: world.data,
    appId: APP_ID,
    graphUrl: world.graph.url,
    graphVersion: "v25.0",
    keep: 24 * HOUR,
    yes: true,
    ...difference,
  };
  return rotate({ options, env, terminal, now }).then((code) => {
    if (!options.finish) saveAt(start);
    return { code, terminal };
  });
}

/** The clock of the file system is not the test's. */
function saveAt(at: number): void {
  utimesSync(join(world.data, "secret.json"), at / 1000, at / 1000);
}

/** Stores an event that Meta, or a drill, sent at this time. */
async function receive(at: number, appSecretIndex: number, requester = "1000", sentAt = at) {
  const client = createDynamoDB({ endpoint: world.dynamodbEndpoint });
  await createEventTable({ client, tableName: world.tableName }).record({
    wabaId: WABA,
    eventKey: `${at}#${appSecretIndex}${requester}`,
    event: "PIN_CHANGED",
    requester,
    time: Math.floor(sentAt / 1000),
    receivedAt: new Date(at).toISOString(),
    test: false,
    appSecretIndex,
  });
}

describe("a rotation", () => {
  test("saves the new app secret first, keeps the old, and takes it away at last", async () => {
    const { terminal } = await run();
    expect(secrets()).toEqual([APP_SECRET, OLD_APP_SECRET]);
    expect(terminal.text()).toContain("both app secrets are accepted");
    await receive(start + HOUR, 1);
    await receive(start + 2 * HOUR, 0);
    const later = await run({}, start + 3 * HOUR);
    expect(later.terminal.text()).toMatch(/new secret {3}1 match, last 60 minutes ago/);
    expect(later.terminal.text()).toMatch(/old secret {3}1 match, last 2 hours ago/);
    expect(later.terminal.text()).toContain("Next, in 21 hours, at");
    const { code } = await run({ finish: true }, start + 25 * HOUR);
    expect(code).toBe(0);
    expect(JSON.parse(world.aws.secret)).toEqual(JSON.parse(toText(APP_SECRET)));
    const again = await run({ finish: true }, start + 26 * HOUR);
    expect(again.terminal.text()).toBe("No rotation is under way.");
  });

  test("takes away none but the one that it replaced", async () => {
    const third = "11111111111111111111111111111111";
    world.aws.secret = toText(third, OLD_APP_SECRET);
    await expect(run()).rejects.toThrow("Say with --replaces which one goes: 1 or 2.");
    await run({ replaces: 2 });
    expect(secrets(), "the old one last").toEqual([APP_SECRET, third, OLD_APP_SECRET]);
    await run({ finish: true, force: true });
    expect(secrets()).toEqual([APP_SECRET, third]);
  });

  test("asks the operator which one goes, and for consent", async () => {
    const third = "11111111111111111111111111111111";
    world.aws.secret = toText(third, OLD_APP_SECRET);
    const terminal = createTestTerminal(unseen(APP_SECRET), "1", false);
    await expect(run({ yes: false }, start, terminal, {})).rejects.toThrow("Nothing was changed.");
    expect(secrets()).toEqual([third, OLD_APP_SECRET]);
    expect(terminal.questions).toHaveLength(3);
  });

  test("asks again for a position until there is one, and shows what tells them apart", async () => {
    const third = "11111111111111111111111111111111";
    const saved = start - 10 * HOUR;
    world.aws.secret = toText(third, OLD_APP_SECRET);
    saveAt(saved);
    await receive(start - 3 * HOUR, 0);
    const terminal = createTestTerminal(unseen(APP_SECRET), "", "y", "3", "2", true);
    await run({ yes: false }, start, terminal, {});
    expect(terminal.questions.slice(1)).toEqual([
      ...Array(4).fill("Which one goes (1 or 2)?"),
      "Make these changes?",
    ]);
    expect(terminal.err.slice(0, 3)).toEqual([
      "2 app secrets are saved, the one saved last in front, unchanged for 10 hours:",
      `  1  ${toMark(third)}  matched 3 hours ago`,
      `  2  ${toMark(OLD_APP_SECRET)}  no delivery has matched it since`,
    ]);
    expect(secrets()).toEqual([APP_SECRET, third, OLD_APP_SECRET]);
    await expect(run({ replaces: 2, finish: false })).resolves.toMatchObject({ code: 0 });
  });

  test("names a position that cannot go, and those that can", async () => {
    world.aws.secret = toText("1".repeat(32), OLD_APP_SECRET);
    await expect(run({ replaces: 7 })).rejects.toThrow("at position 7: --replaces takes 1 or 2.");
  });

  test("says what --finish changes, asks, and changes nothing after a no", async () => {
    await run();
    const before = world.aws.secret;
    const terminal = createTestTerminal(false);
    const finishing = run({ finish: true, force: true, yes: false }, start, terminal);
    await expect(finishing).rejects.toThrow("Nothing was changed.");
    expect(world.aws.secret).toBe(before);
    expect(terminal.out.slice(-3)).toEqual([
      "To change:",
      `  - take the old app secret (${toMark(OLD_APP_SECRET)}) away: what is signed with it is refused`,
      `  - keep ${toMark(APP_SECRET)}`,
    ]);
  });

  test("reads deliveries soon after the change as neither, and drills not at all", async () => {
    await run();
    await receive(start + 60_000, 0);
    await receive(start + HOUR, 0, "drill-1a2b3c4d");
    await receive(start + HOUR, 1, "repeated by Meta for days", start - 72 * HOUR);
    const { terminal } = await run({ json: true }, start + 2 * HOUR);
    expect(JSON.parse(terminal.out.join(""))).toMatchObject({
      state: "under way",
      deliveries: { matchedNew: 0, matchedOld: 1, unsure: 1 },
    });
  });

  test("learns from the metric of deliveries that store nothing", async () => {
    await run({ stack: STACK });
    world.aws.metrics.MatchedSecretIndex = [0, 1, 2, 3].map((minute) => [minute, 1]);
    const { terminal } = await run({ stack: STACK }, start + 2 * HOUR);
    expect(terminal.text()).toContain("old secret   4 matches");
    const { appSecrets, ...rest } = JSON.parse(world.aws.secret);
    world.aws.secret = JSON.stringify({ ...rest, appSecrets: appSecrets.toReversed() });
    const reversed = await run({ stack: STACK }, start + 2 * HOUR);
    expect(reversed.terminal.text(), "any delivery reaches position 0").toContain("0 matches");
    expect(reversed.terminal.text()).not.toContain("4 matches");
  });
});

describe("a rotation that must not go on", () => {
  const refuses = async (attempt: Promise<unknown>, message: string) => {
    const before = world.aws.secret;
    await expect(attempt).rejects.toThrow(message);
    expect(world.aws.secret).toBe(before);
  };

  const THIRD = "1".repeat(32);

  test.each([
    ["that is not the app's", THIRD, [OLD_APP_SECRET], "This is not the app secret of app"],
    ["of another form", `${APP_SECRET}\n`, [OLD_APP_SECRET], "ends in a line break"],
    ["that is saved already", APP_SECRET, [APP_SECRET], "This app secret is saved already"],
    ["that is saved second", APP_SECRET, [THIRD, APP_SECRET], "This app secret is saved already"],
    ["where none was set", APP_SECRET, [], "No app secret is set yet"],
  ])("stops at a new secret %s", async (_what, typed, saved, sentence) => {
    world.aws.secret = toText(...saved);
    await refuses(run({}, start, undefined, { WHATSAPP_APP_SECRET: typed }), sentence);
  });

  test("does not replace the secret of another app, unless it was said which", async () => {
    const saved = { ...JSON.parse(toText(OLD_APP_SECRET)), appId: "2222222222222222" };
    world.aws.secret = JSON.stringify(saved);
    await refuses(run(), "What is saved was connected for app 2222222222222222");
    await run({ replaces: 1 });
    expect(secrets()).toEqual([APP_SECRET, OLD_APP_SECRET]);
  });

  describe("beside a second app, whose secret was saved in front since", () => {
    const second = "2".repeat(32);

    /** Positions: the second app's secret 0, the new one 1, the old one 2. */
    async function runBeside(stack?: string) {
      await run(stack ? { stack } : {});
      const { appSecrets, ...rest } = JSON.parse(world.aws.secret);
      world.aws.secret = JSON.stringify({ ...rest, appSecrets: [second, ...appSecrets] });
      saveAt(start + HOUR);
    }

    test("does not take the second app's deliveries for the new secret's", async () => {
      await runBeside();
      await receive(start + 2 * HOUR, 0);
      await refuses(run({ finish: true }, start + 25 * HOUR), "No delivery has matched the new");
      await receive(start + 3 * HOUR, 1);
      await run({ finish: true }, start + 25 * HOUR);
      expect(secrets()).toEqual([second, APP_SECRET]);
    });

    test("does not take what came before the list changed by its position", async () => {
      await run();
      await receive(start + 30 * 60_000, 1);
      const { appSecrets, ...rest } = JSON.parse(world.aws.secret);
      world.aws.secret = JSON.stringify({ ...rest, appSecrets: [second, ...appSecrets] });
      saveAt(start + HOUR);
      await refuses(run({ finish: true }, start + 25 * HOUR), "No delivery has matched the new");
    });

    test("keeps the old one while deliveries that store nothing match it", async () => {
      await runBeside(STACK);
      await receive(start + 2 * HOUR, 1);
      world.aws.now = () => start + 25 * HOUR;
      world.aws.metrics.MatchedSecretIndex = [[60, 2]];
      const finishing = run({ finish: true, stack: STACK }, start + 25 * HOUR);
      await refuses(finishing, "The old app secret is in use");
      world.aws.metrics.MatchedSecretIndex = [
        [60, 1],
        [30, 0],
      ];
      await run({ finish: true, stack: STACK }, start + 25 * HOUR);
      expect(secrets()).toEqual([second, APP_SECRET]);
    });
  });

  test.each([
    ["its time is up", 1, [], "is kept for 23 hours more"],
    ["a delivery matched the new", 25, [], "No delivery has matched the new"],
    [
      "no delivery matches it any more",
      25,
      [
        [2, 0],
        [24, 1],
      ],
      "a delivery matched it 60 minutes ago",
    ],
  ])("keeps the old one until %s", async (_when, hours, received, sentence) => {
    await run();
    for (const [at = 0, index = 0] of received) await receive(start + at * HOUR, index);
    await refuses(run({ finish: true }, start + hours * HOUR), sentence);
  });

  test.each([
    ["one", []],
    ["well-formed one", ["broken"]],
  ])("never removes the last %s, whatever is forced", async (_, others) => {
    const startedAt = new Date(start).toISOString();
    const rotation = { startedAt, keepUntil: "", retiring: APP_SECRET };
    const saved = JSON.parse(toText(...others, APP_SECRET));
    world.aws.secret = JSON.stringify({ ...saved, rotation });
    const finishing = run({ finish: true, force: true });
    await refuses(finishing, "No app secret of the right form would be left");
  });
});

describe("two operators at once", () => {
  const theirs = "2".repeat(32);

  test("lose nothing on AWS: the second write is refused, and leaves no draft", async () => {
    world.aws.before = (action) => {
      if (action === "PutSecretValue") world.aws.secret = toText(theirs, OLD_APP_SECRET);
    };
    await expect(run({ stack: STACK })).rejects.toThrow(
      "was changed by somebody else a moment ago: nothing was changed here. Run this again",
    );
    expect(secrets()).toEqual([theirs, OLD_APP_SECRET]);
    expect(world.aws.secretLabels).toEqual(new Map());
  });

  test("lose nothing on the local run", async () => {
    const terminal = createTestTerminal(unseen(APP_SECRET), true);
    const confirm = terminal.confirm;
    const interrupted = {
      ...terminal,
      confirm: (question: string) => {
        world.aws.secret = toText(theirs, OLD_APP_SECRET);
        return confirm(question);
      },
    };
    await expect(run({ yes: false }, start, interrupted, {})).rejects.toThrow("somebody else");
    expect(secrets()).toEqual([theirs, OLD_APP_SECRET]);
  });

  test("a label that moved although its answer was lost is no conflict", async () => {
    world.aws.before = (action) => {
      const moved = world.aws.secretLabels.get("OPERATOR");
      if (action === "UpdateSecretVersionStage" && moved) world.aws.secret = moved;
    };
    expect((await run({ stack: STACK })).code).toBe(0);
    expect(secrets()).toEqual([APP_SECRET, OLD_APP_SECRET]);
  });
});

test("no secret is ever shown, and its mark is four digits of a digest", async () => {
  expect(toMark(APP_SECRET)).toMatch(/^\.\.[0-9a-f]{4}$/);
  expect(toMark(APP_SECRET)).not.toContain(APP_SECRET.slice(-4));
  const { terminal } = await run();
  const { terminal: done } = await run({ finish: true, force: true, json: true });
  for (const secret of [APP_SECRET, OLD_APP_SECRET]) {
    expect(terminal.text() + done.text()).not.toContain(secret);
  }
});
