import { type RequestOptions, request } from "node:http";
import { text } from "node:stream/consumers";

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** With headers, targets and methods that `fetch` lets nobody choose. */
export function rawRequest(
  url: string | URL,
  options: RequestOptions = {},
  body?: string | Buffer,
) {
  return new Promise<RawAnswer>((resolve, reject) => {
    const call = request(url, { agent: false, ...options }, async (response) => {
      const { statusCode: status = 0, headers } = response;
      resolve({ status, headers, text: await text(response) });
    });
    call.on("error", reject).end(body);
  });
}
