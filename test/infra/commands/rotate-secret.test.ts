import { createHash } from "node:crypto";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { RotateOptions } from "../../../infra/commands/rotate-secret/options.ts";
import { rotate } from "../../../infra/commands/rotate-secret/rotate.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { emptyTable } from "../../support/failures.ts";
import { APP_ID, STACK, startOperatorWorld, WABA } from "../../support/operator-world.ts";
import { runWith, unseen } from "../../support/terminal.ts";

const HOUR = 3_600_000;
const [THIRD, FOURTH] = ["1".repeat(32), "2".repeat(32)];
const GIVEN = { WHATSAPP_APP_SECRET: APP_SECRET };
const start = Date.parse("2026-01-01T00:00:00Z");
const world = await startOperatorWorld();
const { aws } = world;
afterAll(() => world.stop());
beforeEach(async () => {
  await emptyTable(world);
  world.reset();
  aws.now = () => start;
  save(OLD_APP_SECRET);
});

/** The clock of the file system is not the test's. */
function saveAt(at: number): void {
  utimesSync(join(world.data, "secret.json"), at / 1000, at / 1000);
}

function save(...appSecrets: string[]): void {
  aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
}

function secrets(): string[] {
  return JSON.parse(aws.secret).appSecrets;
}

/** Puts another app's secret in front of those that are saved. */
function saveInFront(appSecret: string, at: number): void {
  aws.secret = JSON.stringify({ ...JSON.parse(aws.secret), appSecrets: [appSecret, ...secrets()] });
  saveAt(at);
}

/** So many hours after the start. */
async function run(
  difference: Partial<RotateOptions> = {},
  hours = 0,
  env: Record<string, string> = GIVEN,
  ...answers: Parameters<typeof runWith>[1][]
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
  const now = start + hours * HOUR;
  const ran = await runWith((terminal) => rotate({ options, env, terminal, now }), ...answers);
  if (!options.finish) saveAt(start);
  return ran;
}

const FINISH = { finish: true };
const FORCE = { finish: true, force: true };

/** Stores an event that Meta, or a drill, sent: so many hours after the start. */
async function receive(hours: number, appSecretIndex: number, requester = "1000", sent = hours) {
  const client = createDynamoDB({ endpoint: world.dynamodbEndpoint });
  const at = start + hours * HOUR;
  await createEventTable({ client, tableName: world.tableName }).record({
    wabaId: WABA,
    eventKey: `${at}#${appSecretIndex}${requester}`,
    event: "PIN_CHANGED",
    requester,
    time: Math.floor((start + sent * HOUR) / 1000),
    receivedAt: new Date(at).toISOString(),
    test: false,
    appSecretIndex,
  });
}

