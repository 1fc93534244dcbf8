import type { Config } from "../../lambda/shared/config.ts";

/** Settings of the tests' own, whatever the defaults; a changed PIN alerts nobody: most need a quiet event. */
export function testConfig(difference: Partial<Config> = {}): Config {
  return {
    tableName: "events",
    alertTopicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
    alertEvents: ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"],
    repeatAfterMinutes: [5, 15, 60, 240],
    functionName: "test",
    label: "Test",
    runbookUrl: "https://example.com/RUNBOOK.md",
    numberLabels: {},
    publicUrl: "https://hooks.example.com",
    ...difference,
  };
}
