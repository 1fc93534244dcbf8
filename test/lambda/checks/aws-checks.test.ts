import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from "@aws-sdk/client-cloudwatch";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { describe, expect, test } from "vitest";
import { checkAws } from "../../../lambda/checks/aws-checks.ts";
import { readMetric } from "../../../lambda/facts/metric.ts";
import type { WatchedAws } from "../../../lambda/facts/system.ts";
import { HOUR_MS, LOOKED_AT, MINUTE_MS, watchedSystem } from "../../support/facts.ts";

interface Alarm {
  readonly AlarmName?: string;
  readonly StateValue?: string;
  readonly StateUpdatedTimestamp?: Date;
}

interface Account {
  readonly alarms?: readonly (readonly Alarm[] | undefined)[];
  readonly points?: readonly object[];
  readonly table?: object;
  readonly key?: object;
}

/** The account's answers, and each call's input. */
function createAws({ alarms = [], points, table, key }: Account) {
  const inputs: object[] = [];
  async function send(command: { input: object }) {
    inputs.push(command.input);
    if (command instanceof DescribeAlarmsCommand) {
      const at = Number(command.input.NextToken ?? 0);
      const NextToken = at + 1 < alarms.length ? String(at + 1) : undefined;
      return { MetricAlarms: alarms[at], NextToken };
    }
    if (command instanceof GetMetricStatisticsCommand) return { Datapoints: points };
    if (command instanceof DescribeTableCommand) return { Table: table };
    if (command instanceof DescribeKeyCommand) return { KeyMetadata: key };
    throw new Error("No other call is known");
  }
  const cloudwatch = Object.assign(Object.create(CloudWatchClient.prototype), { send });
  const aws = { ...watchedSystem().aws, cloudwatch, kms: { send } } as unknown as WatchedAws;
  return { inputs, aws, system: watchedSystem({ aws, dynamodb: { send } as never }) };
}

async function look(id: string, account: Account) {
  const { system, inputs } = createAws(account);
  const checks = await checkAws(system, LOOKED_AT);
  return { ...checks.find((check) => check.id === id), inputs };
}

const at = (age: number) => new Date(LOOKED_AT - age);

const ABSENT = { state: "unknown", why: "absent" } as const;

test("what only AWS knows is unknown on the local run", async () => {
  const noCloudWatch = { ...ABSENT, message: "The local run has no CloudWatch." };
  const noKey = { ...ABSENT, message: "The local run encrypts nothing." };
  expect(await checkAws(watchedSystem({ aws: undefined }), LOOKED_AT)).toEqual([
    { id: "alarms", name: "Alarms", ...noCloudWatch },
    { id: "relay", name: "Relay", ...noCloudWatch },
    { id: "filters", name: "Filter policies", ...noCloudWatch },
    { id: "table", name: "Table", ...noKey },
    { id: "key", name: "Encryption key", ...noKey },
  ]);
});

describe("alarms", () => {
  const quiet = { AlarmName: "Hooks - Relay not running", StateValue: "OK" };

  test("that are all off are counted, on every page", async () => {
    const more = { AlarmName: "Hooks - Other", StateValue: "INSUFFICIENT_DATA" };
    const found = await look("alarms", { alarms: [[quiet], undefined, [more]] });
    expect(found).toMatchObject({ state: "ok", message: "None of 2 alarms is on." });
    expect(found.inputs).toContainEqual(expect.objectContaining({ AlarmNamePrefix: "Hooks - " }));
  });

  test("that are on are named, with for how long", async () => {
    const on = {
      AlarmName: "Hooks - Table failing",
      StateValue: "ALARM",
      StateUpdatedTimestamp: at(3 * HOUR_MS),
    };
    const undated = { AlarmName: "Hooks - Odd", StateValue: "ALARM" };
    expect(
      await look("alarms", {
        alarms: [
          [on, quiet],
          [undated, {}],
        ],
      }),
    ).toMatchObject({
      state: "failed",
      message: "On: Table failing (for 3 hours), Odd.",
      fix: "infra/RUNBOOK.md, the heading of the same name",
    });
  });

  test("that do not exist are a failure", async () => {
    expect(await look("alarms", { alarms: [[]] })).toMatchObject({
      state: "failed",
      message: "The stack has no alarms.",
      fix: "npm run deploy",
    });
  });
});

