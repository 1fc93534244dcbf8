import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/** The answer of a conditional write, or undefined when its condition did not hold. */
export async function unlessConditionFails<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
