import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { findMetaChecks } from "../../../lambda/checks/meta-checks.ts";
import type { WatchedSystem } from "../../../lambda/facts/system.ts";
import type { Subscription } from "../../../lambda/meta/app.ts";
import { factsOf, LOOKED_AT, toLine, toName, watchedSystem } from "../../support/facts.ts";

const APP = { kind: "found", app: { id: "7", secret: "s" }, name: "Security hooks" } as const;
const SUBSCRIPTION: Subscription = {
  callbackUrl: "https://hooks.example.com/webhook",
  active: true,
  fields: ["messages", "security"],
  includeValues: true,
};

type GivenFacts = Parameters<typeof factsOf>[0];

async function look(facts: GivenFacts, system: WatchedSystem = watchedSystem()) {
  return runAll(
    findMetaChecks(system, factsOf({ app: APP, subscription: SUBSCRIPTION, ...facts }), LOOKED_AT),
  );
}

async function lineOf(id: string, facts: GivenFacts, system?: WatchedSystem) {
  const found = (await look(facts, system)).find((check) => check.id === id);
  return toLine(found).slice(id.length + 1);
}

const CONNECT = "Fix: npm run connect -- --stack Hooks --app-id 7";

describe("the app at Meta", () => {
  test("is found, and its subscription is as it should be", async () => {
    const checks = await look({});
    expect(checks.map(toName)).toEqual([
      "Meta app (meta-app)",
      "Callback URL (meta-callback)",
      "Field security (meta-field)",
      "Values included (meta-values)",
      "Accounts (account)",
    ]);
    expect(checks.slice(0, 4).map(toLine)).toEqual([
      "meta-app ok: Security hooks (7) has an app secret that is saved here.",
      "meta-callback ok: Meta calls https://hooks.example.com/webhook.",
      "meta-field ok: The app is subscribed to it, and active.",
      "meta-values ok: Meta sends values with the fields.",
    ]);
  });

  test.each<[string, Required<NonNullable<GivenFacts>>["app"], string]>([
    [
      "is not named",
      { kind: "unnamed" },
      "unknown: No Meta app id is known. Fix: npm run connect -- --stack Hooks --app-id ID",
    ],
    [
      "refuses every saved secret",
      { kind: "secret refused", appId: "7" },
      `failed: No saved app secret is that of app 7 (error 190): it was reset at Meta, or is another app's, and deliveries are refused. ${CONNECT}`,
    ],
    ["can't be asked", new Error("away"), "unknown, unread: Error: away"],
  ])("%s, so that nothing else can be asked", async (_what, app, line) => {
    expect((await look({ app })).map(toLine)).toEqual([`meta-app ${line}`]);
  });
});

describe("the app's subscription", () => {
  test("is none", async () => {
    const none = `failed: The app has no WhatsApp webhooks at Meta. ${CONNECT}`;
    const ids = ["meta-callback", "meta-field", "meta-values"];
    const lines = (await look({ subscription: undefined })).slice(1, 4).map(toLine);
    expect(lines).toEqual(ids.map((id) => `${id} ${none}`));
  });

  test("leads elsewhere", async () => {
    const callbackUrl = "https://chat.example/hooks";
    const subscription = { ...SUBSCRIPTION, callbackUrl };
    expect(await lineOf("meta-callback", { subscription })).toBe(
      `failed: Meta calls ${callbackUrl}, not https://hooks.example.com/webhook. ${CONNECT} --replace-callback`,
    );
    const system = watchedSystem();
    const meta = { ...system.meta, callbackUrl };
    expect(await lineOf("meta-callback", { subscription }, { ...system, meta })).toBe(
      `ok: Meta calls ${callbackUrl}.`,
    );
  });

  test.each([
    [
      ["messages", "account_update"],
      true,
      "The app is subscribed to messages, account_update.",
      "",
    ],
    [[], true, "The app is subscribed to nothing.", ""],
    [["security"], false, "The app's subscription is not active.", " --again"],
  ])("has the fields %j, active %s", async (fields, active, message, more) => {
    const subscription = { ...SUBSCRIPTION, fields, active };
    expect(await lineOf("meta-field", { subscription })).toBe(
      `failed: ${message} ${CONNECT}${more}`,
    );
  });
});

describe("values beside the fields", () => {
  const WEEK_MS = 7 * 86_400_000;

  /** A stack whose metric has these sums. */
  function withSums(sums: readonly number[]) {
    const inputs: object[] = [];
    const cloudwatch = {
      async send(command: GetMetricStatisticsCommand) {
        expect(command).toBeInstanceOf(GetMetricStatisticsCommand);
        inputs.push(command.input);
        return { Datapoints: sums.map((Sum) => ({ Sum })) };
      },
    };
    const { aws } = watchedSystem();
    return { inputs, system: watchedSystem({ aws: { ...aws, cloudwatch } as never }) };
  }

  const untold = { ...SUBSCRIPTION, includeValues: undefined };

  test("are not sent, says Meta", async () => {
    const subscription = { ...SUBSCRIPTION, includeValues: false };
    expect(await lineOf("meta-values", { subscription })).toBe(
      `failed: Meta sends field names without values. ${CONNECT} --again`,
    );
  });

  test.each([
    [[1], `failed: This week 1 entry came without values. ${CONNECT} --again`],
    [[0, 2, 3], `failed: This week 5 entries came without values. ${CONNECT} --again`],
    [[0], "unknown: Meta does not say; connect asks for them, and this week none came without."],
  ])("were missing this week: %j", async (sums, line) => {
    const { system, inputs } = withSums(sums);
    expect(await lineOf("meta-values", { subscription: untold }, system)).toBe(line);
    expect(inputs).toEqual([
      expect.objectContaining({
        MetricName: "ValuesMissing",
        StartTime: new Date(LOOKED_AT - WEEK_MS),
        EndTime: new Date(LOOKED_AT),
      }),
    ]);
  });

  test("are not known to be missing on the local run", async () => {
    const local = watchedSystem({ aws: undefined });
    expect(await lineOf("meta-values", { subscription: untold }, local)).toBe(
      "unknown: Meta does not say; connect asks for them.",
    );
  });
});
