import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from "@aws-sdk/client-cloudwatch";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { describe, expect, test } from "vitest";
import { toAwsChecks } from "../../../lambda/checks/aws-checks.ts";
import { runAll } from "../../../lambda/checks/check.ts";
import { readMetric } from "../../../lambda/facts/metric.ts";
import type { WatchedAws } from "../../../lambda/facts/system.ts";
import { HOUR_MS, LOOKED_AT, MINUTE_MS, toLine, watchedSystem } from "../../support/facts.ts";

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
  const checks = await runAll(toAwsChecks(system, LOOKED_AT));
  const line = toLine(checks.find((check) => check.id === id));
  return { line: line.slice(id.length + 1), inputs };
}

const at = (age: number) => new Date(LOOKED_AT - age);

test("what only AWS knows is unknown on the local run", async () => {
  const checks = await runAll(toAwsChecks(watchedSystem({ aws: undefined }), LOOKED_AT));
  const names = ["Alarms", "Relay", "Filter policies", "Table", "Encryption key"];
  expect(checks.map(({ name }) => name)).toEqual(names);
  expect(checks.map(toLine)).toEqual([
    "alarms unknown, absent: The local run has no CloudWatch.",
    "relay unknown, absent: The local run has no CloudWatch.",
    "filters unknown, absent: The local run has no CloudWatch.",
    "table unknown, absent: The local run encrypts nothing.",
    "key unknown, absent: The local run encrypts nothing.",
  ]);
});

describe("alarms", () => {
  const off = { AlarmName: "Hooks - Relay not running", StateValue: "OK" };
  const more = { AlarmName: "Hooks - Other", StateValue: "INSUFFICIENT_DATA" };
  const StateUpdatedTimestamp = at(3 * HOUR_MS);
  const on = { AlarmName: "Hooks - Table failing", StateValue: "ALARM", StateUpdatedTimestamp };
  const undated = { AlarmName: "Hooks - Odd", StateValue: "ALARM" };

  test.each([
    ["ok: None of 2 alarms is on.", [[off], undefined, [more]]],
    [
      "failed: On: Table failing (for 3 hours), Odd. Fix: infra/RUNBOOK.md, the heading of the same name",
      [
        [on, off],
        [undated, {}],
      ],
    ],
    ["failed: The stack has no alarms. Fix: npm run deploy -- -c stackName=Hooks", [[]]],
  ])("on every page: %s", async (line, alarms) => {
    const found = await look("alarms", { alarms });
    expect(found.line).toBe(line);
    expect(found.inputs).toContainEqual(expect.objectContaining({ AlarmNamePrefix: "Hooks - " }));
  });
});

describe("the relay", () => {
  const FIX = 'Fix: infra/RUNBOOK.md, "Relay not running"';

  test.each([
    [[9, 5], "ok: The relay ran last 5 minutes ago."],
    [[0, 9], "ok: The relay ran last 0 seconds ago."],
    [[6], `failed: The relay ran last 6 minutes ago. ${FIX}`],
    [[], `failed: No run of the relay was seen in the last hour. ${FIX}`],
  ])("that was seen %j minutes ago: %s", async (ages, line) => {
    const points = ages.map((age) => ({ Timestamp: at(age * MINUTE_MS), Sum: 1 }));
    const found = await look("relay", { points });
    expect(found.line).toBe(line);
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
    expect((await look("relay", { points: [{ Timestamp: at(limit) }] })).line).toMatch(/^ok/);
    expect((await look("relay", { points: [{ Timestamp: at(limit + 1) }] })).line).toMatch(/^fail/);
  });
});

const SEE_TABLE = 'Fix: infra/RUNBOOK.md, "Table failing"';
const LOST = "INACCESSIBLE_ENCRYPTION_CREDENTIALS";

test.each([
  [{ TableStatus: "ACTIVE" }, "ok: It is ACTIVE."],
  [{ TableStatus: "UPDATING", SSEDescription: {} }, "ok: It is UPDATING."],
  [{ TableStatus: LOST }, `failed: The table is ${LOST}: nothing is stored. ${SEE_TABLE}`],
  [undefined, `failed: The table is undefined: nothing is stored. ${SEE_TABLE}`],
  [
    {
      TableStatus: "ACTIVE",
      SSEDescription: { InaccessibleEncryptionDateTime: new Date("2026-11-20T01:02:03Z") },
    },
    `failed: The table can't use its key since 2026-11-20T01:02:03.000Z. ${SEE_TABLE}`,
  ],
])("the table %j: %s", async (table, line) => {
  const found = await look("table", { ...(table && { table }) });
  expect(found.line).toBe(line);
  expect(found.inputs).toContainEqual({ TableName: "events" });
});

describe("the key", () => {
  const KMSMasterKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd";
  const ENABLE = "aws kms enable-key --key-id 1234abcd";
  const CANCEL = `Fix: aws kms cancel-key-deletion --key-id 1234abcd && ${ENABLE}`;
  const DeletionDate = new Date("2027-01-02T03:04:05Z");

  test("is AWS' own where the table names none", async () => {
    for (const own of [undefined, {}, { SSEDescription: {} }]) {
      const { line } = await look("key", { ...(own && { table: own }) });
      expect(line).toBe("ok: The table is encrypted with a key of AWS' own.");
    }
  });

  test.each([
    [{ KeyState: "Enabled" }, "ok: The customer key is enabled."],
    [
      { KeyState: "PendingDeletion", DeletionDate },
      `failed: The customer key is to be deleted on 2027-01-02: events, alerts and secret are lost with it. ${CANCEL}`,
    ],
    [
      { KeyState: "PendingDeletion" },
      `failed: The customer key is to be deleted: events, alerts and secret are lost with it. ${CANCEL}`,
    ],
    [
      { KeyState: "Disabled" },
      `failed: The customer key is Disabled: within minutes nothing can be stored or sent. Fix: ${ENABLE}`,
    ],
    [
      undefined,
      `failed: The customer key is undefined: within minutes nothing can be stored or sent. Fix: ${ENABLE}`,
    ],
  ])("is asked for by its ARN: %j", async (key, line) => {
    const table = { TableStatus: "ACTIVE", SSEDescription: { KMSMasterKeyArn } };
    const found = await look("key", { table, ...(key && { key }) });
    expect(found.line).toBe(line);
    expect(found.inputs).toContainEqual({ KeyId: KMSMasterKeyArn });
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
