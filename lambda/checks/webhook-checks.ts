import { randomUUID } from "node:crypto";
import type { Facts } from "../facts/facts.ts";
import { toStartAgain, type WatchedSystem } from "../facts/system.ts";
import { findAppSecretFault } from "../meta/app-secret.ts";
import type { StoredSecret } from "../meta/stored-secret.ts";
import { ExplainedError, toNetworkReason } from "../shared/sentence.ts";
import { count } from "../shared/time-text.ts";
import { type Check, type CheckOutcome, failed, ok, unknown } from "./check.ts";

/** Whether the webhook lets Meta in, and nobody else. */
export function toWebhookChecks(system: WatchedSystem, facts: Facts): Check[] {
  return [
    { id: "secret", name: "App secret", look: () => checkSecret(facts, system) },
    {
      id: "handshake",
      name: "Handshake",
      look: async () => tryHandshake(await facts.secret(), system),
    },
    { id: "forged", name: "Forged delivery", look: () => tryForged(system) },
  ];
}

/** With a secret that can't be understood every delivery is refused, too. */
async function checkSecret(facts: Facts, system: WatchedSystem): Promise<CheckOutcome> {
  const fix = system.command("connect");
  try {
    return checkForm(await facts.secret(), system, fix);
  } catch (error) {
    if (error instanceof ExplainedError) return failed(error.message);
    if (error instanceof Error && /marked for deletion/.test(error.message)) {
      return failed(
        "The secret is marked for deletion: every delivery is refused.",
        "aws secretsmanager restore-secret, with the stack's output SecretArn as --secret-id",
      );
    }
    throw error;
  }
}

function checkForm(
  { verifyToken, appSecrets, rotation }: StoredSecret,
  system: WatchedSystem,
  fix: string,
): CheckOutcome {
  if (verifyToken === "")
    return failed("It has no verify token, so that Meta can't subscribe.", fix);
  if (appSecrets.length === 0) return failed("None is set: every delivery is refused.", fix);
  for (const [index, text] of appSecrets.entries()) {
    const fault = findAppSecretFault(text);
    if (fault) return failed(`Number ${index + 1} of ${appSecrets.length} ${fault}.`, fix);
  }
  const rotating = system.command("rotate-secret");
  const note = rotation ? `; a rotation is under way: ${rotating}` : "";
  return ok(`${count(appSecrets.length, "app secret")} saved (valid format)${note}.`);
}

const TIMEOUT_MS = 10_000;

/** Marks the requests of a check in logs. */
export const CHECKS_AGENT = "whatsapp-security-webhook-checks";

async function tryHandshake({ verifyToken }: StoredSecret, system: WatchedSystem) {
  const { webhookUrl } = system;
  if (verifyToken === "") return unknown("It can't be tried without a verify token.");
  const challenge = randomUUID();
  const url = new URL(webhookUrl);
  url.searchParams.set("hub.mode", "subscribe");
  url.searchParams.set("hub.challenge", challenge);
  url.searchParams.set("hub.verify_token", verifyToken);
  const answer = await request(url);
  if (typeof answer === "string") return toUnreachable(system, answer);
  if (answer.status === 200 && answer.text === challenge) {
    return ok(`${webhookUrl} answered Meta's handshake in ${answer.milliseconds} ms.`);
  }
  return failed(
    `${webhookUrl} answers ${answer.status} to the right verify token.`,
    "wait five minutes if the secret has just changed, else see the function's log",
  );
}

/** Anybody may try; nothing of it is stored. */
async function tryForged(system: WatchedSystem): Promise<CheckOutcome> {
  const body = '{"object":"whatsapp_business_account","entry":[]}';
  const headers = { "content-type": "application/json" };
  const answer = await request(new URL(system.webhookUrl), { method: "POST", headers, body });
  if (typeof answer === "string") return toUnreachable(system, answer);
  if (answer.status === 401) return ok("A delivery without a signature is refused (401).");
  return failed(
    `A delivery without a signature is answered ${answer.status}, not 401.`,
    "see that WebhookUrl leads to this system's function, and the function's log",
  );
}

function toUnreachable(system: WatchedSystem, reason: string): CheckOutcome {
  return failed(
    `${system.webhookUrl} does not answer (${reason}).`,
    `check the network, then ${toStartAgain(system)}`,
  );
}

/** The answer, or why there was none. */
async function request(url: URL, init: RequestInit = {}) {
  const startedAt = performance.now();
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = { ...init.headers, "user-agent": CHECKS_AGENT };
    const response = await fetch(url, { ...init, headers, redirect: "manual", signal });
    const text = await response.text();
    const milliseconds = Math.round(performance.now() - startedAt);
    return { status: response.status, text, milliseconds };
  } catch (error) {
    return toNetworkReason(error);
  }
}
