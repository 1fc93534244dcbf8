import { Stack } from "aws-cdk-lib";
import { type LogGroup, QueryDefinition, QueryString } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { METRIC } from "../../../lambda/shared/metric-names.ts";

/** What may be behind an alarm, by five minutes: each column is a metric of the application. */
const CAUSES = {
  secretUnavailable: METRIC.secretUnavailable,
  notStored: METRIC.storeFailed,
  notClaimedOrMarked: METRIC.relayFailed,
  notPublished: METRIC.alertPublishFailed,
  pageFailed: METRIC.incidentFailed,
  bodyNotUnderstood: METRIC.payloadRejected,
  changeOfAnotherForm: METRIC.quarantined,
  unknownEvent: METRIC.unknownEvent,
} as const;

/** The runbook's saved queries of CloudWatch Logs Insights, by their names. */
export const QUERIES = {
  Causes: {
    logs: "function",
    query: {
      statsStatements: [
        `${Object.entries(CAUSES)
          .map(([name, metric]) => `sum(${metric}) as ${name}`)
          .join(", ")} by bin(5m)`,
      ],
    },
  },
  "Latest outcomes": {
    logs: "function",
    query: {
      fields: ["@timestamp", "level", "message", "reason", "count", "requestId"],
      filterStatements: ["message != 'outbox relayed' or level = 'ERROR'"],
      sort: "@timestamp desc",
      limit: 100,
    },
  },
  Failures: {
    logs: "function",
    query: {
      fields: ["@timestamp", "@message"],
      filterStatements: ["level = 'ERROR' or record.status != 'success' or ispresent(errorType)"],
      sort: "@timestamp desc",
      limit: 100,
    },
  },
  "Refused requests": {
    logs: "function",
    query: {
      filterStatements: ["message = 'request rejected'"],
      statsStatements: ["sum(count) as requests by reason, bin(5m)"],
    },
  },
  "Who calls": {
    logs: "access",
    query: {
      statsStatements: ["count(*) as requests, max(latency) as slowest by ip, routeKey, status"],
      sort: "requests desc",
      limit: 50,
    },
  },
  "Outbox by minute": {
    logs: "function",
    query: {
      filterStatements: ["message = 'outbox relayed'"],
      statsStatements: [
        "max(OutboxSize.0) as pending, max(OutboxAge.0) as oldestSeconds by bin(1m)",
      ],
    },
  },
} as const;

export function createQueries(scope: Construct, logs: LogGroup, accessLogs: LogGroup): void {
  for (const [name, { logs: source, query }] of Object.entries(QUERIES)) {
    new QueryDefinition(scope, `Query ${name}`, {
      queryDefinitionName: `${Stack.of(scope).stackName}/${name}`,
      queryString: new QueryString(toMutable(query)),
      logGroups: [source === "access" ? accessLogs : logs],
    });
  }
}

/** CDK wants arrays that it could change. */
function toMutable<T extends object>(query: T): { -readonly [K in keyof T]: Mutable<T[K]> } {
  return structuredClone(query) as { -readonly [K in keyof T]: Mutable<T[K]> };
}

type Mutable<T> = T extends readonly (infer Item)[] ? Item[] : T;
