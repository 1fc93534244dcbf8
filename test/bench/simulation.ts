import { SNSServiceException } from "@aws-sdk/client-sns";
import { FUNCTION } from "../../lambda/shared/names.ts";
import { createWebhook } from "../../lambda/webhook/webhook.ts";
import { settled } from "../explore/launch.ts";
import { SECRET_TEXT, sign } from "../support/builders.ts";
import { testConfig } from "../support/config.ts";
import { postOf } from "../support/world.ts";
import { createTable } from "./table.ts";

/** A message that SNS accepted; milliseconds since the beginning. */
export interface Sent {
  readonly at: number;
  readonly email: string;
  readonly sms: string;
  readonly events: readonly { readonly displayPhoneNumber: string }[];
}

/** How SNS fails, and how long that takes. */
export interface Failure {
  readonly error: Error;
  readonly ms: number;
}

/**
 * The real function with a clock that jumps to whatever happens next: hours take seconds. Every
 * service answers after 5 ms; the table is the one in memory.
 */
export interface Simulation {
  readonly sent: readonly Sent[];
  /** When each tick began. */
  readonly ticks: readonly number[];
  /** A delivery, handed over at this time. */
  post(at: number, body: string): void;
  /** Lets this much time pass, with a tick every minute. */
  run(milliseconds: number): Promise<void>;
  countPending(): number;
}

const START = Date.UTC(2026, 0, 1);
const SERVICE_MS = 5;
const MINUTE = 60_000;

export function createSimulation(
  failsAt: (at: number) => Failure | undefined = () => undefined,
): Simulation {
  const table = createTable();
  const waiting: { readonly at: number; readonly act: () => void }[] = [];
  const sent: Sent[] = [];
  const ticks: number[] = [];
  let now = 0;
  let tokens = 0;

  function at(time: number, act: () => void): void {
    const index = waiting.findLastIndex((other) => other.at <= time) + 1;
    waiting.splice(index, 0, { at: time, act });
  }

  const send = (command: { input: object }) =>
    new Promise((resolve, reject) => {
      const { name } = command.constructor;
      const isPublish = name === "PublishCommand";
      const failure = isPublish ? failsAt(now) : undefined;
      if (failure) return at(now + failure.ms, () => reject(failure.error));
      at(now + SERVICE_MS, () => {
        if (isPublish) return resolve(publish(command.input as { Message: string }));
        const answer = table.execute(name, command.input);
        if ("error" in answer) reject(answer.error);
        else resolve(answer.output);
      });
    });

  function publish({ Message }: { Message: string }) {
    const { default: text, email, sms } = JSON.parse(Message);
    const document = JSON.parse(text);
    sent.push({ at: now, email, sms, events: document.events ?? [document] });
    return { MessageId: `m-${sent.length}` };
  }

  const webhook = createWebhook({
    config: testConfig({ stackName: "WhatsAppSecurityWebhook" }),
    dynamodb: { send } as never,
    sns: { send } as never,
    readSecret: async () => SECRET_TEXT,
    now: () => START + now,
    newToken: () => `t-${tokens++}`,
    newIncidentCode: () => `code-${tokens++}`,
    writeLine: () => {},
    pause: (milliseconds) => new Promise((resolve) => at(now + milliseconds, () => resolve())),
  });

  function invoke(event: object): void {
    const endsAt = now + FUNCTION.timeoutSeconds * 1000;
    const left = () => endsAt - now;
    // A tick that fails is a metric; what it did not publish is what counts here.
    webhook(event, { awsRequestId: "simulated", getRemainingTimeInMillis: left }).catch(() => {});
  }

  return {
    sent,
    ticks,
    post: (time, body) => at(time, () => invoke(postOf(body, sign(body)))),
    async run(milliseconds) {
      const end = now + milliseconds;
      for (let tick = now + MINUTE; tick <= end; tick += MINUTE) {
        at(tick, () => {
          ticks.push(now);
          invoke({ source: "aws.events" });
        });
      }
      for (;;) {
        await settled();
        const next = waiting[0];
        if (!next || next.at > end) break;
        waiting.shift();
        now = next.at;
        next.act();
      }
      now = end;
    },
    countPending: () =>
      [...table.rows.values()].filter(({ alert }) => alert?.S === "pending").length,
  };
}

const toError = (name: string, more: object = {}) =>
  Object.assign(new Error(name), { name, ...more });

/** The ways in which SNS can be out; the SDK has tried twice. */
export const FAILURES: Readonly<Record<string, Failure>> = {
  "500s": {
    error: new SNSServiceException({
      name: "InternalError",
      message: "",
      $fault: "server",
      $metadata: { httpStatusCode: 500 },
    }),
    ms: 100,
  },
  "cut connections": { error: toError("Error", { code: "ECONNRESET" }), ms: 100 },
  hangs: { error: toError("TimeoutError"), ms: 6_100 },
};
