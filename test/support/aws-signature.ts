import { createHmac, hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A request with a body as a service got it. */
export interface SignedRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** As AWS computes it of what arrived: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function toAwsSignature({ url, headers, body }: SignedRequest, secretKey: string): string {
  // Every service but S3 encodes the path once more.
  const path = url.replaceAll(":", "%3A");
  const { authorization = "" } = headers;
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? "";
  const lines = names.split(";").map((name) => `${name}:${headers[name]}\n`);
  const canonical = ["POST", path, "", lines.join(""), names, hash("sha256", body)].join("\n");
  const scope = /Credential=[^/]+\/([^,]+)/.exec(authorization)?.[1] ?? "";
  const date = String(headers["x-amz-date"]);
  const toSign = ["AWS4-HMAC-SHA256", date, scope, hash("sha256", canonical)].join("\n");
  const key = scope
    .split("/")
    .reduce<Buffer | string>(
      (secret, part) => createHmac("sha256", secret).update(part).digest(),
      `AWS4${secretKey}`,
    );
  return createHmac("sha256", key).update(toSign).digest("hex");
}
