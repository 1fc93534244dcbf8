import { stat } from "node:fs/promises";
import {
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { StoredSecret } from "../../lambda/meta/stored-secret.ts";
import { UserError } from "../cli/errors.ts";
import { replaceFile } from "../local/files.ts";
import { readSecretFile } from "../local/secret-file.ts";
import { parseStoredSecret } from "../meta-app/stored-secret.ts";

/** A secret as it was read, and which version of it that was. */
export interface VersionedSecret {
  readonly stored: StoredSecret;
  readonly version: string;
  /** When this version was saved, milliseconds since the epoch. */
  readonly changedAt: number;
}

export interface SecretAccess {
  readonly readSecret: () => Promise<StoredSecret>;
  /** The same with its version, which `writeSecret` takes. */
  readSecretVersion(): Promise<VersionedSecret>;
  /**
   * Puts this in the place of the version that was read. Throws a UserError, with nothing changed,
   * when somebody else has written meanwhile: what they saved is not lost.
   */
  writeSecret(next: StoredSecret, version: string): Promise<void>;
}

interface SavedText {
  readonly text: string;
  readonly version: string;
  readonly changedAt: number;
}

/** A secret's text somewhere; `replace` is false when it is no longer of that version. */
interface SecretPlace {
  read(): Promise<SavedText>;
  replace(text: string, version: string): Promise<boolean>;
}

function createSecretAccess(place: SecretPlace, name: string): SecretAccess {
  async function readSecretVersion() {
    const { text, ...saved } = await place.read();
    return { stored: parseStoredSecret(text, name), ...saved };
  }

  return {
    readSecretVersion,
    readSecret: async () => (await readSecretVersion()).stored,
    async writeSecret(next, version) {
      if (await place.replace(JSON.stringify(next), version)) return;
      throw new UserError(
        `The secret in ${name} was changed by somebody else a moment ago: nothing was changed here. Run this again, on what is saved now.`,
      );
    },
  };
}

/** The file's text is its version. */
export function createFileSecret(file: string): SecretAccess {
  const read = () => readSecretFile(file);
  const place: SecretPlace = {
    async read() {
      const text = await read();
      return { text, version: text, changedAt: (await stat(file)).mtimeMs };
    },
    async replace(text, version) {
      if ((await read()) !== version) return false;
      await replaceFile(file, text);
      return true;
    },
  };
  return createSecretAccess(place, file);
}

/** The label of a version that is written and not yet current. */
const DRAFT = "OPERATOR";

/**
 * Secrets Manager has no conditional write, but moving a label is one: it fails unless the version
 * that loses AWSCURRENT is the one named. So the new text is saved under a label of our own first.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export function createAwsSecret(
  client: SecretsManagerClient,
  SecretId: string,
  name: string,
): SecretAccess {
  async function read() {
    const output = await client.send(new GetSecretValueCommand({ SecretId }));
    const { SecretString = "", VersionId = "", CreatedDate } = output;
    return { text: SecretString, version: VersionId, changedAt: CreatedDate?.getTime() ?? 0 };
  }

  async function moveCurrent(RemoveFromVersionId: string, MoveToVersionId: string) {
    const VersionStage = "AWSCURRENT";
    const input = { SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId };
    try {
      await client.send(new UpdateSecretVersionStageCommand(input));
      return true;
    } catch (error) {
      if (!(error instanceof InvalidParameterException)) throw error;
      // Also the SDK's second try fails so, after the answer to the first was lost.
      return (await read()).version === MoveToVersionId;
    }
  }

  async function dropDraft(RemoveFromVersionId: string) {
    const input = { SecretId, VersionStage: DRAFT, RemoveFromVersionId };
    await client.send(new UpdateSecretVersionStageCommand(input));
  }

  const place: SecretPlace = {
    read,
    async replace(SecretString, version) {
      const draft = { SecretId, SecretString, VersionStages: [DRAFT] };
      const { VersionId = "" } = await client.send(new PutSecretValueCommand(draft));
      const isMoved = await moveCurrent(version, VersionId);
      // Another operator's draft has taken the label: nothing is left to clear.
      await dropDraft(VersionId).catch(() => {});
      return isMoved;
    },
  };
  return createSecretAccess(place, name);
}
