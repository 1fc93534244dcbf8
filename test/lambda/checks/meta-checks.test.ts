import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { findMetaChecks } from "../../../lambda/checks/meta-checks.ts";
import type { WatchedSystem } from "../../../lambda/facts/system.ts";
import type { Subscription } from "../../../lambda/meta/app.ts";
import {
  factsOf,
  type GivenFacts,
  LOOKED_AT,
  lineOf,
  toLine,
  toName,
  watchedSystem,
} from "../../support/facts.ts";

const APP = { kind: "found", app: { id: "7", secret: "s" }, name: "Security hooks" } as const;
const SUBSCRIPTION: Subscription = {
  callbackUrl: "https://hooks.example.com/webhook",
  active: true,
  fields: ["messages", "security"],
  includeValues: true,
};

function checksOf(given: GivenFacts, system: WatchedSystem = watchedSystem()) {
  const facts = factsOf({ app: APP, subscription: SUBSCRIPTION, ...given });
  return findMetaChecks(system, facts, LOOKED_AT);
}

function ofSubscription(id: string, difference: Partial<Subscription>, system?: WatchedSystem) {
  return lineOf(checksOf({ subscription: { ...SUBSCRIPTION, ...difference } }, system), id);
}

describe("the app at Meta", () => {
  test("is found, and its subscription is as it should be", async () => {
    const checks = await runAll(checksOf({}));
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

  test.each<[string, GivenFacts["app"], RegExp]>([
    ["is not named", { kind: "unnamed" }, /unknown: No Meta app id .* connect .* --app-id ID$/],
    [
      "refuses every saved secret",
      { kind: "secret refused", appId: "7" },
      /failed: No saved app secret .* app 7 \(error 190\): .* Fix: npm run connect .* --app-id 7$/,
    ],
    ["can't be asked", new Error("away"), /unknown, unread: Error: away$/],
  ])("%s, so that nothing else can be asked", async (_what, app, line) => {
    const lines = (await runAll(checksOf({ ...(app && { app }) }))).map(toLine);
    expect(lines).toEqual([expect.stringMatching(line)]);
  });
});

describe("the app's subscription", () => {
  test("is none", async () => {
    const lines = (await runAll(checksOf({ subscription: undefined }))).slice(1, 4).map(toLine);
    expect(lines).toEqual(
      ["callback", "field", "values"].map((what) =>
        expect.stringMatching(`^meta-${what} failed: The app has no .* Fix: npm run connect `),
      ),
    );
  });

  test("leads elsewhere, unless its address is the one that was given", async () => {
    const callbackUrl = "https://chat.example/hooks";
    expect(await ofSubscription("meta-callback", { callbackUrl })).toMatch(
      /^failed: .* https:\/\/chat\.example\/hooks, not https:\/\/hooks\..* --replace-callback$/,
    );
    const system = watchedSystem();
    const meta = { ...system.meta, callbackUrl };
    expect(await ofSubscription("meta-callback", { callbackUrl }, { ...system, meta })).toBe(
      `ok: Meta calls ${callbackUrl}.`,
    );
  });

  test.each([
    [["messages", "account_update"], true, /to messages, account_update\. .*connect .*--app-id 7$/],
    [[], true, /^failed: The app is subscribed to nothing\. Fix: npm run connect /],
    [["security"], false, /^failed: .* not active\. Fix: npm run connect .* --app-id 7 --again$/],
  ])("has the fields %j, active %s", async (fields, active, line) => {
    expect(await ofSubscription("meta-field", { fields, active })).toMatch(line);
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
        return sums.length > 0 ? { Datapoints: sums.map((Sum) => ({ Sum })) } : {};
      },
    };
    const { aws } = watchedSystem();
    return { inputs, system: watchedSystem({ aws: { ...aws, cloudwatch } as never }) };
  }

  const unsaid = { includeValues: undefined };

  test("are not sent, says Meta", async () => {
    expect(await ofSubscription("meta-values", { includeValues: false })).toMatch(
      /^failed: Meta sends .* without values\. Fix: npm run connect .* --again$/,
    );
  });

  test.each([
    [[1], /^failed: This week 1 entry came without values\. .* --again$/],
    [[0, 2, 3], /^failed: This week 5 entries came without values\. /],
    [[0], /^unknown: Meta does not say; connect asks for them, and this week none came without\.$/],
  ])("were missing this week: %j", async (sums, line) => {
    const { system, inputs } = withSums(sums);
    expect(await ofSubscription("meta-values", unsaid, system)).toMatch(line);
    const StartTime = new Date(LOOKED_AT - WEEK_MS);
    const input = { MetricName: "ValuesMissing", StartTime, EndTime: new Date(LOOKED_AT) };
    expect(inputs).toEqual([expect.objectContaining(input)]);
  });

  test("are not known to be missing on the local run", async () => {
    const local = watchedSystem({ aws: undefined });
    expect(await ofSubscription("meta-values", unsaid, local)).toBe(
      "unknown: Meta does not say; connect asks for them.",
    );
  });
});
