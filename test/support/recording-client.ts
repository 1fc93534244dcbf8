import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** A request as it goes to DynamoDB: the operation and its whole input. */
export type Request = readonly [operation: string, input: object];

/** A client that sends nothing: it keeps each request and gives the answers, or throws them. */
export function recordingClient(...answers: readonly (object | Error)[]) {
  const requests: Request[] = [];
  const left = [...answers];
  async function send(command: { input: object }): Promise<object> {
    requests.push([command.constructor.name.replace("Command", ""), command.input]);
    const answer = left.shift() ?? {};
    if (answer instanceof Error) throw answer;
    return answer;
  }
  return { client: { send } as unknown as Pick<DynamoDBClient, "send">, requests };
}

export function conditionFailed(): Error {
  return new ConditionalCheckFailedException({ message: "", $metadata: {} });
}