describe("a rotation", () => {
  test("saves the new app secret first, keeps the old, and takes it away at last", async () => {
    aws.secret = JSON.stringify({ ...JSON.parse(aws.secret), appId: APP_ID, note: "ours" });
    const before = JSON.parse(aws.secret);
    const begun = await run({ yes: false }, 0, {}, unseen(APP_SECRET), true);
    expect(begun.questions).toEqual(["App secret (not shown)", "Make these changes?"]);
    const rotation = {
      startedAt: "2026-01-01T00:00:00.000Z",
      keepUntil: "2026-01-02T00:00:00.000Z",
      retiring: OLD_APP_SECRET,
      digest: createHash("sha256").update(APP_SECRET).digest("hex"),
    };
    const appSecrets = [APP_SECRET, OLD_APP_SECRET];
    expect(JSON.parse(aws.secret)).toEqual({ ...before, appSecrets, rotation });
    for (const hours of [0.5, 2]) await receive(hours, 1);
    // The later they come, the earlier they were sent first.
    for (const hours of [1, 2.5]) await receive(hours, 0, "1000", -hours);
    expect((await run({}, 3)).shown).toMatchSnapshot();
    const next = async (hours: number) => (await run({ replaces: 2 }, hours)).out.at(-2);
    expect(await next(23.5)).toBe("Next, in 30 minutes, at 2026-01-02T00:00:00.000Z:");
    expect(await next(24)).toBe("Next, now:");
    expect(JSON.parse(aws.secret), "only looked at").toEqual({ ...before, appSecrets, rotation });
    const finish = (isAgreed: boolean) =>
      run({ ...FINISH, yes: false, json: !isAgreed }, 24, {}, isAgreed);
    await world.refuses(() => finish(false), "Nothing was changed.");
    expect((await finish(true)).shown).toMatchSnapshot();
    expect(JSON.parse(aws.secret)).toEqual({ ...before, appSecrets: [APP_SECRET] });
    expect((await run(FINISH, 26)).text).toBe("No rotation is under way.");
  });

  test("answers machines with one document at each step, and shows no secret", async () => {
    const json = true;
    const steps = [await run({ json }), await run({ json }, 1)];
    await receive(1.5, 0);
    steps.push(await run({ ...FORCE, json }, 2), await run({ ...FINISH, json }, 3));
    const unused = { matchedNew: 0, matchedOld: 0, unsure: 0 };
    const begun = {
      state: "under way",
      startedAt: "2026-01-01T00:00:00.000Z",
      keepUntil: "2026-01-02T00:00:00.000Z",
      deliveries: unused,
    };
    const lastNewAt = start + 1.5 * HOUR;
    expect(steps.map((step) => step.json())).toEqual([
      begun,
      begun,
      { state: "finished", appSecrets: 1, deliveries: { ...unused, matchedNew: 1, lastNewAt } },
      { state: "none" },
    ]);
    expect(steps.map(({ err }) => err.length)).toEqual([2, 0, 5, 0]);
    for (const secret of [APP_SECRET, OLD_APP_SECRET, APP_SECRET.slice(-4)]) {
      expect(steps.map(({ text }) => text).join()).not.toContain(secret);
    }
  });

  test("takes away none but the one that it replaced", async () => {
    save(THIRD, OLD_APP_SECRET);
    await world.refuses(() => run(), /^Say with --replaces which one goes: 1 or 2\.$/);
    await run({ replaces: 2, keep: HOUR });
    expect(JSON.parse(aws.secret).rotation.keepUntil).toBe("2026-01-01T01:00:00.000Z");
    expect(secrets(), "the old one last").toEqual([APP_SECRET, THIRD, OLD_APP_SECRET]);
    await world.refuses(() => run({ ...FORCE, yes: false, json: true }), "add --yes");
    const { out } = await run(FORCE);
    expect(out.slice(-2)).toEqual([
      "  - keep ..b7f9, ..ed2a",
      "Done: the old app secret is gone, 2 app secrets left.",
    ]);
    expect(secrets()).toEqual([APP_SECRET, THIRD]);
  });

  test("begins also where the new one was saved already, if it is said which goes", async () => {
    save(OLD_APP_SECRET, APP_SECRET, THIRD);
    await world.refuses(() => run({ replaces: 2 }), "at position 2: --replaces takes 1 or 3.");
    await run({ replaces: 1 });
    expect(secrets()).toEqual([APP_SECRET, THIRD, OLD_APP_SECRET]);
  });

  test("asks which one goes until there is one, shows what distinguishes them, and asks for consent", async () => {
    save(THIRD, OLD_APP_SECRET);
    Object.assign(world.graph.apps.get(APP_ID) ?? {}, { name: "Hooks\u202e" });
    const ask = (...answers: (string | boolean)[]) => {
      saveAt(start - 10 * HOUR);
      const json = answers.includes(false);
      return run({ yes: false, json }, 0, {}, unseen(APP_SECRET), ...answers);
    };
    for (const hours of [-3, -5]) await receive(hours, 0);
    await receive(-9.95, 1);
    await world.refuses(() => ask("1", false), "Nothing was changed.");
    expect((await ask("", "3", " 2", true)).shown).toMatchSnapshot();
    expect(secrets()).toEqual([APP_SECRET, THIRD, OLD_APP_SECRET]);
  });

  test("reads deliveries soon after the change as neither, and drills not at all", async () => {
    await run();
    await receive(-1, 0);
    for (const index of [0, 1]) await receive(0.099, index);
    await receive(0, 1, "at the very time");
    await receive(1, 0, "drill-1a2b3c4d");
    await receive(0.1, 1, "repeated by Meta for days", -7.9 * 24);
    const lastOldAt = start + 0.1 * HOUR;
    const deliveries = { matchedNew: 0, matchedOld: 1, unsure: 3, lastOldAt };
    expect((await run({ json: true }, 2)).json().deliveries).toEqual(deliveries);
    expect((await run({}, 2)).out.slice(2, 4)).toEqual([
      "  old secret   1 match, last 114 minutes ago",
      "  3 events came in too soon after the change to count.",
    ]);
  });

  test("learns from the metric of deliveries that store nothing", async () => {
    aws.metrics.MatchedSecretIndex = [
      [7, 5, 2],
      [1, 1],
      [0, 1, 0],
      [200, 1],
    ];
    const soon = await run({ stack: STACK }, 0.1);
    expect(soon.text, "not before it is settled").toContain("old secret 0 matches To see");
    const lookAt = async (hours: number) => {
      aws.now = () => start + hours * HOUR;
      return (await run({ stack: STACK, json: true }, hours)).json().deliveries;
    };
    const unused = { matchedNew: 0, matchedOld: 0, unsure: 0 };
    const lastOldAt = start + 3 * HOUR - 60_000;
    expect(await lookAt(3)).toEqual({ ...unused, matchedOld: 3, lastOldAt });
    aws.secretSavedAt = start + 2.9 * HOUR;
    const since = "what came before the list was saved matched positions of another list";
    expect(await lookAt(3), since).toEqual(unused);
    aws.secret = JSON.stringify({ ...JSON.parse(aws.secret), appSecrets: secrets().reverse() });
    expect(await lookAt(5), "any delivery reaches position 0").toEqual(unused);
    await run({ ...FORCE, stack: STACK }, 5);
    expect(secrets(), "wherever the old one stands").toEqual([APP_SECRET]);
  });
});

