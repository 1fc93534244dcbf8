import { readPhoneNumbers, readSubscribedApps } from "../../../lambda/meta/account.ts";
import type { App } from "../../../lambda/meta/app.ts";
import type { Graph } from "../../../lambda/meta/graph.ts";
import { PERMISSION, requireUsableToken, type SystemUser } from "../../../lambda/meta/token.ts";
import { ExplainedError } from "../../../lambda/shared/sentence.ts";
import { count } from "../../cli/text.ts";
import { type Deployment, toCommand } from "../../deployment/deployment.ts";
import { SECRET_ENV } from "../../meta/options.ts";
import { type Check, check, type Finding, green, red, unknown } from "./check.ts";
import type { MetaDeps } from "./meta-checks.ts";

/** Whether Meta sends the accounts' events to this app, and whether their numbers are protected. */
export async function checkAccounts(
  graph: Graph,
  app: App,
  { options, env, deployment }: MetaDeps,
): Promise<Check[]> {
  const token = env[SECRET_ENV.systemUserToken]?.trim();
  const only = async (finding: Finding) => [await check("account", "Accounts", () => finding)];
  if (!token) {
    const mend = `set ${SECRET_ENV.systemUserToken} (permission ${PERMISSION}) and add --waba ID`;
    return only(unknown("It takes a system-user token to see who is subscribed.", mend));
  }
  const user = { token, app };
  try {
    const facts = await requireUsableToken(graph, user);
    const wabaIds = [...new Set(options.waba.length > 0 ? options.waba : facts.wabaIds)];
    if (wabaIds.length === 0) return only(unknown("None was named.", "add --waba ID"));
    const checks = wabaIds.map((id) => checkAccount(graph, user, id, deployment));
    return (await Promise.all(checks)).flat();
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    return only(unknown(error.message));
  }
}

function checkAccount(
  graph: Graph,
  user: SystemUser,
  wabaId: string,
  deployment: Deployment,
): Promise<Check[]> {
  return Promise.all([
    check(`account-${wabaId}`, `Account ${wabaId}`, () =>
      judgeApps(graph, user, wabaId, deployment),
    ),
    check(`numbers-${wabaId}`, `Numbers of ${wabaId}`, () => judgeNumbers(graph, user, wabaId)),
  ]);
}

async function judgeApps(
  graph: Graph,
  user: SystemUser,
  wabaId: string,
  deployment: Deployment,
): Promise<Finding> {
  const apps = await readSubscribedApps(graph, user, wabaId);
  const others = apps.filter(({ id }) => id !== user.app.id);
  const names = others.map(({ id, name }) => `${name} (${id})`).join(", ");
  if (others.length < apps.length) {
    return green(`The app is subscribed to it${names && `, and so are: ${names}`}.`);
  }
  const also = names && ` Subscribed are: ${names}.`;
  const mend = toCommand("connect", deployment, `--app-id ${user.app.id} --waba ${wabaId}`);
  return red(`The app is not subscribed to it, so that no event comes.${also}`, mend);
}

async function judgeNumbers(graph: Graph, user: SystemUser, wabaId: string): Promise<Finding> {
  const numbers = await readPhoneNumbers(graph, user, wabaId);
  const off = numbers.filter(({ isPinEnabled }) => isPinEnabled === false);
  const untold = numbers.filter(({ isPinEnabled }) => isPinEnabled === undefined);
  if (off.length > 0) {
    const names = off.map(({ displayPhoneNumber }) => displayPhoneNumber).join(", ");
    const how = "set a PIN: WhatsApp Manager, the number, Settings, Two-step verification";
    return red(`Two-step verification is off for ${names}.`, how);
  }
  if (untold.length === 0) {
    return green(`Two-step verification is on for ${count(numbers.length, "number")}.`);
  }
  return unknown(`Meta does not tell of ${count(untold.length, "number")}.`);
}
