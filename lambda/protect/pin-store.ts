import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { PROTECT } from "../shared/names.ts";
import { ExplainedError, isAccessDenied, toSentence } from "../shared/sentence.ts";

/** Where the PINs of numbers are kept: every one, also those that Meta did not take. */
export interface PinStore {
  /** Where a number's PINs are kept, for a person. */
  placeOf(number: string): string;
  /**
   * Stores the PIN as a new version and returns that version's number, from 1. No error contains
   * the PIN.
   */
  save(number: string, pin: string): Promise<number>;
}

/** Of its client. Milliseconds; without `throwOnRequestTimeout` the SDK only warns. */
export const PARAMETER_STORE_CLIENT = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

export interface ParameterStoreDeps {
  readonly client: Pick<SSMClient, "send">;
  readonly stackName: string;
}

/** A SecureString of the Systems Manager for each number, encrypted with the stack's key. */
export function createParameterStore({ client, stackName }: ParameterStoreDeps): PinStore {
  const placeOf = (number: string) => toParameterName(stackName, number);
  return {
    placeOf,
    async save(number, pin) {
      const command = new PutParameterCommand({
        Name: placeOf(number),
        Description: "WhatsApp security webhook: two-step verification PIN of this number",
        Type: "SecureString",
        KeyId: `alias/${stackName}`,
        Value: pin,
        Overwrite: true,
      });
      const { Version } = await client.send(command).catch((error: unknown) => {
        throw isAccessDenied(error) ? error : toQuietError(error, pin);
      });
      if (Version === undefined) throw new ExplainedError("The Systems Manager named no version.");
      return Version;
    },
  };
}

/** Under the stack's name; not at the root, where names must not begin with `aws` or `ssm`. */
function toParameterName(stackName: string, number: string): string {
  return `${PROTECT.parameterFolder}/${stackName}/${number}`;
}

/** A ValidationException quotes what was sent. */
function toQuietError(error: unknown, pin: string): ExplainedError {
  return new ExplainedError(toSentence(error).replaceAll(pin, "…"));
}
