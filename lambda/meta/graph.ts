import * as v from "valibot";
import { parseJson } from "../shared/json.ts";
import { toNetworkReason } from "../shared/sentence.ts";
import { GraphError, MetaUnavailableError } from "./graph-error.ts";

/** The version that this was written for; `--graph-version` chooses another. */
export const GRAPH_VERSION = "v25.0";
export const GRAPH_URL = "https://graph.facebook.com";

export interface GraphSettings {
  readonly baseUrl: string;
  readonly version: string;
}

export interface GraphRequest<T> {
  readonly method: "GET" | "POST";
  /** Without the version, such as `/1234567890/subscriptions`. */
  readonly path: string;
  /** Travels in a header, so that no address carries it. */
  readonly token: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly answer: v.GenericSchema<unknown, T>;
}

export interface Graph {
  readonly baseUrl: string;
  /** Throws a GraphError when Meta refuses, a MetaUnavailableError when it cannot be asked or understood. */
  send<T>(request: GraphRequest<T>): Promise<T>;
}

const ErrorBody = v.object({
  error: v.object({
    message: v.optional(v.string(), "no message"),
    code: v.optional(v.number(), 0),
    error_subcode: v.optional(v.number()),
  }),
});

const TIMEOUT_MS = 15_000;

export function createGraph({ baseUrl, version }: GraphSettings): Graph {
  const root = `${baseUrl.replace(/\/+$/, "")}/${version}`;

  return {
    baseUrl,
    async send(request) {
      const response = await fetchAnswer(root, request);
      const body = parseJson(response.text);
      const failure = v.safeParse(ErrorBody, body);
      if (failure.success) throw toGraphError(failure.output.error, response.status, request);
      const answer = v.safeParse(request.answer, body);
      if (response.ok && answer.success) return answer.output;
      throw new MetaUnavailableError(
        `The Graph API at ${baseUrl} answered ${response.status} with something that is not of its documented form: check --graph-url and --graph-version, or try again later.`,
      );
    },
  };
}

async function fetchAnswer(
  root: string,
  { method, path, token, params = {} }: GraphRequest<unknown>,
) {
  const query = new URLSearchParams(params);
  const address = method === "GET" && query.size > 0 ? `${root}${path}?${query}` : `${root}${path}`;
  try {
    const response = await fetch(address, {
      method,
      headers: { authorization: `Bearer ${token}` },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(method === "POST" && { body: query }),
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (error) {
    throw new MetaUnavailableError(
      `The Graph API at ${new URL(root).origin} does not answer (${toNetworkReason(error)}): check the network, the proxy and --graph-url.`,
      { cause: error },
    );
  }
}

function toGraphError(
  { message, code, error_subcode }: v.InferOutput<typeof ErrorBody>["error"],
  status: number,
  request: GraphRequest<unknown>,
): GraphError {
  return new GraphError(redact(message, request), code, error_subcode, status);
}

/** "Malformed access token …" quotes the token; a refusal may quote the PIN. */
function redact(message: string, { token, params = {} }: GraphRequest<unknown>): string {
  const { input_token, verify_token, appsecret_proof, pin } = params;
  const secrets = [token, token.split("|")[1], input_token, verify_token, appsecret_proof, pin];
  let text = message;
  for (const secret of secrets) {
    if (!secret) continue;
    for (const form of [secret, encodeURIComponent(secret)]) text = text.replaceAll(form, "…");
  }
  return text;
}
