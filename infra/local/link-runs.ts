import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { WatchedSystem } from "../../lambda/facts/system.ts";
import { createAnswerTable } from "../../lambda/incident/answer-table.ts";
import { createLinkRuns } from "../../lambda/incident/link-runs.ts";
import type { StartLinkRun } from "../../lambda/incident/pin-by-link.ts";
import { createEventTable } from "../../lambda/outbox/event-table.ts";
import { createRunClaims } from "../../lambda/protect/claims.ts";
import { newPin } from "../../lambda/protect/new-pin.ts";
import { openMeta } from "../../lambda/protect/open-meta.ts";
import { serveLink } from "../../lambda/protect/serve-link.ts";
import { createLog } from "../../lambda/shared/log.ts";
import { PROTECT, STAGE_VARIABLE } from "../../lambda/shared/names.ts";
import type { Webhook } from "../../lambda/webhook/webhook.ts";
import { createFilePins } from "./file-pins.ts";

export interface LocalLinkRuns {
  readonly start: StartLinkRun;
  /** Waits for the runs that are under way. */
  stop(): Promise<void>;
}

/** What API Gateway's stage adds to each request on AWS with the setting `protectByLink`. */
export function withLinkRuns(webhook: Webhook): Webhook {
  const stageVariables = { [STAGE_VARIABLE.protectByLink]: "local" };
  return (event, context) => webhook({ ...Object(event), stageVariables }, context);
}

const READ_PAUSE_MS = 1_000;

/** Sets PINs for the holders of links, in this process: what the watchdog's function does on AWS. */
export function createLocalLinkRuns(
  system: WatchedSystem,
  data: string,
  writeLine: (line: string) => void,
): LocalLinkRuns {
  const { dynamodb: client, tableName, meta, readSecret } = system;
  const running = new Set<Promise<unknown>>();
  const deps = {
    isEnabled: true,
    invokedArn: `local:${PROTECT.linkAlias}`,
    openMeta: () => openMeta(meta, readSecret),
    pins: createFilePins(join(data, "pins")),
    claims: createRunClaims({ client, tableName }),
    linkRuns: createLinkRuns({ client, tableName }),
    alerts: {
      table: createEventTable({ client, tableName }),
      answers: createAnswerTable({ client, tableName, retentionDays: "unknown" }),
    },
    newPin,
    newToken: randomUUID,
    now: Date.now,
    pause: () => delay(READ_PAUSE_MS),
    log: createLog({ writeLine, functionName: "local", now: Date.now }),
  };
  return {
    async start(_, request) {
      const run = serveLink(request, deps).finally(() => running.delete(run));
      running.add(run);
    },
    async stop() {
      await Promise.all(running);
    },
  };
}
