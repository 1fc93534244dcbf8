import { describe, expect, test } from "vitest";
import { parseConfig, requireVariable } from "../../../lambda/shared/config.ts";
import { DEFAULT_ALERT_EVENTS, DEFAULT_REPEAT_MINUTES } from "../../../lambda/shared/names.ts";

const NEEDED = { TABLE_NAME: "events", ALERT_TOPIC_ARN: "arn:aws:sns:us-east-1:1:alerts" };

const DEFAULTS = {
  tableName: "events",
  alertTopicArn: "arn:aws:sns:us-east-1:1:alerts",
  alertEvents: DEFAULT_ALERT_EVENTS,
  functionName: "local",
  repeatAfterMinutes: DEFAULT_REPEAT_MINUTES,
  runbookUrl: "",
  label: "local",
  numberLabels: {},
  protect: false,
  protectByLink: false,
  separateAccounts: false,
};

function parse(difference: Record<string, string>) {
  return parseConfig({ ...NEEDED, ...difference });
}

describe("the function's environment", () => {
  test("needs a table and a topic; the rest has defaults, and may be empty", () => {
    expect(parseConfig(NEEDED)).toEqual(DEFAULTS);
    expect(DEFAULT_ALERT_EVENTS).toEqual([
      "PIN_CHANGED",
      "PIN_RESET_REQUEST",
      "PIN_REQUEST_SUCCESS",
    ]);
    expect(DEFAULT_REPEAT_MINUTES).toEqual([5, 15, 60, 240]);
    const names = ["ALERT_EVENTS", "RETENTION_DAYS", "PUBLIC_URL", "RUNBOOK_URL"];
    const others = ["DEPLOYMENT_LABEL", "NUMBER_LABELS", "REPEAT_AFTER_MINUTES"];
    const empty = Object.fromEntries([...names, ...others].map((name) => [name, ""]));
    expect(parse(empty)).toEqual(DEFAULTS);
  });

  test.each([
    ["TABLE_NAME", "t", { tableName: "t" }],
    ["ALERT_TOPIC_ARN", "arn", { alertTopicArn: "arn" }],
    ["ALERT_EVENTS", " PIN_CHANGED , X,Y ", { alertEvents: ["PIN_CHANGED", "X", "Y"] }],
    ["RETENTION_DAYS", "1", { retentionDays: 1 }],
    ["RETENTION_DAYS", "99999", { retentionDays: 99_999 }],
    ["AWS_LAMBDA_FUNCTION_NAME", "f", { functionName: "f", label: "f" }],
    ["PROTECT", "true", { protect: true }],
    ["SEPARATE_ACCOUNTS", "true", { separateAccounts: true }],
    ["STACK_NAME", "Hooks", { stackName: "Hooks" }],
    ["DEPLOYMENT_LABEL", "Prod", { label: "Prod" }],
    ["PUBLIC_URL", "http://localhost:1//", { publicUrl: "http://localhost:1" }],
    ["PUBLIC_URL", "https://x.example/a/b/", { publicUrl: "https://x.example/a/b" }],
    ["RUNBOOK_URL", "https://r.example/a/#b/", { runbookUrl: "https://r.example/a/#b/" }],
    ["NUMBER_LABELS", '{"1":"A","2":""}', { numberLabels: { "1": "A", "2": "" } }],
    ["REPEAT_AFTER_MINUTES", "off", { repeatAfterMinutes: [] }],
    ["REPEAT_AFTER_MINUTES", "0.5, 10 ,99999", { repeatAfterMinutes: [0.5, 10, 99_999] }],
    ["REPEAT_AFTER_MINUTES", "0.000001,12345.123456", { repeatAfterMinutes: [1e-6, 12345.123456] }],
  ])("%s %j sets this and nothing else", (name, text, difference) => {
    expect(parse({ [name]: text })).toEqual({ ...parse({}), ...difference });
  });

  test("may name the deployment otherwise than the function", () => {
    const config = parse({ AWS_LAMBDA_FUNCTION_NAME: "f", DEPLOYMENT_LABEL: "Prod" });
    expect(config).toMatchObject({ functionName: "f", label: "Prod" });
  });
});

describe("an environment that is not as it must be", () => {
  test.each(["TABLE_NAME", "ALERT_TOPIC_ARN"])("lacks %s", (name) => {
    expect(() => parse({ [name]: "" })).toThrow(`Environment variable ${name} is missing`);
    expect(() => requireVariable({}, name)).toThrow(`Environment variable ${name} is missing`);
  });

  const MINUTES = "minutes with commas between them, each larger than the one before, or off";
  const LABELS = 'a JSON object such as {"15550783881":"Support"}';

  test.each([
    ["ALERT_EVENTS", "names with commas between them", ["A,,B", ",A", " "]],
    ["RETENTION_DAYS", "a whole number of days", ["0", "01", "100000", " 1", "1d", "off"]],
    ["REPEAT_AFTER_MINUTES", MINUTES, ["0,5", "5,5", "-5", "100000", ".5", "5.", "1.1234567"]],
    ["REPEAT_AFTER_MINUTES", MINUTES, ["5,,6", "5,1e3", "x5", "5x", "never", "off,5"]],
    ["NUMBER_LABELS", LABELS, ["[]", "null", "7", '"x"', "{", '{"1":2}', '{"1":"A","2":null}']],
    ["PUBLIC_URL", "an http(s) address", ["x.example", "/a", "ftp://x.example", "xhttps://a"]],
    ["RUNBOOK_URL", "an http(s) address", ["javascript:alert(1)", "http:", "file:///a"]],
  ])("has a %s that is not %s", (name, rule, texts) => {
    for (const text of texts) {
      const sentence = `Environment variable ${name} must be ${rule}`;
      expect(() => parse({ [name]: text }), text).toThrow(new Error(sentence));
    }
  });
});
