import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { MetaToken, WatchedMeta } from "../../../lambda/facts/system.ts";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { createGraph } from "../../../lambda/meta/graph.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createRunClaims } from "../../../lambda/protect/claims.ts";
import { newPin } from "../../../lambda/protect/new-pin.ts";
import { openMeta } from "../../../lambda/protect/open-meta.ts";
import { protect } from "../../../lambda/protect/protect.ts";
import type { ProtectRequest } from "../../../lambda/protect/request.ts";
import type { ProtectResult } from "../../../lambda/protect/result.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { UserError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { toServiceTime } from "../../deployment/service-time.ts";
import { type MetaOptions, SECRET_ENV } from "../../meta-app/options.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Meta, with a token that is given, kept where this command may read it, or asked for. */
export function toMeta(
  options: MetaOptions,
  env: Env,
  deployment: Deployment,
  terminal: Terminal,
): WatchedMeta {
  const typed = env[SECRET_ENV.systemUserToken]?.trim();
  let token: Promise<MetaToken> | undefined;

  async function readToken(): Promise<MetaToken> {
    if (typed) return { token: typed, wabaIds: options.waba };
    return (await deployment.readToken()) ?? askToken(options, terminal);
  }

  return {
    graph: createGraph({ baseUrl: options.graphUrl, version: options.graphVersion }),
    appId: options.appId,
    appSecret: env[SECRET_ENV.appSecret],
    readToken: () => {
      token ??= readToken();
      return token;
    },
  };
}

async function askToken({ waba }: MetaOptions, terminal: Terminal): Promise<MetaToken> {
  if (!terminal.isInteractive) {
    throw new UserError(
      `No system-user token is kept, and there is no terminal to ask on: set ${SECRET_ENV.systemUserToken}.`,
    );
  }
  const token = (await terminal.askSecret("System-user token (not shown)")).trim();
  if (token === "") throw new UserError("The system-user token is empty.");
  return { token, wabaIds: waba };
}

/** Meta may need a moment until it shows what it has taken. */
const READ_PAUSE_MS = 1_000;

/** Sets PINs from here, with a token. Throws a UserError when the token can't be used. */
export async function createProtector(
  deployment: Deployment,
  meta: WatchedMeta,
  now: () => number,
): Promise<(request: ProtectRequest) => Promise<ProtectResult>> {
  const { dynamodb: client, tableName, pins } = deployment;
  const opened = await openMeta(meta, deployment.readSecret);
  if (!opened) throw new UserError("No system-user token was given.");
  return (request) =>
    protect(request, {
      ...opened,
      pins,
      claims: createRunClaims({ client, tableName }),
      alerts: {
        table: createEventTable({ client, tableName }),
        answers: createAnswerTable({ client, tableName, retentionDays: "unknown" }),
      },
      metrics: createInvocationMetrics(),
      newPin,
      newToken: randomUUID,
      now: () => toServiceTime(deployment, now()),
      pause: () => delay(READ_PAUSE_MS),
    });
}
