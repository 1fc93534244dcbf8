import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MetaToken, WatchedSystem } from "../../lambda/facts/system.ts";
import { createGraph, GRAPH_URL, GRAPH_VERSION } from "../../lambda/meta/graph.ts";
import { createDynamoDB, createSns } from "../../lambda/shared/clients.ts";
import { createCommandLine } from "../../lambda/shared/commands.ts";
import { parseMetaToken } from "../../lambda/watchdog/aws.ts";
import type { MetaOptions } from "../meta-app/options.ts";
import { parseStoredSecret } from "../meta-app/stored-secret.ts";
import { LOCAL_AWS } from "./engines/local-aws.ts";
import type { LocalRun } from "./run-file.ts";
import { readSecretFile } from "./secret-file.ts";

/** Where `connect --keep-token` keeps a system-user token of the local run. */
export const TOKEN_FILE = "meta-token.json";

/** The local run as the checks look at it. */
export function toWatchedSystem(
  address: LocalRun,
  data: string,
  flags: string,
  meta: Omit<MetaOptions, "waba"> = { graphUrl: GRAPH_URL, graphVersion: GRAPH_VERSION },
): WatchedSystem {
  const secretName = join(data, "secret.json");
  return {
    command: createCommandLine(flags),
    webhookUrl: address.webhookUrl,
    tableName: address.tableName,
    alertTopicArn: address.topicArn,
    secretName,
    readSecret: async () => parseStoredSecret(await readSecretFile(secretName), secretName),
    dynamodb: createDynamoDB({ ...LOCAL_AWS, endpoint: address.dynamodbEndpoint }),
    sns: createSns({ ...LOCAL_AWS, endpoint: address.snsEndpoint }),
    meta: {
      graph: createGraph({ baseUrl: meta.graphUrl, version: meta.graphVersion }),
      appId: meta.appId,
      readToken: () => readTokenFile(join(data, TOKEN_FILE)),
    },
  };
}

/** Undefined where none is kept. */
export async function readTokenFile(file: string): Promise<MetaToken | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseMetaToken(text);
}
