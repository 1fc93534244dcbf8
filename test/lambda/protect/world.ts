import * as v from "valibot";
import { type StoredAlert, toStoredAlert } from "../../../lambda/event/stored-alert.ts";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import type { Graph, GraphRequest } from "../../../lambda/meta/graph.ts";
import { GraphError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createRunClaims } from "../../../lambda/protect/claims.ts";
import { newPin } from "../../../lambda/protect/new-pin.ts";
import type { PinStore } from "../../../lambda/protect/pin-store.ts";
import { type ProtectDeps, protect } from "../../../lambda/protect/protect.ts";
import type { ProtectResult } from "../../../lambda/protect/result.ts";
import type { RunClaims } from "../../../lambda/protect/run-claims.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { createMemoryClient } from "../../explore/memory-table.ts";
import { SENT_AT, securityEvent } from "../../support/notices.ts";
import { hold, storedAlert } from "../../support/stored-alerts.ts";

const NUMBER = "15550783881";
const WABA = "102290129340398";
const OTHER_WABA = "102290129340399";

/**
 * What happens to a request: it is refused; its answer is lost, after it was carried out or not; or
 * the process dies before or after it.
 */
export const FAULTS = [
  "none",
  "refused",
  "hangs",
  "answer lost",
  "killed",
  "killed after",
] as const;
export type Fault = (typeof FAULTS)[number];

/** Called before each request, by its name. */
type Schedule = (request: string) => Fault | Promise<Fault>;

/** Meta, the table and the PINs, in memory, with a number that was turned off. */
export interface ProtectWorld {
  readonly meta: { pin: string; isOn: boolean | undefined; refusal?: GraphError };
  /** Every PIN that was stored; version 1 is the first. */
  readonly stored: string[];
  readonly claims: RunClaims;
  readonly clock: { now: number };
  /** What was asked for, in order. */
  readonly requests: string[];
  alert(): { state: string | undefined; answers: number };
  /** Undefined when the process died. */
  run(schedule?: Schedule, difference?: Partial<ProtectDeps>): Promise<ProtectResult | undefined>;
}

/** `alert`: how the number's alert differs from an open one. */
export async function createProtectWorld(
  alert: Partial<StoredAlert> | "none" = {},
): Promise<ProtectWorld> {
  const clock = { now: SENT_AT + 60_000 };
  const client = createMemoryClient();
  const event = securityEvent({ event: "PIN_REQUEST_SUCCESS" });
  if (alert !== "none") await hold({ dynamodb: client }, storedAlert({ event, ...alert }));
  const meta: ProtectWorld["meta"] = { pin: "before", isOn: false };
  const stored: string[] = [];
  const requests: string[] = [];
  const tableName = "events";
  return {
    meta,
    stored,
    claims: createRunClaims({ client, tableName }),
    clock,
    requests,
    alert() {
      const [item] = client.rows.values();
      const { alert: state, answers } = toStoredAlert(item ?? {});
      return { state, answers: answers.length };
    },
    async run(schedule = () => "none", difference = {}) {
      const { promise: death, reject: die } = Promise.withResolvers<never>();
      /** Carries out a request as the schedule has it. */
      async function request<T>(name: string, work: () => Promise<T>, faults: ToFaults) {
        requests.push(name);
        clock.now += 1_000;
        const fault = await schedule(name);
        if (fault === "refused") throw faults.refused();
        if (fault === "hangs") throw faults.lost();
        if (fault === "killed") return halt();
        const answer = await work();
        if (fault === "answer lost") throw faults.lost();
        return fault === "killed after" ? halt() : answer;
      }
      function halt(): Promise<never> {
        die(new Dead());
        return new Promise(() => {});
      }
      const table = {
        send: (command: { input: object }) =>
          request(command.constructor.name, () => client.send(command as never), AWS_FAULTS),
      } as unknown as typeof client;
      const pins: PinStore = {
        placeOf: (number) => `/pins/${number}`,
        save: (_, pin) =>
          request("PutParameter", async () => stored.push(pin), AWS_FAULTS) as Promise<number>,
      };
      const graph: Graph = {
        baseUrl: "https://graph.example",
        send: ({ answer, ...sent }) =>
          request(
            `${sent.method} ${sent.path}`,
            async () => v.parse(answer, answerOfMeta(meta, sent)),
            META_FAULTS,
          ),
      };
      const ran = protect(
        { number: NUMBER, name: "Ann Example" },
        {
          graph,
          user: { token: "token", app: { id: "1", secret: "s" } },
          wabaIds: [OTHER_WABA, WABA],
          pins,
          claims: createRunClaims({ client: table, tableName }),
          alerts: {
            table: createEventTable({ client: table, tableName }),
            answers: createAnswerTable({ client: table, tableName, retentionDays: "unknown" }),
          },
          metrics: createInvocationMetrics(),
          newPin,
          newToken: () => `run-${requests.length}`,
          now: () => clock.now,
          pause: async () => {},
          ...difference,
        },
      );
      return Promise.race([ran, death]).catch((error) => {
        if (error instanceof Dead) return undefined;
        throw error;
      });
    },
  };
}

class Dead extends Error {}

interface ToFaults {
  refused(): Error;
  lost(): Error;
}

const AWS_FAULTS: ToFaults = {
  refused: () => Object.assign(new Error("slow down"), { name: "ThrottlingException" }),
  lost: () => Object.assign(new Error("no answer"), { name: "TimeoutError" }),
};
const META_FAULTS: ToFaults = {
  refused: () => new GraphError("not allowed", 10),
  lost: () => new MetaUnavailableError("Meta does not answer."),
};

function answerOfMeta(
  meta: ProtectWorld["meta"],
  { method, path, params }: Omit<GraphRequest<unknown>, "answer">,
): unknown {
  const number = { id: "7", display_phone_number: "+1 555-078-3881" };
  if (path === `/${WABA}/phone_numbers`) return { data: [number] };
  if (path === `/${OTHER_WABA}/phone_numbers`) return { data: [] };
  if (method === "GET") return { is_pin_enabled: meta.isOn };
  if (meta.refusal) throw meta.refusal;
  meta.pin = params?.pin ?? "";
  if (meta.isOn === false) meta.isOn = true;
  return { success: true };
}
