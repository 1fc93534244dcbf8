import { describe, expect, test } from "vitest";
import { parseSettings, SettingsError, toGivenSettings } from "../../../infra/stack/settings.ts";
import { synthesise } from "../../support/synthesise.ts";

const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";
const CERTIFICATE_ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b-2c";

test("without any setting the stack alerts of every event, and has no subscriber yet", () => {
  expect(parseSettings({})).toEqual({
    stackName: "WhatsAppSecurityWebhook",
    alertEmails: [],
    alertPhoneNumbers: [],
    alertEvents: ["PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"],
    repeatAfterMinutes: "5,15,60,240",
    operationsEmails: [],
    numbers: {},
    defaultEndpoint: true,
    accessLog: true,
    dashboard: true,
    protect: false,
    protectByLink: false,
    separateAccounts: false,
    throttle: { rateLimit: 50, burstLimit: 100 },
  });
});

/** As text on the command line, or in JSON's own types in cdk.json. */
describe("a setting", () => {
  test.each<[setting: string, given: unknown, understood: unknown]>([
    ["alertEmails", "a@example.com", ["a@example.com"]],
    ["alertEmails", "a@example.com, b@example.com,", ["a@example.com", "b@example.com"]],
    ["alertEmails", ["a@example.com"], ["a@example.com"]],
    ["operationsEmails", '["a@example.com"]', ["a@example.com"]],
    ["alertPhoneNumbers", "+4915112345678,+4915112345678", ["+4915112345678"]],
    ["retentionDays", "400", 400],
    ["retentionDays", 400, 400],
    ["throttle", '{"rateLimit":10}', { rateLimit: 10, burstLimit: 100 }],
    ["dashboard", "false", false],
    ["dashboard", false, false],
    ["repeatAfterMinutes", "off", "off"],
    ["repeatAfterMinutes", "10", "10"],
    ["repeatAfterMinutes", " 5, 10 ", "5,10"],
    ["repeatAfterMinutes", "1,2880", "1,2880"],
    ["repeatAfterMinutes", [5, 10], "5,10"],
    ["repeatAfterMinutes", 5, "5"],
    ["numbers", '{"15550783881":"Support DE"}', { 15550783881: "Support DE" }],
    ["numbers", { 15550783881: "Grüße 😀" }, { 15550783881: "Grüße 😀" }],
    ["alertEvents", "PIN_CHANGED", ["PIN_CHANGED"]],
  ])("is understood: %s %j", (setting, given, understood) => {
    expect(parseSettings({ [setting]: given })).toHaveProperty(setting, understood);
  });

  test("stands among CDK's own context", () => {
    const context = { "@aws-cdk/core:explicitStackTags": true, "cli-telemetry": false };
    expect(parseSettings(context)).toEqual(parseSettings({}));
  });
});

describe("kept settings", () => {
  const settings = {
    First: { alertEmails: ["a@example.com", "b@example.com"], label: "one" },
    Second: { alertEmails: ["c@example.com"] },
  };
  const first = { settings: { First: settings.First } };

  test("of the only stack hold without its name", () => {
    const expected = { stackName: "First", ...settings.First };
    expect(parseSettings(first)).toMatchObject(expected);
    // As CDK hands options over.
    const asText = { settings: JSON.stringify(first.settings) };
    expect(parseSettings(asText)).toMatchObject(expected);
  });

  test("of several hold for the one that is named", () => {
    expect(parseSettings({ settings, stackName: "Second" })).toMatchObject(settings.Second);
    expect(parseSettings({ settings, stackName: "Third" }).alertEmails).toEqual([]);
    expect(() => parseSettings({ settings })).toThrow(
      "The settings of 2 stacks are kept (First, Second): say which one is meant, -c stackName=First.",
    );
  });

  test("yield to what is given, and go back to the default with an empty value", () => {
    const context = { ...first, label: "", alertEmails: "z@example.com" };
    expect(parseSettings(context).label).toBeUndefined();
    expect(toGivenSettings(context)).toEqual({ alertEmails: ["z@example.com"] });
  });

  test.each(["nonsense", { First: 5 }, 7])("are refused in a sentence: %j", (kept) => {
    expect(() => parseSettings({ settings: kept })).toThrow(SettingsError);
  });
});

