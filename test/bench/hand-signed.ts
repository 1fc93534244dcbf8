import { createHash, createHmac } from "node:crypto";
import { Agent, request } from "node:https";

const REGION = env("AWS_REGION");
export const CONCURRENCY = 24;
const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });

export function env(name: string): string {
  return process.env[name] ?? "";
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const signingKeys = new Map<string, Buffer>();

function signingKey(date: string, service: string): Buffer {
  const id = `${date}/${service}`;
  const known = signingKeys.get(id);
  if (known) return known;
  const steps = [date, REGION, service, "aws4_request"];
  const secret: string | Buffer = `AWS4${env("AWS_SECRET_ACCESS_KEY")}`;
  const key = steps.reduce<string | Buffer>(hmac, secret) as Buffer;
  signingKeys.set(id, key);
  return key;
}

/** AWS Signature Version 4 of a POST to `/`. */
function sign(service: string, headers: Record<string, string>, body: string): string {
  const time = headers["x-amz-date"] ?? "";
  const date = time.slice(0, 8);
  const names = Object.keys(headers).sort();
  const signed = names.join(";");
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const canonical = `POST\n/\n\n${lines}\n${signed}\n${sha256(body)}`;
  const scope = `${date}/${REGION}/${service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
  const signature = hmac(signingKey(date, service), text).toString("hex");
  const credential = `${env("AWS_ACCESS_KEY_ID")}/${scope}`;
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`;
}

/** POSTs to one service, hand-signed, over connections that stay open. */
export function createService(service: string, type: string) {
  const host = `${service}.${REGION}.amazonaws.com`;
  return (body: string, target?: string): Promise<string> => {
    const headers: Record<string, string> = {
      host,
      "content-type": type,
      "x-amz-date": new Date().toISOString().replace(/[-:]|\.\d+/g, ""),
      "x-amz-security-token": env("AWS_SESSION_TOKEN"),
      ...(target && { "x-amz-target": target }),
    };
    headers.authorization = sign(service, headers, body);
    headers["content-length"] = String(Buffer.byteLength(body));
    return post({ host, headers }, body);
  };
}

function post(options: object, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = request({ ...options, agent, method: "POST", path: "/" }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${response.statusCode} ${text}`));
      });
    });
    sending.on("error", reject);
    sending.end(body);
  });
}
