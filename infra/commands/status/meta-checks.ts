import {
  type App,
  FIELD,
  INVALID_TOKEN,
  readSubscription,
  type Subscription,
  verifyApp,
} from "../../../lambda/meta/app.ts";
import { findAppSecretFault } from "../../../lambda/meta/app-secret.ts";
import { createGraph, type Graph } from "../../../lambda/meta/graph.ts";
import { MetaError } from "../../../lambda/meta/graph-error.ts";
import { METRIC } from "../../../lambda/shared/names.ts";
import { count } from "../../cli/text.ts";
import { type Deployment, toCommand } from "../../deployment/deployment.ts";
import { readMetric } from "../../deployment/metric.ts";
import { type MetaOptions, SECRET_ENV } from "../../meta/options.ts";
import { checkAccounts } from "./account-checks.ts";
import { type Check, check, type Finding, green, red, unknown } from "./check.ts";
import { readSecret } from "./webhook-checks.ts";

export interface MetaDeps {
  readonly options: MetaOptions & { readonly callbackUrl?: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly deployment: Deployment;
  readonly now: number;
}

/** Whether Meta would send anything, and to this system. */
export async function checkMeta(deps: MetaDeps): Promise<Check[]> {
  const { options, deployment } = deps;
  const graph = createGraph({ baseUrl: options.graphUrl, version: options.graphVersion });
  const app = findApp(graph, deps);
  const first = await check("meta-app", "Meta app", async () => {
    const found = await app;
    if (found === "no id") return unknown("Which app it is was not said.", "add --app-id ID");
    if (found)
      return green(`${found.name} (${found.app.id}) has an app secret that is saved here.`);
    const sentence = `No saved app secret is that of app ${options.appId}: its deliveries are refused.`;
    return red(sentence, toCommand("connect", deployment, `--app-id ${options.appId}`));
  });
  const found = await app.catch(() => undefined);
  if (!found || found === "no id") return [first];
  const rest = [checkSubscription(graph, found.app, deps), checkAccounts(graph, found.app, deps)];
  return [first, ...(await Promise.all(rest)).flat()];
}

/** The app with the secret that is its own: of the environment, else of those saved. */
async function findApp(graph: Graph, { options: { appId }, env, deployment }: MetaDeps) {
  if (appId === undefined) return "no id";
  const given = env[SECRET_ENV.appSecret];
  const { appSecrets } = given ? { appSecrets: [given] } : await readSecret(deployment);
  for (const secret of appSecrets.filter((text) => findAppSecretFault(text) === undefined)) {
    const app = { id: appId, secret };
    try {
      return { app, name: await verifyApp(graph, app) };
    } catch (error) {
      if (!(error instanceof MetaError && error.code === INVALID_TOKEN)) throw error;
    }
  }
  return undefined;
}

async function checkSubscription(graph: Graph, app: App, deps: MetaDeps): Promise<Check[]> {
  const { options, deployment } = deps;
  const wanted = options.callbackUrl ?? deployment.webhookUrl;
  const connect = (more = "") => toCommand("connect", deployment, `--app-id ${app.id}${more}`);
  const reading = readSubscription(graph, app);
  const look = (judge: (found: Subscription) => Finding | Promise<Finding>) => async () => {
    const found = await reading;
    return found ? judge(found) : red("The app has no WhatsApp webhooks at Meta.", connect());
  };
  return Promise.all([
    check(
      "meta-callback",
      "Callback URL",
      look(({ callbackUrl }) =>
        callbackUrl === wanted
          ? green(`Meta calls ${wanted}.`)
          : red(`Meta calls ${callbackUrl}, not ${wanted}.`, connect()),
      ),
    ),
    check(
      "meta-field",
      "Field security",
      look(({ fields, active }) => {
        if (!fields.includes(FIELD)) {
          return red(`The app is subscribed to ${fields.join(", ") || "nothing"}.`, connect());
        }
        return active
          ? green("The app is subscribed to it, and active.")
          : red("The app's subscription is not active.", connect(" --again"));
      }),
    ),
    check(
      "meta-values",
      "Values included",
      look((found) => judgeValues(found, deps, connect(" --again"))),
    ),
  ]);
}

const WEEK_MS = 7 * 86_400_000;

/** Where Meta does not tell, deliveries that came without values do. */
async function judgeValues(
  { includeValues }: Subscription,
  { deployment: { aws }, now }: MetaDeps,
  mend: string,
): Promise<Finding> {
  if (includeValues === true) return green("Meta sends values with the fields.");
  if (includeValues === false) return red("Meta sends field names without values.", mend);
  const points = aws ? await readMetric(aws, METRIC.valuesMissing, now - WEEK_MS, now) : [];
  const missing = points.reduce((total, { sum }) => total + sum, 0);
  if (missing > 0)
    return red(
      `This week ${count(missing, "entry").replace("entrys", "entries")} came without values.`,
      mend,
    );
  const seen = aws ? ", and this week none came without" : "";
  return unknown(`Meta does not tell; connect asks for them${seen}.`);
}
