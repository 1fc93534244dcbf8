import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { findMetaChecks } from "../../../lambda/checks/meta-checks.ts";
import type { FoundApp } from "../../../lambda/facts/meta-facts.ts";
import type { WatchedSystem } from "../../../lambda/facts/system.ts";
import type { Subscription } from "../../../lambda/meta/app.ts";
import {
  factsOf,
  type GivenFacts,
  LOOKED_AT,
  lineOf,
  linesIn,
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

  test("is not found, so that nothing else can be asked", async () => {
    const situations: Readonly<Record<string, FoundApp | Error>> = {
      "it is not named": { kind: "unnamed" },
      "it refuses every saved secret": { kind: "secret refused", appId: "7" },
      "it can't be asked": new Error("away"),
    };
    const look = async (app: FoundApp | Error) =>
      (await runAll(checksOf({ app }))).map(toLine).join("; ");
    expect(await linesIn(situations, look)).toMatchSnapshot();
  });
});

test("the app's subscription is said in one line for each part", async () => {
  const there = (difference: Partial<Subscription>) => ({ ...SUBSCRIPTION, ...difference });
  const situations: Readonly<Record<string, Subscription | undefined>> = {
    none: undefined,
    "leads elsewhere": there({ callbackUrl: "https://chat.example/hooks" }),
    "to other fields": there({ fields: ["messages", "account_update"] }),
    "to nothing": there({ fields: [] }),
    "not active": there({ fields: ["security"], active: false }),
    "without values": there({ includeValues: false }),
  };
  const look = async (subscription: Subscription | undefined) =>
    (await runAll(checksOf({ subscription }))).slice(1, 4).map(toLine).join("; ");
  expect(await linesIn(situations, look)).toMatchSnapshot();

  const system = watchedSystem();
  const meta = { ...system.meta, callbackUrl: "https://chat.example/hooks" };
  const given = there({ callbackUrl: meta.callbackUrl });
  expect(await ofSubscription("meta-callback", given, { ...system, meta })).toBe(
    `ok: Meta calls ${meta.callbackUrl}.`,
  );
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
