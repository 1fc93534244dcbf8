import { Stack } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { toUniqueName } from "./logs.ts";
import type { Settings } from "./settings.ts";

export interface SecretRef {
  readonly arn: string;
  readonly name: string;
  /** The customer managed key that encrypts it, unless it has AWS' own. */
  readonly keyArn?: string;
}

/** The secret of the settings, or one of the stack's own. */
export function createSecret(scope: Construct, key: Key, settings: Settings): SecretRef {
  const { secretArn, secretKeyArn } = settings;
  if (!secretArn) return generateSecret(scope, key);
  const { secretName } = Secret.fromSecretCompleteArn(scope, "Secret", secretArn);
  return { arn: secretArn, name: secretName, ...(secretKeyArn && { keyArn: secretKeyArn }) };
}

/**
 * The verify token, generated, and the app secrets, which the operator fills in. A change of what
 * is generated here would make CloudFormation write a new secret over the app secrets.
 */
function generateSecret(scope: Construct, key: Key): SecretRef {
  // A deleted secret keeps its name for a month.
  const name = toUniqueName(Stack.of(scope));
  const secret = new Secret(scope, "Secret", {
    secretName: name,
    description: "WhatsApp security webhook: verify token and app secrets",
    encryptionKey: key,
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ appSecrets: [] }),
      generateStringKey: "verifyToken",
      // Pasted into Meta's form and sent back in a query string: letters and digits only.
      excludePunctuation: true,
      passwordLength: 40,
    },
  });
  return { arn: secret.secretArn, name, keyArn: key.keyArn };
}
