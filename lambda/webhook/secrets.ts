import type { KeyObject } from "node:crypto";
import * as v from "valibot";
import { toReason } from "../shared/invocation-metrics.ts";
import type { Log } from "../shared/log.ts";
import { METRIC } from "../shared/metric-names.ts";
import { prepareAppSecret } from "./signature.ts";

/** What Secrets Manager keeps for us: `{"verifyToken":"…","appSecrets":["…"]}`. */
export interface Secrets {
  readonly verifyToken: string;
  readonly appSecrets: readonly KeyObject[];
}

export interface SecretStore {
  /**
   * What `find` returns for the known secrets; if undefined, what it returns for the secrets read
   * again, so that a rotation needs no deploy. Undefined also when no secret could ever be read.
   */
  match<T>(find: (secrets: Secrets) => T | undefined): Promise<T | undefined>;
  /**
   * Reads again what is older than five minutes, so that no delivery has to wait for it. Undefined
   * when nothing is being read.
   */
  refresh(): Promise<void> | undefined;
  /** Whether the secret could be read. */
  isKnown(): boolean;
  hasAppSecret(): boolean;
}

export interface SecretStoreDeps {
  readonly readSecret: () => Promise<string>;
  readonly now: () => number;
  readonly log: Log;
}

/** A stranger's forged request costs at most one read a minute. */
const REREAD_MS = 60_000;

/** While no secret is known, at most one read in this time. */
const RETRY_MS = 5_000;

/** A secret that was removed is accepted for at most this long. */
const MAX_AGE_MS = 5 * 60_000;

/** Starts the first read at once, so that a cold start overlaps it with the rest. */
export function createSecretStore({ readSecret, now, log }: SecretStoreDeps): SecretStore {
  let known: Secrets | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  /** One read at a time. If it fails, the known secrets stay. */
  function read(): Promise<void> {
    reading ??= readOnce().finally(() => {
      readAt = now();
      reading = undefined;
    });
    return reading;
  }

  async function readOnce(): Promise<void> {
    try {
      known = parseSecrets(await readSecret());
    } catch (error) {
      log.write({
        level: "ERROR",
        message: "reading the secret failed",
        fields: { reason: toReason(error) },
        metrics: { [METRIC.secretUnavailable]: 1 },
      });
    }
  }

  function refresh(): Promise<void> | undefined {
    const isOld = now() - readAt >= (known ? MAX_AGE_MS : RETRY_MS);
    return isOld ? read() : reading;
  }

  void read();

  return {
    refresh,
    async match(find) {
      await refresh();
      const found = known && find(known);
      if (found !== undefined || now() - readAt < REREAD_MS) return found;
      await read();
      return known && find(known);
    },
    isKnown: () => known !== undefined,
    hasAppSecret: () => known !== undefined && known.appSecrets.length > 0,
  };
}

/** The secret is not of the form `{"verifyToken":"…","appSecrets":["…"]}`. */
class MalformedSecretError extends Error {
  override readonly name = "MalformedSecretError";
}

const SecretText = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    verifyToken: v.fallback(v.string(), ""),
    // One that cannot be used must not stop the others from being used.
    appSecrets: v.pipe(
      v.optional(v.array(v.unknown()), []),
      v.transform((items) => items.filter((item): item is string => typeof item === "string")),
      v.transform((secrets) => secrets.filter((secret) => secret !== "").map(prepareAppSecret)),
    ),
  }),
);

function parseSecrets(text: string): Secrets {
  const result = v.safeParse(SecretText, text);
  if (!result.success) throw new MalformedSecretError();
  return result.output;
}
