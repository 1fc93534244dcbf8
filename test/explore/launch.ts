import type { Config } from "../../lambda/shared/config.ts";
import { FUNCTION } from "../../lambda/shared/names.ts";
import { APP_SECRET, VERIFY_TOKEN } from "../support/builders.ts";
import { testConfig } from "../support/config.ts";
import type { Answer } from "./memory-table.ts";
import { NOTHING, type Send, toSend } from "./requests.ts";
import type { createWebhook } from "./system.ts";

export type CreateWebhook = typeof createWebhook;

/** What differs from one deployment to another. */
export type Settings = Pick<Config, "repeatAfterMinutes">;

/** How an invocation ended: the status that Meta is to receive, or nothing for a tick. */
export interface Ending {
  readonly statusCode?: number;
  readonly body?: string;
  readonly thrown?: string;
}

/** All that code can learn after its start: one request's answer, and the clocks at that moment. */
export interface Stimulus {
  readonly send: number;
  readonly answer: Answer;
  /** Equal for equal answers. */
  readonly answerId: number;
  /** Milliseconds since the epoch. */
  readonly clock: number;
  /** What Lambda's context says is left, milliseconds. */
  readonly remaining: number;
}

export interface Start {
  /** Unlike all others in a scenario: the tokens of its claims begin with it. */
  readonly name: string;
  readonly event: object;
  readonly clock: number;
}

/** Code that runs until every promise it waits for is a request to a service. */
export interface Live {
  readonly open: ReadonlyMap<number, Send>;
  readonly ending: Ending | undefined;
  resume(stimulus: Stimulus): Promise<void>;
}

/** One turn of the event loop: the code's own promises have all been followed by then. */
export function settled(): Promise<void> {
  return new Promise(setImmediate);
}

const SECRET_TEXT = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET] });

const CONFIG = testConfig({
  tableName: "events",
  alertTopicArn: "arn:aws:sns:eu-central-1:000000000000:alerts",
  alertEvents: ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"],
  retentionDays: 30,
  functionName: "explored",
  publicUrl: "https://webhook.example",
});

/** A new execution environment with one invocation, run until it waits for its first answers. */
export function launch(
  createWebhook: CreateWebhook,
  settings: Settings,
  { name, event, clock }: Start,
): Live {
  const open = new Map<number, Send>();
  const settlers = new Map<number, (answer: Answer) => void>();
  const isTick = "source" in event;
  const seconds = isTick ? FUNCTION.timeoutSeconds : FUNCTION.requestSeconds;
  const time = { clock, remaining: seconds * 1000 };
  let ending: Ending | undefined;
  let sends = 0;
  let tokens = 0;

  function request(send: Send): Promise<never> {
    const number = sends++;
    open.set(number, send);
    return new Promise((resolve, reject) => {
      settlers.set(number, (answer) => {
        if ("error" in answer) reject(answer.error);
        else resolve(answer.output as never);
      });
    });
  }

  const client = {
    send: (command: { input: object }) => request(toSend(command.constructor.name, command.input)),
  };
  const webhook = createWebhook({
    config: { ...CONFIG, ...settings },
    dynamodb: client as never,
    sns: client as never,
    readSecret: () => request({ ...NOTHING, kind: "read secret" }).then(() => SECRET_TEXT),
    now: () => time.clock,
    newToken: () => `${name}#${tokens++}`,
    newIncidentCode: () => `${name} code`,
    writeLine: () => {},
    // What waits for a place has no time left afterwards: the next tick goes on.
    pause: async () => {
      time.remaining = 0;
    },
  });
  const invocation = { awsRequestId: name, getRemainingTimeInMillis: () => time.remaining };
  webhook(event, invocation).then(
    (result) => {
      ending = result ?? {};
    },
    (error) => {
      ending = { thrown: String(error) };
    },
  );

  return {
    open,
    get ending() {
      return ending;
    },
    resume({ send, answer, ...times }) {
      time.clock = times.clock;
      time.remaining = times.remaining;
      open.delete(send);
      settlers.get(send)?.(answer);
      return settled();
    },
  };
}
