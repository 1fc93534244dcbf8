import { randomUUID } from "node:crypto";
import { findAppSecretFault } from "../../../lambda/meta/app-secret.ts";
import { toNetworkReason } from "../../cli/errors.ts";
import { type Deployment, toCommand } from "../../deployment/deployment.ts";
import type { StoredSecret } from "../../meta/stored-secret.ts";
import { type Check, check, type Finding, green, red, unknown } from "./check.ts";

/** Whether the webhook lets Meta in, and nobody else. */
export async function checkWebhook(deployment: Deployment): Promise<Check[]> {
  return Promise.all([
    check("secret", "App secret", async () =>
      judgeSecret(await readSecret(deployment), deployment),
    ),
    check("handshake", "Handshake", async () =>
      tryHandshake(await readSecret(deployment), deployment),
    ),
    check("forged", "Forged delivery", () => tryForged(deployment)),
  ]);
}

export async function readSecret(deployment: Deployment): Promise<StoredSecret> {
  return (await deployment.readSecret()).stored;
}

function judgeSecret(
  { verifyToken, appSecrets, rotation }: StoredSecret,
  deployment: Deployment,
): Finding {
  const mend = toCommand("connect", deployment);
  if (verifyToken === "") return red("It has no verify token, so that Meta can't subscribe.", mend);
  if (appSecrets.length === 0) return red("None is set: every delivery is refused.", mend);
  for (const [index, text] of appSecrets.entries()) {
    const fault = findAppSecretFault(text);
    if (fault) return red(`Number ${index + 1} of ${appSecrets.length} ${fault}.`, mend);
  }
  const rotating = toCommand("rotate-secret", deployment);
  const note = rotation ? `; a rotation is under way: ${rotating}` : "";
  return green(`${appSecrets.length} saved, of Meta's form${note}.`);
}

const TIMEOUT_MS = 10_000;

async function tryHandshake({ verifyToken }: StoredSecret, { webhookUrl }: Deployment) {
  if (verifyToken === "") return unknown("It can't be tried without a verify token.");
  const challenge = randomUUID();
  const url = new URL(webhookUrl);
  url.searchParams.set("hub.mode", "subscribe");
  url.searchParams.set("hub.challenge", challenge);
  url.searchParams.set("hub.verify_token", verifyToken);
  const answer = await request(url);
  if (typeof answer === "string") return toUnreachable(webhookUrl, answer);
  if (answer.status === 200 && answer.text === challenge) {
    return green(`${webhookUrl} answers as Meta wants, in ${answer.milliseconds} ms.`);
  }
  return red(
    `${webhookUrl} answers ${answer.status} to the right verify token.`,
    "wait five minutes if the secret has just changed, else see the function's log",
  );
}

/** Anybody may try; nothing of it is stored. */
async function tryForged({ webhookUrl }: Deployment): Promise<Finding> {
  const body = '{"object":"whatsapp_business_account","entry":[]}';
  const headers = { "content-type": "application/json" };
  const answer = await request(new URL(webhookUrl), { method: "POST", headers, body });
  if (typeof answer === "string") return toUnreachable(webhookUrl, answer);
  if (answer.status === 401) return green("A delivery without a signature is refused (401).");
  return red(
    `A delivery without a signature is answered ${answer.status}, not 401.`,
    "see that WebhookUrl leads to this system's function, and the function's log",
  );
}

function toUnreachable(webhookUrl: string, reason: string): Finding {
  return red(
    `${webhookUrl} does not answer (${reason}).`,
    "check the network, then npm run deploy",
  );
}

/** The answer, or why there was none. */
async function request(url: URL, init: RequestInit = {}) {
  const startedAt = performance.now();
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { ...init, redirect: "manual", signal });
    const text = await response.text();
    const milliseconds = Math.round(performance.now() - startedAt);
    return { status: response.status, text, milliseconds };
  } catch (error) {
    return toNetworkReason(error);
  }
}
