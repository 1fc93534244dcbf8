import {
  type CloudFormationClient,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";
import { type CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { METRIC } from "../../../lambda/shared/names.ts";
import { count, toAgo } from "../../cli/text.ts";
import type { AwsFacts, Deployment } from "../../deployment/deployment.ts";
import { readMetric } from "../../deployment/metric.ts";
import { type Check, check, type Finding, green, red, unknown } from "./check.ts";

const MINUTE_MS = 60_000;

/** What only CloudWatch knows. */
export async function checkAws({ aws }: Deployment, now: number): Promise<Check[]> {
  const onAws = (look: (aws: AwsFacts) => Promise<Finding>) => () =>
    aws ? look(aws) : unknown("The local run has no CloudWatch.");
  return Promise.all([
    check("alarms", "Alarms", onAws(judgeAlarms)),
    check(
      "relay",
      "Relay",
      onAws((facts) => judgeRelay(facts, now)),
    ),
  ]);
}

async function judgeAlarms({ cloudformation, cloudwatch, stackName }: AwsFacts): Promise<Finding> {
  const names = await listAlarms(cloudformation, stackName);
  if (names.length === 0) return red("The stack has no alarms.", "npm run deploy");
  const firing = await findFiring(cloudwatch, names);
  if (firing.length === 0) return green(`None of ${count(names.length, "alarm")} is on.`);
  return red(`On: ${firing.join(", ")}.`, "infra/RUNBOOK.md, the heading of the same name");
}

async function listAlarms(client: CloudFormationClient, StackName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName })) {
    for (const { ResourceType, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      if (ResourceType === "AWS::CloudWatch::Alarm" && PhysicalResourceId) {
        names.push(PhysicalResourceId);
      }
    }
  }
  return names;
}

/** DescribeAlarms takes at most 100 names. */
async function findFiring(client: CloudWatchClient, names: readonly string[]): Promise<string[]> {
  const AlarmNames = names.slice(0, 100);
  const { MetricAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNames, MaxRecords: 100 }),
  );
  const firing = MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM");
  return firing.map(({ AlarmName }) => AlarmName ?? "");
}

/** CloudWatch shows a minute about a minute late: five without a run are the alarm's limit too. */
async function judgeRelay(aws: AwsFacts, now: number): Promise<Finding> {
  const runs = await readMetric(aws, METRIC.relayRun, now - 60 * MINUTE_MS, now);
  const last = Math.max(...runs.map(({ at }) => at));
  if (runs.length === 0) return red("No run of the relay was seen in the last hour.", RELAY_MEND);
  const sentence = `The relay ran last ${toAgo(last, now)}.`;
  return now - last > 5 * MINUTE_MS ? red(sentence, RELAY_MEND) : green(sentence);
}

const RELAY_MEND = 'infra/RUNBOOK.md, "Relay not running"';
