import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { acknowledgeRules } from "./acknowledgements.ts";
import { addRoutes, createApi } from "./api.ts";
import { bundleFunction } from "./bundle/bundle.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { createFunction } from "./function.ts";
import { SETTINGS_METADATA } from "./kept-settings.ts";
import { createKey } from "./key.ts";
import { createAlarms } from "./monitoring/alarms.ts";
import { createDashboard } from "./monitoring/dashboard.ts";
import { createQueries } from "./monitoring/queries.ts";
import { createOutputs } from "./outputs.ts";
import { allowProtectByLink } from "./protect-by-link.ts";
import { createRelay } from "./relay.ts";
import { createSecret } from "./secret.ts";
import type { Settings } from "./settings.ts";
import { createSlackChannel } from "./slack.ts";
import { createTable } from "./table.ts";
import { createAlertTopic, createOperationsTopic } from "./topics.ts";
import { createWatchdog } from "./watchdog.ts";

export interface SecurityWebhookStackProps {
  readonly settings: Settings;
  /** What of them is not a default: kept in the template. */
  readonly given?: Readonly<Record<string, unknown>>;
  /** Folder of the function's bundle; built from the sources when absent. */
  readonly bundle?: string;
  /** The same of the watchdog's. */
  readonly watchdogBundle?: string;
}

/** Everything on AWS, in a delivery's order. Knows neither account nor region. */
export class SecurityWebhookStack extends Stack {
  constructor(scope: Construct, id: string, props: SecurityWebhookStackProps) {
    const { settings, given, bundle, watchdogBundle } = props;
    super(scope, id, {
      description: "Receives, stores and alerts WhatsApp Business security events",
    });

    if (given) this.templateOptions.metadata = { [SETTINGS_METADATA]: given };

    const key = createKey(this);
    const address = createApi(this, key, settings);
    const { api, accessLogs, publicUrl, domainTarget } = address;

    const deadLetters = createDeadLetters(this, key);
    const secret = createSecret(this, key, settings);
    const table = createTable(this, key);
    const alertTopic = createAlertTopic(this, key, deadLetters, settings);
    const operationsTopic = createOperationsTopic(this, deadLetters, settings);
    const slack = createSlackChannel(this, settings, [alertTopic, operationsTopic]);
    // A rollback can't delete a table with deletion protection: first what an account may refuse.
    const refusable = [
      key.node.findChild("Alias"),
      deadLetters,
      alertTopic,
      operationsTopic,
      ...address.refusable,
      ...slack,
    ];
    table.node.addDependency(...refusable);

    const resources = { settings, key, secret, table, alertTopic, publicUrl };
    const { fn, logs } = createFunction(this, bundle ?? bundleFunction(), resources);
    addRoutes(address, fn, settings);
    const relayRule = createRelay(this, fn);

    const watchdog = createWatchdog(this, watchdogBundle ?? bundleFunction("watchdog"), {
      ...resources,
      operationsTopic,
      webhook: fn,
    });

    if (settings.protectByLink) {
      allowProtectByLink(this, { webhook: fn, watchdog: watchdog.fn, stage: address.stage });
    }

    const monitored = { fn, api, alertTopic, deadLetters, watchdog: watchdog.fn };
    const alarms = createAlarms(this, monitored, operationsTopic, settings);
    const dashboard = settings.dashboard ? createDashboard(this, monitored, alarms) : undefined;
    createQueries(this, logs, accessLogs);
    createOutputs(this, {
      ...resources,
      ...monitored,
      operationsTopic,
      relayRule,
      watchdogFunction: watchdog.fn,
      tokenSecret: watchdog.tokenSecret,
      protectAlias: watchdog.protectAlias,
      dashboard,
      logs,
      ...(domainTarget && { domainTarget }),
    });
    acknowledgeRules(this);
  }
}
