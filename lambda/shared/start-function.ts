import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** An HTTP status of AWS's that is no success, in the form in which `hadNoEffect` reads it. */
class StartError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(status: number) {
    super(`Lambda answered ${status}`);
    this.$metadata = { httpStatusCode: status };
  }
}

const TIMEOUT_MS = 5_000;

/**
 * Hands an event to a function, which then runs by itself; `address` is that of Lambda's API. Signed
 * by the SDK that is in the bundle already: Lambda's client would make every cold start longer.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function startFunction(address: string, event: object): Promise<void> {
  const body = JSON.stringify(event);
  const headers = await sign(new URL(address), body);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { status } = await fetch(address, { method: "POST", headers, body, signal }).catch(
    (error: Error) => {
      throw error.cause ?? error;
    },
  );
  if (status !== 202) throw new StartError(status);
}

async function sign(url: URL, body: string): Promise<Record<string, string>> {
  const { config } = new DynamoDBClient({});
  const signingRegion = await config.region();
  const signer = await config.signer({
    name: "sigv4",
    signingName: "lambda",
    signingRegion,
    properties: {},
  });
  const request = {
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: {
      host: url.host,
      "content-type": "application/json",
      "x-amz-invocation-type": "Event",
    },
    body,
  };
  const { host: _, ...headers } = (await signer.sign(request)).headers;
  return headers;
}