describe("a setting at the edge of what is allowed", () => {
  const label = (length: number) => "x".repeat(length);
  const digits = (length: number) => "1".repeat(length);
  const minutes = (length: number) => Array.from({ length }, (_, index) => index + 1).join(",");

  test.each<[setting: string, taken: unknown[], refused: unknown[]]>([
    ["retentionDays", [8, 36_500], [7, 36_501]],
    [
      "throttle",
      [
        { rateLimit: 1, burstLimit: 1 },
        { rateLimit: 10_000, burstLimit: 5_000 },
      ],
      [{ rateLimit: 0 }, { rateLimit: 10_001 }, { burstLimit: 0 }, { burstLimit: 5_001 }],
    ],
    ["label", [label(1), label(30)], [label(31)]],
    ["stackName", ["S", "S".repeat(64)], ["S".repeat(65)]],
    [
      "numbers",
      [{ [digits(5)]: "x" }, { [digits(15)]: label(40) }],
      [
        { [digits(4)]: "x" },
        { [digits(16)]: "x" },
        { [digits(5)]: "" },
        { [digits(5)]: label(41) },
      ],
    ],
    [
      "alertPhoneNumbers",
      [["+1234567"], ["+123456789012345"]],
      [["+123456"], ["+1234567890123456"]],
    ],
    ["runbookUrl", [`https://${label(250)}`], [`https://${label(251)}`]],
    ["repeatAfterMinutes", [minutes(20)], [minutes(21)]],
  ])("%s is taken, and is refused beyond it", (setting, taken, refused) => {
    for (const given of taken) {
      expect(parseSettings({ [setting]: given })).toHaveProperty(setting, given);
    }
    for (const given of refused) {
      const parse = () => parseSettings({ [setting]: given });
      expect(parse, JSON.stringify(given)).toThrow(SettingsError);
    }
  });
});

describe("labels of numbers", () => {
  const labels = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [15550000000 + i, "Support DE"]));

  test("are refused when they do not fit into the function's environment", () => {
    expect(() => parseSettings({ numbers: labels(200) })).toThrow(
      /^Setting numbers takes 5401 bytes as JSON, but the function's environment, which Lambda limits to 4 KB, has room for 2600: shorten the labels, or name only the numbers that people confuse\.$/,
    );
  });

  test("that are accepted fit into it beside the longest of everything else", () => {
    const longest = {
      stackName: "S".repeat(64),
      label: "x".repeat(30),
      numbers: labels(96),
      runbookUrl: `https://${"x".repeat(250)}`,
      domainName: `${"a.".repeat(124)}com`,
      certificateArn: CERTIFICATE_ARN,
      repeatAfterMinutes: Array.from({ length: 20 }, (_, i) => 2800 + i),
      alertEvents: "PIN_CHANGED,PIN_RESET_REQUEST,PIN_REQUEST_SUCCESS",
      retentionDays: 36_500,
    };
    const { theOnly } = synthesise(longest);
    const { Variables } = theOnly("AWS::Lambda::Function", "Function").Properties.Environment;
    const NAMES_OF_RESOURCES = 150;
    const bytes = Object.entries(Variables).map(
      ([name, value]) =>
        name.length + (typeof value === "string" ? Buffer.byteLength(value) : NAMES_OF_RESOURCES),
    );
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(4096);
    expect(() => parseSettings({ ...longest, numbers: labels(97) })).toThrow("takes 2620 bytes");
  });
});