describe("a rotation that must not go on", () => {
  test.each<[string, string, string[], Partial<RotateOptions>, string?]>([
    ["that is not the app's", THIRD, [OLD_APP_SECRET], {}, "This is not the app secret of app"],
    ["that is saved first", APP_SECRET, [APP_SECRET, THIRD], { replaces: 2 }, "is saved already"],
    ["that is saved second", APP_SECRET, [THIRD, APP_SECRET], {}],
    ["where none was set", APP_SECRET, [], { stack: STACK }],
    ["for one of three", APP_SECRET, [THIRD, OLD_APP_SECRET, FOURTH], { replaces: 7 }],
  ])("stops at a new secret %s", async (_what, typed, saved, options, sentence) => {
    save(...saved);
    await world.refuses(() => run(options, 0, { WHATSAPP_APP_SECRET: typed }), sentence);
  });

  test("does not replace the secret of another app, unless it was said which", async () => {
    aws.secret = JSON.stringify({ ...JSON.parse(aws.secret), appId: "2222222222222222" });
    await world.refuses(() => run());
    await run({ replaces: 1 });
    expect(secrets()).toEqual([APP_SECRET, OLD_APP_SECRET]);
  });

  describe("beside a second app, whose secret was saved in front since", () => {
    const IN_USE = "The old app secret is in use";
    const NONE_YET = "No delivery has matched the new";

    test("does not take the second app's deliveries for the new secret's", async () => {
      await run();
      saveInFront(FOURTH, start + HOUR);
      await receive(2, 0);
      await world.refuses(() => run(FINISH, 25), NONE_YET);
      // At the same time as the new one, the old one is in use no more.
      for (const index of [1, 2]) await receive(3, index);
      await run(FINISH, 25);
      expect(secrets()).toEqual([FOURTH, APP_SECRET]);
    });

    test("does not take what came before the list changed by its position", async () => {
      await run();
      await receive(0.5, 1);
      saveInFront(FOURTH, start + HOUR);
      await world.refuses(() => run(FINISH, 25), NONE_YET);
    });

    test("keeps the old one while deliveries that store nothing match it", async () => {
      await run({ stack: STACK });
      saveInFront(FOURTH, start + HOUR);
      await receive(2, 1);
      aws.now = () => start + 25 * HOUR;
      const finish = () => run({ ...FINISH, stack: STACK }, 25);
      aws.metrics.MatchedSecretIndex = [[60, 2]];
      await world.refuses(finish, IN_USE);
      aws.metrics.MatchedSecretIndex = [
        [60, 1],
        [30, 0],
      ];
      await finish();
      expect(secrets()).toEqual([FOURTH, APP_SECRET]);
    });
  });

  test.each([
    ["its time is up", 23.99, [2]],
    ["a delivery matched the new", 25, []],
    ["no delivery matches it any more", 25, [2, 24]],
    ["no delivery matches it alone", 25, [0, 24]],
  ])("keeps the old one until %s", async (_when, hours, received) => {
    await run();
    for (const [index, at] of received.entries()) if (at > 0) await receive(at, index);
    await world.refuses(() => run(FINISH, hours));
  });

  test.each([
    ["one", []],
    ["well-formed one", ["broken"]],
  ])("never removes the last %s, whatever is forced", async (_, others) => {
    save(...others, APP_SECRET);
    const startedAt = new Date(start).toISOString();
    const rotation = { startedAt, keepUntil: "", retiring: APP_SECRET };
    aws.secret = JSON.stringify({ ...JSON.parse(aws.secret), rotation });
    await world.refuses(
      () => run(FORCE),
      "No app secret of the right form would be left: nothing was changed.",
    );
  });
});

