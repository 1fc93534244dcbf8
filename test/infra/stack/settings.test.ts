import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSettings, SettingsError, toGivenSettings } from "../../../infra/stack/settings.ts";
import { synthesise } from "../../support/synthesise.ts";

const ROOT = join(import.meta.dirname, "../../..");

describe("without any setting", () => {
  test("the stack alerts of reset requests, keeps everything and has no subscriber yet", () => {
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

  test("whoever gets the alerts gets the alarms", () => {
    const { operationsEmails } = parseSettings({ alertEmails: "a@example.com" });
    expect(operationsEmails).toEqual(["a@example.com"]);
  });
});

describe("a setting on the command line, where all is text", () => {
  test.each([
    ["one e-mail", { alertEmails: "a@example.com" }, { alertEmails: ["a@example.com"] }],
    [
      "a list with commas",
      { alertEmails: "a@example.com, b@example.com," },
      { alertEmails: ["a@example.com", "b@example.com"] },
    ],
    [
      "a list as JSON",
      { operationsEmails: '["a@example.com"]' },
      { operationsEmails: ["a@example.com"] },
    ],
    [
      "the same number twice",
      { alertPhoneNumbers: "+4915112345678,+4915112345678" },
      { alertPhoneNumbers: ["+4915112345678"] },
    ],
    ["a number of days", { retentionDays: "400" }, { retentionDays: 400 }],
    [
      "half a throttle as JSON",
      { throttle: '{"rateLimit":10}' },
      { throttle: { rateLimit: 10, burstLimit: 100 } },
    ],
    ["no dashboard", { dashboard: "false" }, { dashboard: false }],
    ["no repeats", { repeatAfterMinutes: "off" }, { repeatAfterMinutes: "off" }],
    ["one repeat", { repeatAfterMinutes: "10" }, { repeatAfterMinutes: "10" }],
    ["blanks", { repeatAfterMinutes: " 5, 10 " }, { repeatAfterMinutes: "5,10" }],
    ["the last minute", { repeatAfterMinutes: "1,2880" }, { repeatAfterMinutes: "1,2880" }],
    [
      "labels as JSON",
      { numbers: '{"15550783881":"Support DE"}' },
      { numbers: { 15550783881: "Support DE" } },
    ],
    ["an event", { alertEvents: "PIN_CHANGED" }, { alertEvents: ["PIN_CHANGED"] }],
  ])("is understood: %s", (_, context, settings) => {
    expect(parseSettings(context)).toMatchObject(settings);
  });
});

describe("a setting in cdk.json", () => {
  test("has JSON's own types", () => {
    const context = {
      alertEmails: ["a@example.com"],
      retentionDays: 400,
      dashboard: false,
      numbers: { 15550783881: "Grüße 😀" },
    };
    expect(parseSettings(context)).toMatchObject(context);
    expect(parseSettings({ repeatAfterMinutes: [5, 10] }).repeatAfterMinutes).toBe("5,10");
    expect(parseSettings({ repeatAfterMinutes: 5 }).repeatAfterMinutes).toBe("5");
  });

  test("stands among CDK's own context", () => {
    const context = { "@aws-cdk/core:explicitStackTags": true, "cli-telemetry": false };
    expect(parseSettings(context)).toEqual(parseSettings({}));
  });
});

const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";

const CERTIFICATE_ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b-2c";

describe("kept settings", () => {
  const settings = {
    First: { alertEmails: ["a@example.com", "b@example.com"], label: "one" },
    Second: { alertEmails: ["c@example.com"] },
  };
  const first = { settings: { First: settings.First } };

  test("of the only stack hold without its name", () => {
    expect(parseSettings(first)).toMatchObject({ stackName: "First", ...settings.First });
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

  test("arrive as text too, as CDK hands options over", () => {
    expect(parseSettings({ settings: JSON.stringify(first.settings) }).label).toBe("one");
  });

  test.each(["nonsense", { First: 5 }, 7])("are refused in a sentence: %j", (kept) => {
    expect(() => parseSettings({ settings: kept })).toThrow(SettingsError);
  });
});

describe("a setting at the edge of what is allowed", () => {
  const digits = (count: number) => "1".repeat(count);

  test.each([
    { retentionDays: 8 },
    { retentionDays: 36_500 },
    { throttle: { rateLimit: 1, burstLimit: 1 } },
    { throttle: { rateLimit: 10_000, burstLimit: 5_000 } },
    { label: "x" },
    { label: "x".repeat(30) },
    { stackName: "S" },
    { stackName: "S".repeat(64) },
    { numbers: { [digits(5)]: "x" } },
    { numbers: { [digits(15)]: "x".repeat(40) } },
    { alertPhoneNumbers: ["+1234567"] },
    { alertPhoneNumbers: ["+123456789012345"] },
    { runbookUrl: `https://${"x".repeat(250)}` },
  ])("is taken: %j", (settings) => {
    expect(parseSettings(settings)).toMatchObject(settings);
  });

  test("takes twenty repeats and not one more", () => {
    const minutes = Array.from({ length: 21 }, (_, index) => index + 1);
    const first = minutes.slice(0, 20).join(",");
    expect(parseSettings({ repeatAfterMinutes: first }).repeatAfterMinutes).toBe(first);
    expect(() => parseSettings({ repeatAfterMinutes: minutes })).toThrow("repeatAfterMinutes must");
  });

  test.each([
    { retentionDays: 7 },
    { retentionDays: 36_501 },
    { throttle: { rateLimit: 0 } },
    { throttle: { rateLimit: 10_001 } },
    { throttle: { burstLimit: 5_001 } },
    { stackName: "S".repeat(65) },
    { numbers: { [digits(4)]: "x" } },
    { numbers: { [digits(16)]: "x" } },
    { numbers: { [digits(5)]: "" } },
    { numbers: { [digits(5)]: "x".repeat(41) } },
    { alertPhoneNumbers: ["+123456"] },
    { alertPhoneNumbers: ["+1234567890123456"] },
    { runbookUrl: `https://${"x".repeat(251)}` },
  ])("is refused beyond it: %j", (settings) => {
    expect(() => parseSettings(settings)).toThrow(SettingsError);
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

describe("a setting that is not understood", () => {
  test.each<[Record<string, unknown>, string]>([
    [{ alertEmails: "nobody" }, 'alertEmails contains "nobody", which is not an e-mail address.'],
    [{ alertEmails: 5 }, "alertEmails must be a list, or text with commas between its items."],
    [{ alertEmails: "[a@example.com" }, "alertEmails must be a list"],
    [
      { alertPhoneNumbers: "0151 12345678" },
      'alertPhoneNumbers contains "0151 12345678", which is not in E.164 form, such as +4915112345678.',
    ],
    [{ alertPhoneNumbers: [4915112345678] }, "alertPhoneNumbers contains a number without quotes"],
    [
      { alertEvents: "PIN_RESET" },
      'alertEvents contains "PIN_RESET", which is none of PIN_CHANGED',
    ],
    [{ alertEvents: "[]" }, "alertEvents must name at least one event."],
    [
      { operationsEmails: ["a@"] },
      'operationsEmails contains "a@", which is not an e-mail address.',
    ],
    [{ throttle: [] }, 'throttle must look like {"rateLimit":50,"burstLimit":100}.'],
    [{ alertEmails: [5] }, "alertEmails contains an item that is not a string."],
    [{ retentionDays: "soon" }, "retentionDays must be a whole number from 8 to 36500."],
    [{ retentionDays: 0 }, "retentionDays must be a whole number from 8 to 36500."],
    [{ retentionDays: 1.5 }, "retentionDays must be a whole number from 8 to 36500."],
    [{ throttle: "fast" }, 'throttle must look like {"rateLimit":50,"burstLimit":100}.'],
    [{ throttle: { rate: 5 } }, 'throttle.rate must look like {"rateLimit":50,"burstLimit":100}.'],
    [{ throttle: { burstLimit: 0 } }, "throttle.burstLimit must be a whole number from 1 to 5000."],
    [{ secretArn: "meta/app" }, "secretArn must be the whole ARN of a secret"],
    [{ secretArn: SECRET_ARN.slice(0, -7) }, "secretArn must be the whole ARN of a secret"],
    [
      { secretArn: SECRET_ARN, secretKeyArn: "alias/meta" },
      "secretKeyArn must be the ARN of a KMS key.",
    ],
    [
      { secretKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd" },
      "secretKeyArn needs secretArn, the secret that it encrypts.",
    ],
    [{ secretArn: 5 }, "secretArn must be a string."],
    ...["15,5", "5,5", "0,5", "2881", "5,,6", "soon", "1.5", "-5", "on"].map(
      (repeatAfterMinutes): [Record<string, unknown>, string] => [
        { repeatAfterMinutes },
        "repeatAfterMinutes must be minutes from 1 to 2880 with commas between them, each later than the one before, such as 5,15,60,240; or off.",
      ],
    ),
    [{ label: "Grüße" }, "label must be 1 to 30 printable ASCII characters."],
    [{ label: " x" }, "label must be 1 to 30 printable ASCII characters."],
    [{ label: "x".repeat(31) }, "label must be 1 to 30 printable ASCII characters."],
    [{ dashboard: "no" }, "dashboard must be true or false."],
    [{ runbookUrl: "http://example.com" }, "runbookUrl must be an https URL without #"],
    [{ runbookUrl: "https://example.com/#a" }, "runbookUrl must be an https URL without #"],
    [{ numbers: "Support" }, 'numbers must look like {"15550783881":"Support DE"}.'],
    [{ numbers: '["1"]' }, 'numbers must look like {"15550783881":"Support DE"}.'],
    [{ numbers: { 15550783881: 5 } }, 'numbers must look like {"15550783881":"Support DE"}.'],
    [
      { numbers: { "+15550783881": "Support" } },
      'numbers contains "+15550783881", which is not a phone number in digits only, such as 15550783881.',
    ],
    [
      { numbers: { 15550783881: "a\nb" } },
      'numbers contains the label "a\\nb", which is not 1 to 40 printable characters.',
    ],
    [{ domainName: "Example.com" }, "domainName must be a domain name in lower case"],
    [{ domainName: "a.example.com" }, "domainName needs certificateArn, the certificate of that"],
    [{ certificateArn: CERTIFICATE_ARN }, "certificateArn needs domainName, the name that it"],
    [{ certificateArn: "x" }, "certificateArn must be the ARN of an ACM certificate."],
    [{ hostedZoneId: "example.com" }, "hostedZoneId must be the id of a Route 53 hosted zone"],
    [
      { hostedZoneId: "Z0123" },
      "hostedZoneId needs domainName, the name that gets a record there.",
    ],
    [{ defaultEndpoint: "false" }, "defaultEndpoint can be false only with domainName: "],
    [{ slackWorkspaceId: "T0123456" }, "slackWorkspaceId needs slackChannelId, the channel to"],
    [{ protectByLink: "true" }, "protectByLink needs protect, without which this system sets no"],
    [{ slackChannelId: "C0123456" }, "slackChannelId needs slackWorkspaceId, the workspace of"],
    [{ slackWorkspaceId: "acme", slackChannelId: "C01" }, "slackWorkspaceId must be a Slack"],
    [{ slackWorkspaceId: "T01", slackChannelId: "#alerts" }, "slackChannelId must be a Slack"],
    [{ stackName: "my stack" }, "stackName must be 1 to 64 letters, digits and hyphens"],
    [{ alertEmail: "a@example.com" }, "alertEmail is unknown: did you mean alertEmails?"],
    [{ "alert-emails": "a@example.com" }, "alert-emails is unknown: did you mean alertEmails?"],
    [{ somethingElse: "x" }, "somethingElse is unknown: the settings are accessLog, alertEmails, "],
  ])("is refused in a sentence that names it and the rule: %j", (context, sentence) => {
    const parse = () => parseSettings(context);
    expect(parse).toThrow(SettingsError);
    expect(parse).toThrow(`Setting ${sentence}`);
  });
});

describe("cdk synth", () => {
  test("ends with that sentence, no stack trace and exit code 1", async () => {
    const { status, stderr } = await synth("-c", "alertPhoneNumbers=0151");
    expect(status).toBe(1);
    expect(stderr).toContain(
      'Setting alertPhoneNumbers contains "0151", which is not in E.164 form, such as +4915112345678.\n',
    );
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test("makes the stack of the whole repository, with nothing but the repository", async () => {
    const { status, stdout } = await synth(
      "-c",
      "stackName=Try",
      "-c",
      "alertEmails=a@example.com",
    );
    expect(status).toBe(0);
    expect(stdout).toContain("Type: AWS::SNS::Subscription");
    expect(stdout).toContain("aws:cdk:path: Try/Function/Resource");
  });

  /** With neither credentials nor a region, as on a machine that never met AWS. */
  async function synth(...options: string[]) {
    const output = mkdtempSync(join(tmpdir(), "synth-"));
    const cdk = join(ROOT, "node_modules/.bin/cdk");
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
    const env = {
      ...Object.fromEntries(inherited),
      AWS_EC2_METADATA_DISABLED: "true",
      HOME: output,
    };
    const ended = Promise.withResolvers<{ status: number; stdout: string; stderr: string }>();
    const args = ["synth", "--output", output, ...options];
    execFile(cdk, args, { cwd: ROOT, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      ended.resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
    try {
      return await ended.promise;
    } finally {
      rmSync(output, { recursive: true });
    }
  }
});
