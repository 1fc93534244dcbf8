import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { DescribeTableCommand, type TableDescription } from "@aws-sdk/client-dynamodb";
import { DescribeKeyCommand, KeyState } from "@aws-sdk/client-kms";
import { countInLastDay, readMetric } from "../facts/metric.ts";
import type { WatchedAws, WatchedSystem } from "../facts/system.ts";
import { toDeployCommand } from "../shared/commands.ts";
import { FILTERED_BY_MISTAKE, METRIC } from "../shared/metric-names.ts";
import { count, toAgo } from "../shared/time-text.ts";
import { absent, type Check, type CheckOutcome, failed, ok } from "./check.ts";

const MINUTE_MS = 60_000;

/** What only AWS knows: alarms, the relay's runs, what filters drop, the table and its key. */
export function toAwsChecks(system: WatchedSystem, now: number): Check[] {
  const onAws = (look: (aws: WatchedAws) => Promise<CheckOutcome>, nothing: string) => async () =>
    system.aws ? look(system.aws) : absent(nothing);
  const noCloudWatch = "The local run has no CloudWatch.";
  const noKey = "The local run encrypts nothing.";
  return [
    { id: "alarms", name: "Alarms", look: onAws((aws) => checkAlarms(aws, now), noCloudWatch) },
    { id: "relay", name: "Relay", look: onAws((aws) => checkRelay(aws, now), noCloudWatch) },
    {
      id: "filters",
      name: "Filter policies",
      look: onAws((aws) => checkFilters(system, aws, now), noCloudWatch),
    },
    { id: "table", name: "Table", look: onAws(() => checkTable(system), noKey) },
    { id: "key", name: "Encryption key", look: onAws((aws) => checkKey(system, aws), noKey) },
  ];
}

async function checkAlarms(
  { cloudwatch, alarmPrefix }: WatchedAws,
  now: number,
): Promise<CheckOutcome> {
  let total = 0;
  const on: string[] = [];
  const prefix = `${alarmPrefix} - `;
  const pages = paginateDescribeAlarms({ client: cloudwatch }, { AlarmNamePrefix: prefix });
  for await (const { MetricAlarms = [] } of pages) {
    total += MetricAlarms.length;
    for (const { AlarmName = "", StateValue, StateUpdatedTimestamp } of MetricAlarms) {
      const since = StateUpdatedTimestamp
        ? ` (for ${toAgo(StateUpdatedTimestamp.getTime(), now)})`
        : "";
      if (StateValue === "ALARM")
        on.push(AlarmName.slice(prefix.length) + since.replace(" ago", ""));
    }
  }
  if (total === 0) return failed("The stack has no alarms.", toDeployCommand(alarmPrefix));
  if (on.length === 0) return ok(`None of ${count(total, "alarm")} is on.`);
  return failed(`On: ${on.join(", ")}.`, "infra/RUNBOOK.md, the heading of the same name");
}

/** CloudWatch shows a minute about a minute late: five without a run are the alarm's limit too. */
async function checkRelay(aws: WatchedAws, now: number): Promise<CheckOutcome> {
  const runs = await readMetric(aws, METRIC.relayRun, now - 60 * MINUTE_MS, now);
  const fix = 'infra/RUNBOOK.md, "Relay not running"';
  if (runs.length === 0) return failed("No run of the relay was seen in the last hour.", fix);
  const last = Math.max(...runs.map(({ at }) => at));
  const message = `The relay ran last ${toAgo(last, now)}.`;
  return now - last > 5 * MINUTE_MS ? failed(message, fix) : ok(message);
}

/** A subscriber whose filter policy finds no attributes gets nothing, and nobody else notices. */
async function checkFilters(
  { alertTopicArn }: WatchedSystem,
  aws: WatchedAws,
  now: number,
): Promise<CheckOutcome> {
  const counts = FILTERED_BY_MISTAKE.map((name) => countInLastDay(aws, alertTopicArn, name, now));
  const dropped = (await Promise.all(counts)).reduce((sum, each) => sum + each, 0);
  if (dropped === 0) return ok("No filter policy dropped a message for lack of attributes.");
  return failed(
    `SNS dropped ${count(dropped, "message")} in the last day: a filter policy found no attributes that it can read.`,
    'infra/RUNBOOK.md, "Alert dropped by a filter"',
  );
}

async function describeTable({ dynamodb, tableName }: WatchedSystem): Promise<TableDescription> {
  const { Table = {} } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName }));
  return Table;
}

/** The status follows a lost key some 40 minutes late; the key's own state is its own check. */
async function checkTable(system: WatchedSystem): Promise<CheckOutcome> {
  const { TableStatus, SSEDescription } = await describeTable(system);
  const fix = 'infra/RUNBOOK.md, "Table failing"';
  if (TableStatus !== "ACTIVE" && TableStatus !== "UPDATING") {
    return failed(`The table is ${TableStatus}: nothing is stored.`, fix);
  }
  const inaccessible = SSEDescription?.InaccessibleEncryptionDateTime;
  if (inaccessible) {
    return failed(
      `The table has been unable to use its key since ${inaccessible.toISOString()}.`,
      fix,
    );
  }
  return ok(`It is ${TableStatus}.`);
}

/** Days before a key is gone, everything still works. */
async function checkKey(system: WatchedSystem, { kms }: WatchedAws): Promise<CheckOutcome> {
  const { SSEDescription } = await describeTable(system);
  const KeyId = SSEDescription?.KMSMasterKeyArn;
  if (!KeyId) return ok("The table is encrypted with a key of AWS' own.");
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  const { KeyState: state, DeletionDate } = KeyMetadata ?? {};
  if (state === KeyState.Enabled) return ok("The customer key is enabled.");
  const id = KeyId.split("/").at(-1);
  if (state === KeyState.PendingDeletion) {
    const when = DeletionDate ? ` on ${DeletionDate.toISOString().slice(0, 10)}` : "";
    return failed(
      `The customer key is to be deleted${when}: events, alerts and secret are lost with it.`,
      `aws kms cancel-key-deletion --key-id ${id} && aws kms enable-key --key-id ${id}`,
    );
  }
  return failed(
    `The customer key is ${state}: within minutes nothing can be stored or sent.`,
    `aws kms enable-key --key-id ${id}`,
  );
}
