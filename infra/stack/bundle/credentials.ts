import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Stands in the bundle for `@aws-sdk/credential-provider-node`. Lambda hands its role's credentials
 * to the function by AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, so the other
 * links of the SDK's default chain (SSO, profiles, processes, web identity, instance metadata) can
 * never be reached there. Like the chain it reads them once: they outlive the process. Without them
 * every call rejects with the SDK's own `CredentialsProviderError`.
 */
export function defaultProvider(init?: Parameters<typeof fromEnv>[0]): ReturnType<typeof fromEnv> {
  const read = fromEnv(init);
  let known: Awaited<ReturnType<typeof read>> | undefined;
  return async () => {
    known ??= await read();
    return known;
  };
}
