import { createHash } from "node:crypto";

/** A secret as Secrets Manager keeps it: versions, and the labels that each carries. */
export interface StandInSecret {
  /** The text of the version that is labelled AWSCURRENT. */
  current: string;
  /** When it was put, in milliseconds since the epoch. */
  readonly savedAt: number;
  /** The texts of versions with other labels, by label. */
  readonly labels: Map<string, string>;
  /** Every text that was put, by its version. */
  readonly versions: Map<string, string>;
}

export class RefusedError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

type Input = Readonly<Record<string, unknown>>;

const CURRENT = "AWSCURRENT";

/** Answers as the service documents it; undefined for an action of another service. */
export function answerSecrets(secret: StandInSecret, action: string, input: Input): unknown {
  switch (action) {
    case "GetSecretValue":
      return read(secret);
    case "PutSecretValue":
      return put(secret, input);
    case "UpdateSecretVersionStage":
      return moveLabel(secret, input);
    default:
      return undefined;
  }
}

/** The current version: no other is read. */
function read({ current, savedAt }: StandInSecret) {
  const CreatedDate = savedAt / 1000;
  return { SecretString: current, VersionId: toVersion(current), CreatedDate };
}

/** Without labels of its own the new version is current at once. */
function put(secret: StandInSecret, { SecretString, VersionStages = [CURRENT] }: Input) {
  const text = String(SecretString);
  secret.versions.set(toVersion(text), text);
  for (const label of VersionStages as string[]) putLabel(secret, label, text);
  return { VersionId: toVersion(text), VersionStages };
}

/** A label moves only away from the version that is named. */
function moveLabel(secret: StandInSecret, input: Input): object {
  const label = String(input.VersionStage);
  const { RemoveFromVersionId: from, MoveToVersionId: to } = input;
  const present = findLabelled(secret, label);
  if (present !== undefined && from !== toVersion(present)) {
    throw new RefusedError(
      "InvalidParameterException",
      `The staging label ${label} is attached to another version.`,
    );
  }
  putLabel(secret, label, secret.versions.get(String(to)));
  return {};
}

function findLabelled(secret: StandInSecret, label: string): string | undefined {
  return label === CURRENT ? secret.current : secret.labels.get(label);
}

function putLabel(secret: StandInSecret, label: string, text: string | undefined): void {
  if (label === CURRENT) secret.current = text ?? "";
  else if (text === undefined) secret.labels.delete(label);
  else secret.labels.set(label, text);
}

function toVersion(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
