import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * A request as API Gateway's HTTP API hands it to a function, payload format 2.0.
 * Shape: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpEvent(request: IncomingMessage, body: Buffer) {
  const { rawPath, rawQueryString } = splitTarget(request);
  const { cookie, ...headers } = request.headersDistinct;
  const isText = isTextType(request.headers["content-type"]) && isUtf8(body);
  return {
    version: "2.0",
    routeKey: `${request.method} ${rawPath}`,
    rawPath,
    rawQueryString,
    ...(cookie && { cookies: cookie.flatMap((line) => line.split("; ")) }),
    headers: joinValues(Object.entries(headers)),
    ...(rawQueryString && { queryStringParameters: toParameters(rawQueryString) }),
    requestContext: toRequestContext(request, rawPath, new Date()),
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/**
 * Path and query as they came, nothing decoded. A proxy's client names the whole address.
 * Source: https://www.rfc-editor.org/rfc/rfc9112#name-absolute-form
 */
export function splitTarget({ url = "/" }: IncomingMessage) {
  const [rawPath = "", ...query] = url.replace(/^https?:\/\/[^/?]*/i, "").split("?");
  return { rawPath: rawPath || "/", rawQueryString: query.join("?") };
}

/** Bodies of other types arrive in base64, as do bytes that are no text whatever their type says. */
function isTextType(contentType = ""): boolean {
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  return /^(text\/.+|application\/(json|xml|javascript))$/.test(type);
}

function toParameters(rawQueryString: string): Record<string, string> {
  const parameters = new URLSearchParams(rawQueryString);
  const names = [...new Set(parameters.keys())];
  return joinValues(names.map((name) => [name, parameters.getAll(name)]));
}

function joinValues(values: [string, string[] | undefined][]): Record<string, string> {
  return Object.fromEntries(values.map(([name, list = []]) => [name, list.join(",")]));
}

function toRequestContext(request: IncomingMessage, path: string, now: Date) {
  return {
    accountId: "000000000000",
    apiId: "local",
    domainName: request.headers.host ?? "localhost",
    domainPrefix: "local",
    http: {
      method: request.method ?? "GET",
      path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? "",
      userAgent: request.headers["user-agent"] ?? "",
    },
    requestId: randomUUID(),
    routeKey: `${request.method} ${path}`,
    stage: "$default",
    time: toLogTime(now),
    timeEpoch: now.getTime(),
  };
}

/** Such as 12/Mar/2020:19:03:58 +0000. */
function toLogTime(instant: Date): string {
  const [, day, month, year, time] = instant.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
