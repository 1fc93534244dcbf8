import type { IncomingMessage, ServerResponse } from "node:http";
import { findGraphFault } from "./graph-specification.ts";
import { serve } from "./serve.ts";

/**
 * A stand-in for Meta's Graph API, as far as the operator's commands use it. Shapes and errors are
 * those of Meta's reference pages, which the client's functions name; a call that is not in Meta's
 * specification is refused.
 */
export interface GraphApi {
  readonly url: string;
  /** In order. */
  readonly requests: RecordedRequest[];
  readonly apps: Map<string, StandInApp>;
  readonly accounts: Map<string, StandInAccount>;
  readonly tokens: Map<string, StandInToken>;
  /**
   * Called before each request is carried out: its answer is given instead, or after it was carried
   * out and its own answer lost.
   */
  fault: (request: RecordedRequest) => StandInFault | undefined;
  close(): Promise<void>;
}

interface StandInFault {
  readonly status: number;
  readonly body: string;
  readonly isCarriedOut?: boolean;
}

export interface RecordedRequest {
  readonly method: string;
  readonly version: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
}

export interface StandInApp {
  name: string;
  secret: string;
  subscription?: StandInSubscription;
}

export interface StandInSubscription {
  callback_url: string;
  fields: string[];
  active: boolean;
  include_values?: boolean;
}

export interface StandInAccount {
  /** Ids of the subscribed apps. */
  apps: string[];
  numbers: StandInNumber[];
}

interface StandInNumber {
  id: string;
  display_phone_number: string;
  is_pin_enabled?: boolean;
  /** Set through the API. */
  pin?: string;
}

export interface StandInToken {
  appId: string;
  scopes: string[];
  isValid?: boolean;
  /** Accounts that the token may use. */
  wabaIds: string[];
}

interface Call {
  readonly method: string;
  readonly path: readonly string[];
  readonly params: URLSearchParams;
  readonly token: string;
}

class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export async function startGraphApi(): Promise<GraphApi> {
  const { url, stop: close } = await serve((request, response) => {
    answer(api, request, response).catch((error) => response.destroy(error));
  });
  const api: GraphApi = {
    url,
    requests: [],
    apps: new Map(),
    accounts: new Map(),
    tokens: new Map(),
    fault: () => undefined,
    close,
  };
  return api;
}

async function answer(api: GraphApi, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? "/", "http://graph");
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  const params = new URLSearchParams([...url.searchParams, ...new URLSearchParams(body)]);
  const method = request.method ?? "";
  const [, version = "", ...path] = url.pathname.split("/");
  const recorded = {
    method,
    version,
    path: `/${path.join("/")}`,
    params: Object.fromEntries(params),
    headers: request.headers,
  };
  api.requests.push(recorded);
  const fault = api.fault(recorded);
  if (fault && !fault.isCarriedOut) return reply(response, fault.status, fault.body);
  const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  try {
    if (!/^v\d+\.\d+$/.test(version)) throw new Refusal(2500, "Unknown path components");
    const unspecified = findGraphFault({ method, path: `/${path.join("/")}`, params });
    if (unspecified) throw new Refusal(100, unspecified);
    const result = JSON.stringify(await route(api, { method, path, params, token }));
    reply(response, fault?.status ?? 200, fault?.body ?? result);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    reply(response, 400, JSON.stringify(toErrorBody(error)));
  }
}

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8" }).end(body);
}

function toErrorBody({ code, message }: Refusal) {
  const type = code === 100 ? "GraphMethodException" : "OAuthException";
  return { error: { message, type, code, fbtrace_id: "AbCdEfGhIjKlMnOpQrStUvW" } };
}

function route(api: GraphApi, call: Call): unknown {
  const { method, path } = call;
  const [first = "", second] = path;
  if (first === "debug_token") return debugToken(api, call);
  const number = second === undefined && findNumber(api, first);
  if (number) return answerOfNumber(api, call, number);
  if (second === undefined) return { id: first, name: requireApp(api, call, first).name };
  if (second === "subscriptions") {
    const app = requireApp(api, call, first);
    return method === "POST" ? subscribe(app, call.params) : listSubscriptions(app);
  }
  const token = requireToken(api, call, first);
  const account = api.accounts.get(first);
  if (!account) throw new Refusal(100, unsupported(method, first));
  if (second === "phone_numbers") return listNumbers(account, call.params);
  if (method === "POST") {
    account.apps = [...new Set([...account.apps, token.appId])];
    return { success: true };
  }
  return listApps(api, account, call.params);
}

