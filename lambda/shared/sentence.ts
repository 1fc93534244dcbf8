/** An error whose message already is a sentence for a person: shown without name and stack trace. */
export class ExplainedError extends Error {
  override readonly name: string = "ExplainedError";
}

/** One sentence for whatever was thrown, an AWS client's errors in our words. */
export function toSentence(error: unknown): string {
  if (error instanceof ExplainedError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (isAccessDenied(error)) return `These AWS credentials lack a permission: ${toAction(error)}.`;
  if (error.message === "Region is missing") {
    return "No AWS region is set: set AWS_REGION, or AWS_PROFILE to a profile that has one.";
  }
  const network = toNetworkCode(error);
  if (network) return `AWS does not answer (${network}): check the network and AWS_REGION.`;
  return SENTENCES[error.name] ?? withStop(`${error.name}: ${shorten(error.message)}`);
}

/** Whether the credentials are good but lack a permission. */
export function isAccessDenied(error: unknown): boolean {
  return error instanceof Error && DENIALS.includes(error.name);
}

/** Each service has its own word for it. */
const DENIALS = [
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "AuthorizationErrorException",
  "NotAuthorized",
  "UnauthorizedOperation",
];

const LOGIN = "log in again (aws sso login, aws login) or set AWS_PROFILE.";

const SENTENCES: Readonly<Record<string, string>> = {
  CredentialsProviderError: `No AWS credentials were found: ${LOGIN}`,
  TokenProviderError: `The AWS login has expired: ${LOGIN}`,
  ExpiredToken: `The AWS credentials have expired: ${LOGIN}`,
  ExpiredTokenException: `The AWS credentials have expired: ${LOGIN}`,
  InvalidClientTokenId: `AWS does not know these credentials: ${LOGIN}`,
  UnrecognizedClientException: `AWS does not know these credentials: ${LOGIN}`,
  InvalidSignatureException: `AWS refuses the secret access key, or this clock is wrong: ${LOGIN}`,
  SignatureDoesNotMatch: `AWS refuses the secret access key, or this clock is wrong: ${LOGIN}`,
};

/** AWS names the action: "… is not authorized to perform: sns:GetSMSAttributes on resource …". */
export function toAction(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  return /perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? shorten(message);
}

const NETWORK_CODES =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR_\w+)$/;

/** Why nothing answered, such as ENOTFOUND or timeout; undefined for an error of another kind. */
function toNetworkCode(error: Error): string | undefined {
  if (error.name === "TimeoutError") return "timeout";
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && NETWORK_CODES.test(String(cause.code))) return String(cause.code);
  }
  return undefined;
}

/** Why `fetch` failed, in a word. */
export function toNetworkReason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  return toNetworkCode(error) ?? code ?? error.message;
}

/** Another sentence may come behind it. */
function withStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function shorten(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 300);
}
