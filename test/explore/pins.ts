import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";
import { createAnswerTable } from "../../lambda/incident/answer-table.ts";
import { createLinkRuns } from "../../lambda/incident/link-runs.ts";
import type { LinkRunRequest } from "../../lambda/incident/pin-by-link.ts";
import { GraphError, MetaUnavailableError } from "../../lambda/meta/graph-error.ts";
import { createEventTable } from "../../lambda/outbox/event-table.ts";
import { createRunClaims } from "../../lambda/protect/claims.ts";
import { protect } from "../../lambda/protect/protect.ts";
import { serveLink } from "../../lambda/protect/serve-link.ts";
import { hadNoEffect } from "../../lambda/shared/failure.ts";
import { createInvocationMetrics } from "../../lambda/shared/invocation-metrics.ts";
import type { WebhookDeps } from "../../lambda/webhook/webhook.ts";
import { must } from "./invariant-violation.ts";
import type { State } from "./state.ts";

/** Rows that stand for Meta's number, its parameter, and what the watchdog's function was started with. */
const ROWS = { meta: "meta", pins: "pins", lambda: "lambda" } as const;
const OF_PINS = /^(protect|meta|pins|lambda)\//;

export function isOfPins(row: string): boolean {
  return OF_PINS.test(row);
}

/** What an operator asks for, or the webhook's function for the holder of a link. */
export type PinRequest =
  | { readonly pin: "protect"; readonly name: string; readonly number: string }
  | { readonly pin: "link run"; readonly request: LinkRunRequest };

type Deps = Pick<WebhookDeps, "dynamodb" | "now" | "newToken" | "config">;

/** The watchdog's function, which sets PINs; each of its requests to Meta and AWS can fail. */
export function createPinFunction({ dynamodb, now, newToken, config }: Deps) {
  const client = dynamodb as DynamoDBClient;
  const inTable = { client, tableName: config.tableName };
  const table = createEventTable(inTable);

  async function write(wabaId: string, eventKey: string, expression: string, values: Item) {
    const command = new UpdateItemCommand({
      TableName: "elsewhere",
      Key: { wabaId: { S: wabaId }, eventKey: { S: eventKey } },
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
      ReturnValues: "ALL_NEW",
    });
    return (await client.send(command)).Attributes ?? {};
  }

  const common = {
    pins: {
      placeOf: (number: string) => number,
      async save(number: string, pin: string) {
        const append = "SET versions = list_append(if_not_exists(versions, :none), :pin)";
        const values = { ":none": { L: [] }, ":pin": { L: [{ S: pin }] } };
        const { versions } = await write(ROWS.pins, number, append, values);
        return versions?.L?.length ?? 0;
      },
    },
    claims: createRunClaims(inTable),
    alerts: { table, answers: createAnswerTable({ ...inTable, retentionDays: "unknown" }) },
    newPin: newToken,
    newToken,
    now,
    pause: async () => {},
  };

  function openMeta(wabaId: string, number: string) {
    const found = { data: [{ id: number, display_phone_number: number }] };
    const graph = {
      baseUrl: "https://graph.example",
      async send({ method, path, params, answer }: { [name: string]: unknown }) {
        if (path === `/${wabaId}/phone_numbers`) return parse(answer, found);
        if (method === "GET") return parse(answer, { is_pin_enabled: true });
        const pin = { S: (params as { pin: string }).pin };
        await write(ROWS.meta, number, "SET pin = :pin", { ":pin": pin }).catch((error) => {
          throw hadNoEffect(error) ? new GraphError("no", 10) : new MetaUnavailableError("down");
        });
        return parse(answer, { success: true });
      },
    };
    const user = { token: "token", app: { id: "1", secret: "s" } };
    return { graph: graph as never, user, wabaIds: [wabaId] };
  }

  return {
    async setPin(request: PinRequest): Promise<void> {
      if (request.pin === "protect") {
        const metrics = createInvocationMetrics();
        await protect(request, { ...common, metrics, ...openMeta(WABA, request.number) });
        return;
      }
      const id = request.request.protectByLink;
      const number = (await table.find(id))?.event.displayPhoneNumber ?? "";
      await serveLink(request.request, {
        ...common,
        isEnabled: true,
        invokedArn: ":protect-by-link",
        openMeta: async () => openMeta(id.wabaId, number),
        linkRuns: createLinkRuns(inTable),
        log: { write: () => {} },
      });
    },
    /** As Lambda takes an asynchronous invocation. */
    async startLinkRun(_: string, request: LinkRunRequest): Promise<void> {
      const text = { S: JSON.stringify(request) };
      const { token } = request.protectByLink;
      await write(ROWS.lambda, token, "SET request = :request", { ":request": text });
    },
  };
}

const WABA = "102290129340398";

function parse(_: unknown, value: object) {
  return value as never;
}

/** What the watchdog's function was started with, if it was. */
export function findLinkRun({ rows }: Pick<State, "rows">): LinkRunRequest | undefined {
  const [found] = [...rows].filter(([row]) => row.startsWith(`${ROWS.lambda}/`));
  const text = found?.[1].request?.S;
  return text === undefined ? undefined : JSON.parse(text);
}

/** After every write about PINs: none is lost, and by link there is one in ten minutes. */
export function checkPins({ rows }: State): void {
  const of = (kind: string) => [...rows].filter(([row]) => row.startsWith(`${kind}/`));
  must(of(ROWS.lambda).length <= 1, "the watchdog's function was started twice for one number");
  for (const [row, { pin }] of of(ROWS.meta)) {
    const number = row.split("/")[1];
    const stored = (rows.get(`${ROWS.pins}/${number}`)?.versions?.L ?? []).map(({ S }) => S);
    must(stored.includes(pin?.S), "the PIN that Meta has is not stored");
    const possible = rows.get(`protect/${number}`)?.possibleVersions?.L ?? [];
    must(
      possible.some(({ N }) => stored[Number(N) - 1] === pin?.S),
      "the PIN that Meta has is not among those that it can be",
    );
    const isByLink = of(ROWS.lambda).length > 0;
    must(!isByLink || stored.length <= 1, `${stored.length} PINs were stored for one press`);
  }
}
