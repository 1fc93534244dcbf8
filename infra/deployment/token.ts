import { PutSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { MetaToken } from "../../lambda/facts/system.ts";
import { toDeployCommand } from "../../lambda/shared/commands.ts";
import { UserError } from "../cli/errors.ts";
import { replaceFile } from "../local/files.ts";
import { readTokenFile } from "../local/watchdog.ts";

/** Where `connect --keep-token` keeps a system-user token for the watchdog. */
export interface TokenAccess {
  /** Undefined where there is none, and on AWS: only the watchdog's role may read it there. */
  readToken(): Promise<MetaToken | undefined>;
  /** Throws a UserError where `writeToken` would: before anything else is changed. */
  assertTokenPlace(): void;
  writeToken(token: MetaToken): Promise<void>;
}

export function createAwsToken(
  client: SecretsManagerClient,
  SecretId: string | undefined,
  stackName: string,
): TokenAccess {
  function assertTokenPlace(): void {
    if (SecretId) return;
    throw new UserError(
      `The stack has no secret for a system-user token yet: deploy it again (${toDeployCommand(stackName)}).`,
    );
  }

  return {
    readToken: async () => undefined,
    assertTokenPlace,
    async writeToken(token) {
      assertTokenPlace();
      const SecretString = JSON.stringify(token);
      await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    },
  };
}

export function createFileToken(file: string): TokenAccess {
  return {
    readToken: () => readTokenFile(file),
    assertTokenPlace: () => {},
    writeToken: (token) => replaceFile(file, `${JSON.stringify(token)}\n`),
  };
}
