import { EventEmitter, once } from "node:events";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, onTestFinished, vi } from "vitest";
import { SECRET_TEXT } from "./builders.ts";
import { serve } from "./serve.ts";

/** What an operation is answered; `hang`: nothing at all. */
type Answer = { readonly status?: number; readonly body: string } | "hang";

const PUBLISHED = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`;

const ANSWERS: Readonly<Record<string, Answer>> = {
  GetSecretValue: { body: JSON.stringify({ SecretString: SECRET_TEXT }) },
  Publish: { body: PUBLISHED },
};

interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Stands in for all of AWS until the test's end, and points the function's environment at itself. */
export async function startAwsOfFunction(difference: Readonly<Record<string, Answer>> = {}) {
  const answers: Readonly<Record<string, Answer>> = { ...ANSWERS, ...difference };
  const calls: Call[] = [];
  const received = new EventEmitter();
  const { url, stop } = await serve(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers["x-amz-target"] ?? "").split(".")[1];
    const form = new URLSearchParams(body);
    const operation = target ?? form.get("Action") ?? "";
    calls.push({ operation, input: target ? JSON.parse(body) : Object.fromEntries(form) });
    received.emit("call");
    const answer = answers[operation] ?? { body: target ? "{}" : "<a/>" };
    if (answer !== "hang") response.writeHead(answer.status ?? 200).end(answer.body);
  });
  onTestFinished(stop);
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  return {
    calls,
    async hasHeard(count: number) {
      while (calls.length < count) await once(received, "call");
    },
    /** The inputs of an operation's calls. */
    of: (operation: string) =>
      calls.filter((call) => call.operation === operation).map(({ input }) => input),
  };
}

/** Each test of a file runs with this environment, and its log goes into the list that is returned. */
export function useEnvironment(environment: Readonly<Record<string, string>>): string[] {
  const written: string[] = [];
  beforeEach(() => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    written.length = 0;
    vi.spyOn(process.stdout, "write").mockImplementation((line) => {
      written.push(String(line));
      return true;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });
  return written;
}
