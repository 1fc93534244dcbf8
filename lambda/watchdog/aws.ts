import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { SNSClient } from "@aws-sdk/client-sns";
import * as v from "valibot";
import { createAlertTopic } from "../alert/alert-topic.ts";
import type { Message } from "../alert/content/notice.ts";
import type { TopicName } from "../facts/subscribers.ts";
import type { MetaToken } from "../facts/system.ts";
import { type StoredSecret, StoredSecretText } from "../meta/stored-secret.ts";
import { ExplainedError } from "../shared/sentence.ts";

export function createPublish(client: SNSClient, topics: Readonly<Record<TopicName, string>>) {
  return async (topic: TopicName, message: Message): Promise<void> => {
    await createAlertTopic({ client, topicArn: topics[topic] }).publish(message);
  };
}

function createReadSecret(client: SecretsManagerClient, SecretId: string) {
  return async (): Promise<string> => {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
    return SecretString;
  };
}

export function createReadStoredSecret(client: SecretsManagerClient, SecretId: string) {
  const readText = createReadSecret(client, SecretId);
  return async (): Promise<StoredSecret> => {
    const result = v.safeParse(StoredSecretText, await readText());
    if (result.success) return result.output;
    throw new ExplainedError(
      'The secret is not of the form {"verifyToken":"…","appSecrets":["…"]}: write it again in that form.',
    );
  };
}

/** Undefined where `connect --keep-token` has kept none. */
export function createReadToken(client: SecretsManagerClient, SecretId: string) {
  const readText = createReadSecret(client, SecretId);
  return async (): Promise<MetaToken | undefined> => {
    try {
      return parseMetaToken(await readText());
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };
}

const TokenText = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ token: v.optional(v.string(), ""), wabaIds: v.optional(v.array(v.string()), []) }),
);

/** The secret of the token is `{}` until there is one. Never quotes the text. */
export function parseMetaToken(text: string): MetaToken | undefined {
  const result = v.safeParse(TokenText, text);
  if (!result.success) {
    throw new ExplainedError(
      'The secret of the system-user token is not of the form {"token":"…","wabaIds":["…"]}: run npm run connect with --keep-token again.',
    );
  }
  return result.output.token === "" ? undefined : result.output;
}

const TIMEOUT_MS = 10_000;

/** Undefined where no address is set. */
export function createHeartbeat(url: string | undefined): (() => Promise<void>) | undefined {
  return url === undefined ? undefined : () => fetchHeartbeat(url);
}

/** The address is a secret: no error names it. */
async function fetchHeartbeat(url: string): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { status } = await fetch(url, { signal }).catch((error: unknown) => {
    throw Object.assign(new Error("unreachable"), {
      name: error instanceof Error ? error.name : "",
    });
  });
  if (status >= 400) throw Object.assign(new Error("refused"), { name: "Status", code: status });
}
