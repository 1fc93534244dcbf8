import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import * as v from "valibot";
import { DEFAULT_DATA } from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { replaceFile } from "../local/files.ts";
import { LOCAL_AWS } from "../local/local-aws.ts";
import type { Deployment } from "./deployment.ts";

const Run = v.object({
  webhookUrl: v.string(),
  dynamodbEndpoint: v.string(),
  tableName: v.string(),
  snsEndpoint: v.string(),
  topicArn: v.string(),
});

const LOCAL = { ...LOCAL_AWS, maxAttempts: 1 };

/** Finds the local run by the file that it keeps while it runs. */
export async function openLocal(data: string): Promise<Deployment> {
  const run = await readRun(data);
  const secretFile = join(data, "secret.json");
  return {
    name: `local run in ${data}`,
    flags: data === DEFAULT_DATA ? "" : ` --data ${data}`,
    webhookUrl: run.webhookUrl,
    tableName: run.tableName,
    alertTopicArn: run.topicArn,
    secretName: secretFile,
    readSecretText: () => readFile(secretFile, "utf8"),
    writeSecretText: (text) => replaceFile(secretFile, text),
    dynamodb: new DynamoDBClient({ ...LOCAL, endpoint: run.dynamodbEndpoint }),
    sns: new SNSClient({ ...LOCAL, endpoint: run.snsEndpoint }),
  };
}

async function readRun(data: string): Promise<v.InferOutput<typeof Run>> {
  const file = join(data, "run.json");
  try {
    const run = v.parse(Run, JSON.parse(await readFile(file, "utf8")));
    await fetch(run.webhookUrl, { method: "HEAD", signal: AbortSignal.timeout(60_000) });
    return run;
  } catch {
    throw new UserError(
      `No local run was found in ${data}: start it with npm start in another terminal, or name a deployed stack with --stack.`,
    );
  }
}
