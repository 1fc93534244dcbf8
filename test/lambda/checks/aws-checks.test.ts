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
import {
  HOUR_MS,
  LOOKED_AT,
  lineOf,
  MINUTE_MS,
  toLine,
  toName,
  watchedSystem,
} from "../../support/facts.ts";

interface Account {
  readonly alarms?: readonly (readonly object[] | undefined)[];
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

function look(id: string, account: Account): Promise<string> {
  return lineOf(toAwsChecks(createAws(account).system, LOOKED_AT), id);
}

const at = (age: number) => new Date(LOOKED_AT - age);
const pointsOf = (...ages: number[]) => ({
  points: ages.map((age) => ({ Timestamp: at(age), Sum: 1 })),
});

test("what only AWS knows is unknown on the local run", async () => {
  const checks = await runAll(toAwsChecks(watchedSystem({ aws: undefined }), LOOKED_AT));
  const names = ["Alarms", "Relay", "Filter policies", "Table", "Encryption key"];
  expect(checks.map(toName).map((name) => name.replace(/ \(.*/, ""))).toEqual(names);
  const nothing = (id: string, what: string) => `${id} unknown, absent: The local run ${what}.`;
  expect(checks.map(toLine)).toEqual([
    ...["alarms", "relay", "filters"].map((id) => nothing(id, "has no CloudWatch")),
    ...["table", "key"].map((id) => nothing(id, "encrypts nothing")),
  ]);
});

const OFF = { AlarmName: "Hooks - Relay not running", StateValue: "OK" };
const MORE = { AlarmName: "Hooks - Other", StateValue: "INSUFFICIENT_DATA" };
const UNDATED = { AlarmName: "Hooks - Odd", StateValue: "ALARM" };
const ON = { ...UNDATED, AlarmName: "Hooks - Table", StateUpdatedTimestamp: at(3 * HOUR_MS) };

const LOST = "INACCESSIBLE_ENCRYPTION_CREDENTIALS";
const SSEDescription = { InaccessibleEncryptionDateTime: new Date("2026-11-20T01:02:03Z") };

const KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd";
const DeletionDate = new Date("2027-01-02T03:04:05Z");
const withKey = (KeyState: string, more: object = {}) => ({
  table: { TableStatus: "ACTIVE", SSEDescription: { KMSMasterKeyArn: KEY_ARN } },
  key: { KeyState, ...more },
});

/** By the id of its check. */
const ACCOUNTS: Readonly<Record<string, readonly Account[]>> = {
  alarms: [
    { alarms: [[OFF], undefined, [MORE]] },
    {
      alarms: [
        [ON, OFF],
        [UNDATED, {}],
      ],
    },
    { alarms: [[]] },
  ],
  relay: [
    pointsOf(9 * MINUTE_MS, 5 * MINUTE_MS),
    pointsOf(0, 9 * MINUTE_MS),
    pointsOf(5 * MINUTE_MS + 1),
    {},
  ],
  filters: [{}, { points: [{ Sum: 3 }, {}] }],
  table: [
    { table: { TableStatus: "ACTIVE" } },
    { table: { TableStatus: "UPDATING", SSEDescription: {} } },
    { table: { TableStatus: LOST } },
    {},
    { table: { TableStatus: "ACTIVE", SSEDescription } },
  ],
  key: [
    {},
    { table: { SSEDescription: {} } },
    withKey("Enabled"),
    withKey("Disabled"),
    withKey("PendingDeletion", { DeletionDate }),
    withKey("PendingDeletion"),
  ],
};

test.each(Object.entries(ACCOUNTS))(
  "%s of an account are said in one line",
  async (id, accounts) => {
    const lines = await Promise.all(accounts.map((each) => look(id, each)));
    expect(lines).toMatchSnapshot();
  },
);

test("AWS is asked about this system alone", async () => {
  const { system, inputs } = createAws(withKey("Enabled"));
  await runAll(toAwsChecks(system, LOOKED_AT));
  expect(inputs.map((input) => JSON.stringify(input))).toMatchSnapshot();
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
