import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Stands in the bundle for `@aws-sdk/credential-provider-node`. Lambda hands its role's credentials
 * to the function by AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, so the other
 * links of the SDK's default chain (SSO, profiles, processes, web identity, instance metadata) can
 * never be reached there. Without the variables it rejects with the SDK's own
 * `CredentialsProviderError`, as the last link of the chain would.
 */
export const defaultProvider: typeof fromEnv = fromEnv;