/** In sentences that name the setting and the rule. */
describe("is refused", () => {
  const EMAIL = "which is not an e-mail address.";
  const THROTTLE = 'must look like {"rateLimit":50,"burstLimit":100}.';
  const DAYS = "must be a whole number from 8 to 36500.";
  const LABEL = "must be 1 to 30 printable ASCII characters.";
  const NUMBERS = 'must look like {"15550783881":"Support DE"}.';
  const ARN = "must be the whole ARN of a secret";
  const MINUTES =
    "must be minutes from 1 to 2880 with commas between them, each later than the one before, such as 5,15,60,240; or off.";

  test.each<[setting: string, given: unknown, sentence: string]>([
    ["alertEmails", "nobody", `contains "nobody", ${EMAIL}`],
    ["alertEmails", 5, "must be a list, or text with commas between its items."],
    ["alertEmails", "[a@example.com", "must be a list"],
    ["alertEmails", [5], "contains an item that is not a string."],
    ["operationsEmails", ["a@"], `contains "a@", ${EMAIL}`],
    [
      "alertPhoneNumbers",
      "0151 12345678",
      'contains "0151 12345678", which is not in E.164 form, such as +4915112345678.',
    ],
    ["alertPhoneNumbers", [4915112345678], "contains a number without quotes"],
    ["alertEvents", "PIN_RESET", 'contains "PIN_RESET", which is none of PIN_CHANGED'],
    ["alertEvents", "[]", "must name at least one event."],
    ["throttle", [], THROTTLE],
    ["throttle", "fast", THROTTLE],
    ["retentionDays", "soon", DAYS],
    ["retentionDays", 0, DAYS],
    ["retentionDays", 1.5, DAYS],
    ["secretArn", "meta/app", ARN],
    ["secretArn", SECRET_ARN.slice(0, -7), ARN],
    ["secretArn", 5, "must be a string."],
    ["secretKeyArn", "alias/meta", "must be the ARN of a KMS key."],
    [
      "secretKeyArn",
      "arn:aws:kms:eu-west-1:111122223333:key/1234abcd",
      "needs secretArn, the secret that it encrypts.",
    ],
    ...["15,5", "5,5", "0,5", "2881", "5,,6", "soon", "1.5", "-5", "on"].map(
      (given): [string, string, string] => ["repeatAfterMinutes", given, MINUTES],
    ),
    ["label", "Grüße", LABEL],
    ["label", " x", LABEL],
    ["dashboard", "no", "must be true or false."],
    ["runbookUrl", "http://example.com", "must be an https URL without #"],
    ["runbookUrl", "https://example.com/#a", "must be an https URL without #"],
    ["numbers", "Support", NUMBERS],
    ["numbers", '["1"]', NUMBERS],
    ["numbers", { 15550783881: 5 }, NUMBERS],
    [
      "numbers",
      { "+15550783881": "Support" },
      'contains "+15550783881", which is not a phone number in digits only, such as 15550783881.',
    ],
    [
      "numbers",
      { 15550783881: "a\nb" },
      'contains the label "a\\nb", which is not 1 to 40 printable characters.',
    ],
    ["domainName", "Example.com", "must be a domain name in lower case"],
    ["domainName", "a.example.com", "needs certificateArn, the certificate of that"],
    ["certificateArn", CERTIFICATE_ARN, "needs domainName, the name that it"],
    ["certificateArn", "x", "must be the ARN of an ACM certificate."],
    ["hostedZoneId", "example.com", "must be the id of a Route 53 hosted zone"],
    ["hostedZoneId", "Z0123", "needs domainName, the name that gets a record there."],
    ["defaultEndpoint", "false", "can be false only with domainName: "],
    ["protectByLink", "true", "needs protect, without which this system sets no"],
    ["slackWorkspaceId", "T0123456", "needs slackChannelId, the channel to"],
    ["slackWorkspaceId", "acme", "must be a Slack"],
    ["slackChannelId", "C0123456", "needs slackWorkspaceId, the workspace of"],
    ["slackChannelId", "#alerts", "must be a Slack"],
    ["stackName", "my stack", "must be 1 to 64 letters, digits and hyphens"],
    ["alertEmail", "a@example.com", "is unknown: did you mean alertEmails?"],
    ["alert-emails", "a@example.com", "is unknown: did you mean alertEmails?"],
    ["somethingElse", "x", "is unknown: the settings are accessLog, alertEmails, "],
  ])("%s %j", (setting, given, sentence) => {
    const parse = () => parseSettings({ [setting]: given });
    expect(parse).toThrow(SettingsError);
    expect(parse).toThrow(`Setting ${setting} ${sentence}`);
  });

  test("a part of a throttle, by its name", () => {
    const parse = (throttle: object) => () => parseSettings({ throttle });
    expect(parse({ rate: 5 })).toThrow(`Setting throttle.rate ${THROTTLE}`);
    const sentence = "Setting throttle.burstLimit must be a whole number from 1 to 5000.";
    expect(parse({ burstLimit: 0 })).toThrow(sentence);
  });
});