/** The app that an app access token speaks for. */
function requireApp(api: GraphApi, { token }: Call, id: string): StandInApp {
  const [tokenApp = "", secret] = token.split("|");
  const app = api.apps.get(tokenApp);
  if (!app) {
    const why = "Cannot get application info due to a system error.";
    throw new Refusal(101, `Error validating application. ${why}`);
  }
  if (app.secret !== secret) throw new Refusal(190, "Invalid OAuth access token signature.");
  if (tokenApp !== id) throw new Refusal(100, unsupported("get", id));
  return app;
}

function requireToken(api: GraphApi, { token }: Call, wabaId: string): StandInToken {
  const found = api.tokens.get(token);
  if (!found) throw new Refusal(190, `Malformed access token ${token}`);
  if (!found.wabaIds.includes(wabaId)) {
    throw new Refusal(200, "(#200) You do not have the necessary permissions required");
  }
  return found;
}

function findNumber({ accounts }: GraphApi, id: string) {
  for (const [wabaId, { numbers }] of accounts) {
    const number = numbers.find((each) => each.id === id);
    if (number) return { wabaId, number };
  }
  return undefined;
}

/** A POST sets the PIN, for which a token needs both permissions; a GET shows the number. */
function answerOfNumber(
  api: GraphApi,
  call: Call,
  { wabaId, number }: { wabaId: string; number: StandInNumber },
) {
  const { scopes } = requireToken(api, call, wabaId);
  const { id, is_pin_enabled } = number;
  if (call.method === "GET") return { id, is_pin_enabled };
  if (!scopes.includes("whatsapp_business_messaging")) {
    throw new Refusal(10, "(#10) Application does not have permission for this action");
  }
  const pin = call.params.get("pin") ?? "";
  if (!/^\d{6}$/.test(pin)) throw new Refusal(100, `(#100) Param pin is not valid: ${pin}`);
  Object.assign(number, { pin, is_pin_enabled: true });
  return { success: true };
}

function unsupported(method: string, id: string): string {
  return `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`;
}

function debugToken(api: GraphApi, call: Call) {
  const [viewer = ""] = call.token.split("|");
  requireApp(api, call, viewer);
  const token = api.tokens.get(call.params.get("input_token") ?? "");
  if (!token) {
    const error = { code: 190, message: "Invalid OAuth access token." };
    return { data: { is_valid: false, error, scopes: [] } };
  }
  if (token.appId !== viewer) {
    throw new Refusal(100, "(#100) The App_id in the input_token did not match the Viewing App");
  }
  const granular_scopes = token.scopes.map((scope) => ({ scope, target_ids: token.wabaIds }));
  const { appId: app_id, scopes, isValid: is_valid = true } = token;
  return { data: { app_id, type: "SYSTEM_USER", is_valid, scopes, granular_scopes } };
}

function listSubscriptions({ subscription }: StandInApp) {
  if (!subscription) return { data: [] };
  const { fields, ...rest } = subscription;
  const versioned = fields.map((name) => ({ name, version: "v25.0" }));
  return { data: [{ object: "whatsapp_business_account", ...rest, fields: versioned }] };
}

/** Makes the handshake with the callback URL, as Meta does before it takes a subscription. */
async function subscribe(app: StandInApp, params: URLSearchParams) {
  const callback_url = params.get("callback_url") ?? "";
  const challenge = "1158201444";
  const handshake = new URL(callback_url);
  handshake.searchParams.set("hub.mode", "subscribe");
  handshake.searchParams.set("hub.challenge", challenge);
  handshake.searchParams.set("hub.verify_token", params.get("verify_token") ?? "");
  const response = await fetch(handshake).catch(() => undefined);
  if (response?.status !== 200 || (await response.text()) !== challenge) {
    const status = `HTTP Status Code = ${response?.status ?? 0}`;
    throw new Refusal(
      2200,
      `(#2200) Callback verification failed with the following errors: ${status}`,
    );
  }
  const fields = (params.get("fields") ?? "").split(",");
  app.subscription = { callback_url, fields, active: true };
  return { success: true };
}

function toAppData(api: GraphApi, id: string) {
  const link = `https://www.facebook.com/games/?app_id=${id}`;
  const name = api.apps.get(id)?.name ?? "Somebody's app";
  return { whatsapp_business_api_data: { id, link, name } };
}

/** One entry a page, so that whoever reads must follow the pages. */
function toPage(all: readonly unknown[], params: URLSearchParams) {
  const start = Number(params.get("after") ?? "0");
  const after = String(start + 1);
  const next = start + 1 < all.length ? { next: `https://graph.facebook.com/?after=${after}` } : {};
  return {
    data: all.slice(start, start + 1),
    paging: { cursors: { before: String(start), after }, ...next },
  };
}

function listNumbers({ numbers }: StandInAccount, params: URLSearchParams) {
  return toPage(numbers, params);
}

function listApps(api: GraphApi, { apps }: StandInAccount, params: URLSearchParams) {
  return toPage(
    apps.map((id) => toAppData(api, id)),
    params,
  );
}
