import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { acknowledgeRules } from "./acknowledgements.ts";
import { createAlarms } from "./alarms.ts";
import { createApi } from "./api.ts";
import { bundleFunction } from "./bundle/bundle.ts";
import { createDashboard } from "./dashboard.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { createFunction } from "./function.ts";
import { createKey } from "./key.ts";
import { createOutputs } from "./outputs.ts";
import { createQueries } from "./queries.ts";
import { createRelay } from "./relay.ts";
import { createSecret } from "./secret.ts";
import type { Settings } from "./settings.ts";
import { createTable } from "./table.ts";
import { createAlertTopic, createOperationsTopic } from "./topics.ts";

export interface SecurityWebhookStackProps {
  readonly settings: Settings;
  /** Folder of the function's bundle; built from the sources when absent. */
  readonly bundle?: string;
}

/** Everything on AWS, in a delivery's order. Knows neither account nor region. */
export class SecurityWebhookStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundle }: SecurityWebhookStackProps) {
    super(scope, id, { description: "Hears, keeps and alerts WhatsApp Business security events" });

    const key = createKey(this);
    const deadLetters = createDeadLetters(this, key);
    const secret = createSecret(this, key, settings);
    const table = createTable(this, key);
    const alertTopic = createAlertTopic(this, key, deadLetters, settings);
    const operationsTopic = createOperationsTopic(this, key, deadLetters, settings);

    const resources = { settings, key, deadLetters, secret, table, alertTopic };
    const { fn, logs } = createFunction(this, bundle ?? bundleFunction(), resources);
    const { api, accessLogs } = createApi(this, key, fn, settings);
    const relayRule = createRelay(this, fn, deadLetters);

    const monitored = { fn, api, table, alertTopic, deadLetters };
    const alarms = createAlarms(this, monitored, operationsTopic);
    const dashboard = createDashboard(this, monitored, alarms);
    createQueries(this, logs, accessLogs);
    createOutputs(this, { ...monitored, operationsTopic, secret, relayRule, dashboard, logs });
    acknowledgeRules(this);
  }
}
