import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { createCommandLine } from "../../lambda/shared/commands.ts";
import { DEFAULT_DATA, toDataFlags } from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { LOCAL_AWS } from "../local/engines/local-aws.ts";
import { createFilePins } from "../local/file-pins.ts";
import { answers, type LocalRun, readRunFile } from "../local/run-file.ts";
import { TOKEN_FILE } from "../local/watchdog.ts";
import type { Deployment } from "./deployment.ts";
import { createFileSecret } from "./secret.ts";
import { createFileToken } from "./token.ts";

const LOCAL = { ...LOCAL_AWS, maxAttempts: 1 };

const OR_STACK = "or name a deployed stack with --stack";

/** Finds the local run by the file that it keeps while it runs. `or` ends the advice. */
export async function openLocal(data: string, or = OR_STACK): Promise<Deployment> {
  const run = await findRun(data, or);
  const secretName = join(data, "secret.json");
  return {
    ...createFileSecret(secretName),
    ...createFileToken(join(data, TOKEN_FILE)),
    name: `local run in ${data}`,
    command: createCommandLine(toDataFlags(data)),
    webhookUrl: run.webhookUrl,
    tableName: run.tableName,
    alertTopicArn: run.topicArn,
    secretName,
    pins: createFilePins(join(data, "pins")),
    dynamodb: new DynamoDBClient({ ...LOCAL, endpoint: run.dynamodbEndpoint }),
    sns: new SNSClient({ ...LOCAL, endpoint: run.snsEndpoint }),
  };
}

async function findRun(data: string, or: string): Promise<LocalRun> {
  const run = await readRunFile(join(data, "run.json"));
  if (run && (await answers(run.webhookUrl))) return run;
  const start = data === DEFAULT_DATA ? "npm start" : `npm start --${toDataFlags(data)}`;
  throw new UserError(
    `No local run was found in ${data}: start it with ${start} in another terminal, ${or}.`,
  );
}