describe("the relay", () => {
  test.each([
    [[9, 5], "ok", "The relay ran last 5 minutes ago."],
    [[0, 9], "ok", "The relay ran last 0 seconds ago."],
    [[6], "failed", "The relay ran last 6 minutes ago."],
    [[], "failed", "No run of the relay was seen in the last hour."],
  ])("that was seen %j minutes ago is %s", async (ages, state, message) => {
    const points = ages.map((age) => ({ Timestamp: at(age * MINUTE_MS), Sum: 1 }));
    const found = await look("relay", { points });
    expect(found).toMatchObject({ state, message });
    expect(found.fix).toBe(
      state === "failed" ? 'infra/RUNBOOK.md, "Relay not running"' : undefined,
    );
    expect(found.inputs).toContainEqual({
      Namespace: "WhatsAppSecurityWebhook",
      MetricName: "RelayRun",
      Dimensions: [{ Name: "FunctionName", Value: "webhook-function" }],
      StartTime: at(HOUR_MS),
      EndTime: at(0),
      Period: 60,
      Statistics: ["Sum", "SampleCount", "Maximum"],
    });
  });

  test("may be five minutes late, and no millisecond more", async () => {
    const limit = 5 * MINUTE_MS;
    expect((await look("relay", { points: [{ Timestamp: at(limit) }] })).state).toBe("ok");
    expect((await look("relay", { points: [{ Timestamp: at(limit + 1) }] })).state).toBe("failed");
  });
});

describe("the table", () => {
  const fix = 'infra/RUNBOOK.md, "Table failing"';

  test.each([
    [{ TableStatus: "ACTIVE" }, "ok", "It is ACTIVE."],
    [{ TableStatus: "UPDATING", SSEDescription: {} }, "ok", "It is UPDATING."],
    [
      { TableStatus: "INACCESSIBLE_ENCRYPTION_CREDENTIALS" },
      "failed",
      "The table is INACCESSIBLE_ENCRYPTION_CREDENTIALS: nothing is stored.",
    ],
    [undefined, "failed", "The table is undefined: nothing is stored."],
    [
      {
        TableStatus: "ACTIVE",
        SSEDescription: { InaccessibleEncryptionDateTime: new Date("2026-11-20T01:02:03Z") },
      },
      "failed",
      "The table can't use its key since 2026-11-20T01:02:03.000Z.",
    ],
  ])("that is %j is %s", async (table, state, message) => {
    const found = await look("table", { ...(table && { table }) });
    expect(found).toMatchObject({ id: "table", name: "Table", state, message });
    expect(found.fix).toBe(state === "failed" ? fix : undefined);
    expect(found.inputs).toContainEqual({ TableName: "events" });
  });
});

describe("the key", () => {
  const KMSMasterKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd";
  const table = { TableStatus: "ACTIVE", SSEDescription: { KMSMasterKeyArn } };

  test("is AWS' own where the table names none", async () => {
    for (const own of [undefined, {}, { SSEDescription: {} }]) {
      const found = await look("key", { ...(own && { table: own }) });
      expect(found).toMatchObject({
        state: "ok",
        message: "The table is encrypted with a key of AWS' own.",
      });
    }
  });

  test("is asked for by its ARN, and enabled", async () => {
    const found = await look("key", { table, key: { KeyState: "Enabled" } });
    expect(found).toMatchObject({ state: "ok", message: "The customer key is enabled." });
    expect(found.inputs).toContainEqual({ KeyId: KMSMasterKeyArn });
  });

  const cancel =
    "aws kms cancel-key-deletion --key-id 1234abcd && aws kms enable-key --key-id 1234abcd";

  test.each([
    [
      { KeyState: "PendingDeletion", DeletionDate: new Date("2027-01-02T03:04:05Z") },
      "The customer key is to be deleted on 2027-01-02: events, alerts and secret are lost with it.",
      cancel,
    ],
    [
      { KeyState: "PendingDeletion" },
      "The customer key is to be deleted: events, alerts and secret are lost with it.",
      cancel,
    ],
    [
      { KeyState: "Disabled" },
      "The customer key is Disabled: within minutes nothing can be stored or sent.",
      "aws kms enable-key --key-id 1234abcd",
    ],
    [
      undefined,
      "The customer key is undefined: within minutes nothing can be stored or sent.",
      "aws kms enable-key --key-id 1234abcd",
    ],
  ])("that is %j has failed", async (key, message, fix) => {
    const found = await look("key", { table, ...(key && { key }) });
    expect(found).toMatchObject({ state: "failed", message, fix });
  });
});

describe("a metric", () => {
  const DAY_MS = 24 * HOUR_MS;

  test.each([
    [DAY_MS, 60],
    [DAY_MS + 1, 3_600],
  ])("of %i ms is read by %i seconds", async (span, Period) => {
    const { aws, inputs } = createAws({ points: [] });
    await readMetric(aws, "EventStored", LOOKED_AT - span, LOOKED_AT);
    expect(inputs).toEqual([expect.objectContaining({ MetricName: "EventStored", Period })]);
  });

  test("is its sums and samples, what CloudWatch leaves out as zero", async () => {
    const points = [{ Timestamp: at(0), Sum: 3, SampleCount: 2, Maximum: 2 }, {}];
    expect(await readMetric(createAws({ points }).aws, "EventStored", 0, 1)).toEqual([
      { at: LOOKED_AT, sum: 3, samples: 2, max: 2 },
      { at: 0, sum: 0, samples: 0, max: 0 },
    ]);
    expect(await readMetric(createAws({}).aws, "EventStored", 0, 1)).toEqual([]);
  });
});
