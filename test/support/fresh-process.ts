import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { HttpResult } from "../../lambda/shared/http.ts";

export interface Run {
  readonly results: readonly HttpResult[];
  /** What the function wrote to its log. */
  readonly log: string;
}

/** Lambda's environment variables, and nothing of the machine's own. */
export const LAMBDA_ENVIRONMENT = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "session-token",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_FUNCTION_NAME: "webhook",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
  TABLE_NAME: "events",
  ALERT_TOPIC_ARN: "arn:aws:sns:eu-central-1:123456789012:alerts",
  SECRET_ID: "webhook",
};

/** Imports the module in Lambda's place, and hands its handler one event after the other. */
const RUNNER = `
const { readFileSync, writeSync } = process.getBuiltinModule("node:fs");
const { Socket } = process.getBuiltinModule("node:net");
const { MODULE, AWS_PORT, EVENTS, ...environment } = process.env;
const { connect } = Socket.prototype;
Socket.prototype.connect = function (options, then) {
  const led = AWS_PORT ? { ...options, host: "127.0.0.1", port: AWS_PORT } : options;
  return connect.call(this, led, then);
};
const { handler } = await import(MODULE);
const invocation = { awsRequestId: "1", getRemainingTimeInMillis: () => 15_000 };
const results = [];
for (const event of JSON.parse(EVENTS)) results.push(await handler(event, invocation));
writeSync(3, JSON.stringify(results));
process.exit();
`;

export interface RunOptions {
  readonly module: string;
  readonly events: readonly unknown[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where every connection is led on this machine, whatever its host; else hosts are what they are. */
  readonly port?: number;
}

/** Runs a function's module in a fresh process. Throws when the process fails. */
export async function runFunction(options: RunOptions): Promise<Run> {
  const { module, events, environment, port } = options;
  const child = spawn(process.execPath, ["--expose-gc", "--input-type=module", "--eval", RUNNER], {
    env: {
      ...environment,
      MODULE: module,
      EVENTS: JSON.stringify(events),
      ...(port !== undefined && { AWS_PORT: String(port) }),
    },
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  const [log, results, [code]] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stdio[3] as Readable),
    once(child, "exit"),
  ]);
  if (code !== 0) throw new Error(`The function's process ended with code ${code}`);
  return { log, results: JSON.parse(results) };
}
