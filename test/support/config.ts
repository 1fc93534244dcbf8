import type { Config } from "../../lambda/shared/config.ts";
import { DEFAULT_ALERT_EVENTS } from "../../lambda/shared/names.ts";

/** The function's configuration as the stack's defaults make it. */
export function testConfig(difference: Partial<Config> = {}): Config {
  return {
    tableName: "events",
    alertTopicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
    alertEvents: DEFAULT_ALERT_EVENTS,
    functionName: "test",
    label: "Test",
    runbookUrl: "https://example.com/RUNBOOK.md",
    numberLabels: {},
    publicUrl: "https://hooks.example.com",
    ...difference,
  };
}