describe("two operators at once", () => {
  const theirs = [FOURTH, OLD_APP_SECRET];

  test("lose nothing on AWS: the second write is refused, and leaves no draft", async () => {
    aws.before = (action) => action === "PutSecretValue" && save(...theirs);
    await expect(run({ stack: STACK })).rejects.toThrow(
      "The secret in Secrets Manager (secret) was changed by somebody else a moment ago: nothing was changed here. Run this again, on what is saved now.",
    );
    expect(secrets()).toEqual(theirs);
    expect(aws.secretLabels).toEqual(new Map());
  });

  test("see a failure where the new version may not become the current one", async () => {
    aws.denied.add("UpdateSecretVersionStage");
    await expect(run({ stack: STACK })).rejects.toThrow("is not authorized");
    expect(secrets()).toEqual([OLD_APP_SECRET]);
  });

  test("lose nothing on the local run", async () => {
    const { fault } = world.graph;
    world.graph.fault = () => void save(...theirs);
    await expect(run()).rejects.toThrow(`The secret in ${world.data}/secret.json was changed by`);
    world.graph.fault = fault;
    expect(secrets()).toEqual(theirs);
  });

  test.each(["its answer was lost", "its draft's label cannot be taken away"])(
    "have no conflict where a label moved although %s",
    async (what) => {
      aws.before = (action) => {
        const moved = aws.secretLabels.get("OPERATOR");
        if (action !== "UpdateSecretVersionStage") return;
        if (what.startsWith("its answer") && moved) aws.secret = moved;
        if (aws.calls.filter((call) => call === action).length > 1) aws.denied.add(action);
      };
      expect((await run({ stack: STACK })).code).toBe(0);
      expect(secrets()).toEqual([APP_SECRET, OLD_APP_SECRET]);
    },
  );
});
