import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "vitest";
import { checkMeta } from "../../../lambda/checks/meta-checks.ts";
import type { WatchedSystem } from "../../../lambda/facts/system.ts";
import type { Subscription } from "../../../lambda/meta/app.ts";
import { factsOf, LOOKED_AT, watchedSystem } from "../../support/facts.ts";

const APP = { kind: "found", app: { id: "7", secret: "s" }, name: "Security hooks" } as const;
const SUBSCRIPTION: Subscription = {
  callbackUrl: "https://hooks.example.com/webhook",
  active: true,
  fields: ["messages", "security"],
  includeValues: true,
};

type GivenFacts = Parameters<typeof factsOf>[0];

async function look(facts: GivenFacts, system: WatchedSystem = watchedSystem()) {
  return checkMeta(system, factsOf({ app: APP, subscription: SUBSCRIPTION, ...facts }), LOOKED_AT);
}

async function runChecks(id: string, facts: GivenFacts, system?: WatchedSystem) {
  return (await look(facts, system)).find((check) => check.id === id);
}

describe("the app at Meta", () => {
  test("is found, and its subscription is as it should be", async () => {
    const accounts = { id: "account", name: "Accounts", state: "unknown" };
    expect(await look({})).toEqual([
      {
        id: "meta-app",
        name: "Meta app",
        state: "ok",
        message: "Security hooks (7) has an app secret that is saved here.",
      },
      {
        id: "meta-callback",
        name: "Callback URL",
        state: "ok",
        message: "Meta calls https://hooks.example.com/webhook.",
      },
      {
        id: "meta-field",
        name: "Field security",
        state: "ok",
        message: "The app is subscribed to it, and active.",
      },
      {
        id: "meta-values",
        name: "Values included",
        state: "ok",
        message: "Meta sends values with the fields.",
      },
      expect.objectContaining(accounts),
    ]);
  });

  test("is not named, so that nothing else can be asked", async () => {
    expect(await look({ app: { kind: "unnamed" } })).toEqual([
      {
        id: "meta-app",
        name: "Meta app",
        state: "unknown",
        message: "Which app it is was not said.",
        fix: "npm run connect -- --stack Hooks --app-id ID",
      },
    ]);
  });

  test("refuses every saved secret", async () => {
    expect(await look({ app: { kind: "secret refused", appId: "7" } })).toEqual([
      {
        id: "meta-app",
        name: "Meta app",
        state: "failed",
        message:
          "No saved app secret is that of app 7 (error 190): it was reset at Meta, or is another app's, and deliveries are refused.",
        fix: "npm run connect -- --stack Hooks --app-id 7",
      },
    ]);
  });

  test("can't be asked", async () => {
    const checks = await look({ app: new Error("away") });
    expect(checks.map(({ id, state }) => [id, state])).toEqual([["meta-app", "unknown"]]);
  });
});

describe("the app's subscription", () => {
  test("is none", async () => {
    const checks = await look({ subscription: undefined });
    const none = {
      state: "failed",
      message: "The app has no WhatsApp webhooks at Meta.",
      fix: "npm run connect -- --stack Hooks --app-id 7",
    };
    expect(checks.slice(1, 4)).toEqual([
      expect.objectContaining({ id: "meta-callback", ...none }),
      expect.objectContaining({ id: "meta-field", ...none }),
      expect.objectContaining({ id: "meta-values", ...none }),
    ]);
  });

  test("leads elsewhere", async () => {
    const callbackUrl = "https://chat.example/hooks";
    const subscription = { ...SUBSCRIPTION, callbackUrl };
    expect(await runChecks("meta-callback", { subscription })).toMatchObject({
      state: "failed",
      message: "Meta calls https://chat.example/hooks, not https://hooks.example.com/webhook.",
      fix: "npm run connect -- --stack Hooks --app-id 7 --replace-callback",
    });
    const system = watchedSystem();
    const meta = { ...system.meta, callbackUrl };
    const wanted = await runChecks("meta-callback", { subscription }, { ...system, meta });
    expect(wanted).toMatchObject({ state: "ok", message: `Meta calls ${callbackUrl}.` });
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
    expect(await runChecks("meta-field", { subscription })).toMatchObject({
      state: "failed",
      message,
      fix: `npm run connect -- --stack Hooks --app-id 7${more}`,
    });
  });
});

describe("values beside the fields", () => {
  const WEEK_MS = 7 * 86_400_000;
  const AGAIN = "npm run connect -- --stack Hooks --app-id 7 --again";

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
    expect(await runChecks("meta-values", { subscription })).toMatchObject({
      state: "failed",
      message: "Meta sends field names without values.",
      fix: AGAIN,
    });
  });

  test.each([
    [[1], "This week 1 entry came without values."],
    [[0, 2, 3], "This week 5 entries came without values."],
  ])("were missing this week: %j", async (sums, message) => {
    const { system, inputs } = withSums(sums);
    const check = await runChecks("meta-values", { subscription: untold }, system);
    expect(check).toMatchObject({ state: "failed", message, fix: AGAIN });
    expect(inputs).toEqual([
      expect.objectContaining({
        MetricName: "ValuesMissing",
        StartTime: new Date(LOOKED_AT - WEEK_MS),
        EndTime: new Date(LOOKED_AT),
      }),
    ]);
  });

  test("are not known to be missing", async () => {
    const { system } = withSums([0]);
    const check = await runChecks("meta-values", { subscription: untold }, system);
    expect(check).toMatchObject({
      state: "unknown",
      message: "Meta does not tell; connect asks for them, and this week none came without.",
    });
    const local = watchedSystem({ aws: undefined });
    expect((await runChecks("meta-values", { subscription: untold }, local))?.message).toBe(
      "Meta does not tell; connect asks for them.",
    );
  });
});
