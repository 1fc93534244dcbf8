import type { SNSClient } from "@aws-sdk/client-sns";

/** Before anything was sent: no address, no connection. */
const UNSENT = new Set<string | undefined>([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
]);

/** The messages of the SDK's HTTP handler when no connection was made. */
const UNCONNECTED = /did not establish a connection/;

/**
 * Whether a request that failed is known to have done nothing: it was never sent, or the service
 * said that it refuses it. After a timeout, a cut connection or an error inside the service (500,
 * 502, 504) nobody knows; 503 says that the service takes no requests at the moment.
 */
export function hadNoEffect(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata, isInDoubt } = error as Failure;
  if (isInDoubt) return false;
  const status = $metadata?.httpStatusCode ?? 0;
  if (status > 0) return (status >= 400 && status < 500) || status === 503;
  const isUnsent = UNSENT.has(code) || error.name === "CredentialsProviderError";
  return isUnsent || (error.name === "TimeoutError" && UNCONNECTED.test(error.message));
}

interface Failure extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** Set where an earlier attempt of the same request may have been taken. */
  isInDoubt?: boolean;
}

/**
 * The SDK repeats an attempt that failed and throws the last one's error. This remembers whether an
 * earlier one may have been taken: a refusal of the second says nothing about the first.
 */
export function rememberDoubt<Client extends Pick<SNSClient, "middlewareStack">>(
  client: Client,
): Client {
  const earlier = new WeakSet<object>();
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (earlier.has(args.input)) (error as Failure).isInDoubt = true;
        else if (!hadNoEffect(error)) earlier.add(args.input);
        throw error;
      }
    },
    // Below the SDK's retries, whose priority is high: called for each attempt of one input.
    { step: "finalizeRequest" },
  );
  return client;
}
