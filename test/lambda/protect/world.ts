import * as v from "valibot";
import { text } from "../../../lambda/event/event-item.ts";
import { toSeconds } from "../../../lambda/event/event-key.ts";
import type { AlertState } from "../../../lambda/event/stored-alert.ts";
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
import { OUTBOX } from "../../../lambda/shared/item-names.ts";
import { createMemoryClient } from "../../explore/memory-table.ts";

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

export function createProtectWorld(hasAlert = true, state: AlertState = "open"): ProtectWorld {
  const clock = { now: Date.parse("2026-11-24T03:12:00Z") };
  const event = toAlert(clock.now, state);
  const client = createMemoryClient(
    new Map(hasAlert ? [[`${event.wabaId?.S}/${event.eventKey?.S}`, event]] : []),
  );
  const meta: ProtectWorld["meta"] = { pin: "before", isOn: false };
  const stored: string[] = [];
  const requests: string[] = [];
  const tableName = "events";
  const quiet = createRunClaims({ client, tableName });
  return {
    meta,
    stored,
    claims: quiet,
    clock,
    requests,
    alert() {
      const item = [...client.rows.values()].find(({ displayPhoneNumber }) => displayPhoneNumber);
      return { state: item?.alert?.S, answers: item?.answers?.L?.length ?? 0 };
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

function toAlert(now: number, state: AlertState) {
  const time = toSeconds(Math.floor(now / 1000) - 60) ?? 0;
  return {
    wabaId: text(WABA),
    eventKey: text(`${String(time).padStart(16, "0")}#0123456789abcdef`),
    event: text("PIN_REQUEST_SUCCESS"),
    displayPhoneNumber: text(NUMBER),
    time: { N: String(time) },
    receivedAt: text(new Date(time * 1000).toISOString()),
    alert: text(state),
    outbox: text(state === "open" ? OUTBOX.repeat : OUTBOX.alert),
    dueAt: { N: String(now + 60_000) },
    alertPublishedAt: text(new Date(time * 1000).toISOString()),
  };
}
