import type { Facts } from "../facts/facts.ts";
import type { FoundApp } from "../facts/meta-facts.ts";
import { readMetric } from "../facts/metric.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { FIELD, type Subscription } from "../meta/app.ts";
import { METRIC } from "../shared/metric-names.ts";
import { count } from "../shared/time-text.ts";
import { findAccountChecks } from "./account-checks.ts";
import { type Check, type CheckOutcome, failed, ok, unknown } from "./check.ts";

/** Whether Meta would send anything, and to this system. */
export async function findMetaChecks(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<Check[]> {
  const first = {
    id: "meta-app",
    name: "Meta app",
    look: async () => checkApp(await facts.app(), system),
  };
  const found = await facts.app().catch(() => undefined);
  if (found?.kind !== "found") return [first];
  const { id } = found.app;
  return [
    first,
    ...toSubscriptionChecks(system, facts, id, now),
    ...(await findAccountChecks(system, facts, id, now)),
  ];
}

function checkApp(found: FoundApp, system: WatchedSystem): CheckOutcome {
  switch (found.kind) {
    case "unnamed":
      return unknown("No Meta app id is known.", system.command("connect", "--app-id ID"));
    case "found":
      return ok(`${found.name} (${found.app.id}) has an app secret that is saved here.`);
    case "secret refused":
      return failed(
        `No saved app secret is that of app ${found.appId} (error 190): it was reset at Meta, or is another app's, and deliveries are refused.`,
        system.command("connect", `--app-id ${found.appId}`),
      );
  }
}

function toSubscriptionChecks(
  system: WatchedSystem,
  facts: Facts,
  appId: string,
  now: number,
): Check[] {
  const wanted = system.meta.callbackUrl ?? system.webhookUrl;
  const connect = (more = "") => system.command("connect", `--app-id ${appId}${more}`);
  const check =
    (look: (found: Subscription) => CheckOutcome | Promise<CheckOutcome>) =>
    async (): Promise<CheckOutcome> => {
      const found = await facts.subscription();
      return found ? look(found) : failed("The app has no WhatsApp webhooks at Meta.", connect());
    };
  return [
    {
      id: "meta-callback",
      name: "Callback URL",
      look: check(({ callbackUrl }) =>
        callbackUrl === wanted
          ? ok(`Meta calls ${wanted}.`)
          : failed(`Meta calls ${callbackUrl}, not ${wanted}.`, connect(" --replace-callback")),
      ),
    },
    {
      id: "meta-field",
      name: `Field ${FIELD}`,
      look: check(({ fields, active }) => {
        if (!fields.includes(FIELD)) {
          return failed(`The app is subscribed to ${fields.join(", ") || "nothing"}.`, connect());
        }
        return active
          ? ok("The app is subscribed to it, and active.")
          : failed("The app's subscription is not active.", connect(" --again"));
      }),
    },
    {
      id: "meta-values",
      name: "Values included",
      look: check((found) => checkValues(found, system, now, connect(" --again"))),
    },
  ];
}

const WEEK_MS = 7 * 86_400_000;

/** Where Meta does not say it, deliveries that came without values show it. */
async function checkValues(
  { includeValues }: Subscription,
  { aws }: WatchedSystem,
  now: number,
  fix: string,
): Promise<CheckOutcome> {
  if (includeValues === true) return ok("Meta sends values with the fields.");
  if (includeValues === false) return failed("Meta sends field names without values.", fix);
  const points = aws ? await readMetric(aws, METRIC.valuesMissing, now - WEEK_MS, now) : [];
  const missing = points.reduce((total, { sum }) => total + sum, 0);
  if (missing > 0) {
    return failed(`This week ${count(missing, "entry", "entries")} came without values.`, fix);
  }
  const seen = aws ? ", and this week none came without" : "";
  return unknown(`Meta does not say; connect asks for them${seen}.`);
}
