import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../lambda/shared/config.ts";

const NEEDED = { TABLE_NAME: "events", ALERT_TOPIC_ARN: "arn:aws:sns:us-east-1:1:alerts" };

describe("the function's environment", () => {
  test("needs a table and a topic; the rest has defaults", () => {
    expect(parseConfig(NEEDED)).toEqual({
      tableName: "events",
      alertTopicArn: "arn:aws:sns:us-east-1:1:alerts",
      alertEvents: ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"],
      functionName: "local",
      repeatAfterMinutes: [5, 15, 60, 240],
      numberLabels: {},
      runbookUrl: "",
      label: "local",
      subjectForm: "plain",
    });
  });

  test("may set everything", () => {
    const config = parseConfig({
      ...NEEDED,
      ALERT_EVENTS: "PIN_CHANGED, X",
      RETENTION_DAYS: "30",
      AWS_LAMBDA_FUNCTION_NAME: "f",
      PUBLIC_URL: "https://x.example/",
      RUNBOOK_URL: "https://r.example/a#b",
      DEPLOYMENT_LABEL: "Example",
      NUMBER_LABELS: '{"15550783881":"Support DE"}',
      REPEAT_AFTER_MINUTES: "0.5, 10",
      SUBJECT_FORM: "state",
    });
    expect(config).toMatchObject({
      alertEvents: ["PIN_CHANGED", "X"],
      retentionDays: 30,
      functionName: "f",
      publicUrl: "https://x.example",
      runbookUrl: "https://r.example/a#b",
      label: "Example",
      numberLabels: { "15550783881": "Support DE" },
      repeatAfterMinutes: [0.5, 10],
      subjectForm: "state",
    });
  });

  test("turns repeats off", () => {
    expect(parseConfig({ ...NEEDED, REPEAT_AFTER_MINUTES: "off" }).repeatAfterMinutes).toEqual([]);
  });

  test.each([
    ["TABLE_NAME", "", "is missing"],
    ["ALERT_EVENTS", "A,,B", "names with commas"],
    ["RETENTION_DAYS", "1.5", "a whole number of days"],
    ["REPEAT_AFTER_MINUTES", "15,5", "each larger than the one before"],
    ["REPEAT_AFTER_MINUTES", "0", "each larger than the one before"],
    ["REPEAT_AFTER_MINUTES", "1e9", "minutes with commas"],
    ["REPEAT_AFTER_MINUTES", "never", "or off"],
    ["NUMBER_LABELS", "[]", "a JSON object"],
    ["NUMBER_LABELS", '{"1":2}', "a JSON object"],
    ["NUMBER_LABELS", "{", "a JSON object"],
    ["SUBJECT_FORM", "loud", "plain or state"],
    ["PUBLIC_URL", "x.example", "an http(s) address"],
    ["RUNBOOK_URL", "javascript:alert(1)", "an http(s) address"],
  ])("is refused in a sentence when %s is %j", (name, text, rule) => {
    const sentence = `Environment variable ${name} .*${rule.replace(/[()]/g, "\\$&")}`;
    expect(() => parseConfig({ ...NEEDED, [name]: text })).toThrow(new RegExp(sentence));
  });
});
