import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { Graph } from "../meta/graph.ts";
import type { StoredSecret } from "../meta/stored-secret.ts";
import { type CommandLine, toDeployCommand } from "../shared/commands.ts";

/** The running system that the checks look at, as narrow as they need it. */
export interface WatchedSystem {
  /** Writes a command that works on this system. */
  readonly command: CommandLine;
  readonly webhookUrl: string;
  readonly tableName: string;
  readonly alertTopicArn: string;
  /** The local run has none. */
  readonly operationsTopicArn?: string | undefined;
  readonly readSecret: () => Promise<StoredSecret>;
  /** Where the secret is kept, for a person. */
  readonly secretName: string;
  readonly dynamodb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly meta: WatchedMeta;
  /** Whether the daily watchdog itself looks: it alone reads the kept token, and must remember. */
  readonly isWatchdog?: boolean;
  /** Only on AWS. */
  readonly aws?: WatchedAws | undefined;
}

export interface WatchedAws {
  /** Its name or, where a role may read no other stack, its id. */
  readonly stackName: string;
  /** What the names of the stack's alarms begin with, up to " - ": the stack's name. */
  readonly alarmPrefix: string;
  /** Of the webhook: the dimension of its metrics. */
  readonly functionName: string;
  readonly cloudformation: CloudFormationClient;
  readonly cloudwatch: CloudWatchClient;
  readonly kms: KMSClient;
}

export interface WatchedMeta {
  readonly graph: Graph;
  /** In place of the one that is saved beside the app secret. */
  readonly appId?: string | undefined;
  /** In place of those that are saved. */
  readonly appSecret?: string | undefined;
  /** Where Meta should call, if not the webhook's own address. */
  readonly callbackUrl?: string | undefined;
  /** Absent where there is none to be read. */
  readonly readToken: () => Promise<MetaToken | undefined>;
}

/** A system user's token with the accounts that it is for; none: those that the token names. */
export interface MetaToken {
  readonly token: string;
  readonly wabaIds: readonly string[];
}

/** The command that makes what is missing of the system: a deploy of the same stack. */
export function toStartAgain(system: Pick<WatchedSystem, "aws" | "command">): string {
  return system.aws ? toDeployCommand(system.aws.alarmPrefix) : system.command("start");
}
