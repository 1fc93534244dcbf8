import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSettings, SettingsError } from "../../../infra/stack/settings.ts";

const ROOT = join(import.meta.dirname, "../../..");

describe("without any setting", () => {
  test("the stack alerts of reset requests, keeps everything and tells nobody yet", () => {
    expect(parseSettings({})).toEqual({
      stackName: "WhatsAppSecurityWebhook",
      alertEmails: [],
      alertPhoneNumbers: [],
      alertEvents: ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"],
      operationsEmails: [],
      throttle: { rateLimit: 50, burstLimit: 100 },
    });
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
    ["an event", { alertEvents: "PIN_CHANGED" }, { alertEvents: ["PIN_CHANGED"] }],
  ])("is understood: %s", (_, context, settings) => {
    expect(parseSettings(context)).toMatchObject(settings);
  });
});

describe("a setting in cdk.json", () => {
  test("has JSON's own types", () => {
    const context = { alertEmails: ["a@example.com"], retentionDays: 400 };
    expect(parseSettings(context)).toMatchObject(context);
  });

  test("stands among CDK's own context", () => {
    const context = { "@aws-cdk/core:explicitStackTags": true, "cli-telemetry": false };
    expect(parseSettings(context)).toEqual(parseSettings({}));
  });
});

const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";

describe("a setting that is not understood", () => {
  test.each([
    [{ alertEmails: "nobody" }, 'alertEmails has "nobody", which is no e-mail address.'],
    [{ alertEmails: 5 }, "alertEmails must be a list, or text with commas between its items."],
    [{ alertEmails: "[a@example.com" }, "alertEmails must be a list"],
    [
      { alertPhoneNumbers: "0151 12345678" },
      'alertPhoneNumbers has "0151 12345678", which is not in E.164 form, such as +4915112345678.',
    ],
    [{ alertPhoneNumbers: [4915112345678] }, "alertPhoneNumbers has a number without quotes"],
    [{ alertEvents: "PIN_RESET" }, 'alertEvents has "PIN_RESET", which is none of PIN_CHANGED'],
    [{ alertEvents: "" }, "alertEvents must name at least one event."],
    [{ operationsEmails: ["a@"] }, 'operationsEmails has "a@", which is no e-mail address.'],
    [{ throttle: [] }, 'throttle must look like {"rateLimit":50,"burstLimit":100}.'],
    [{ alertEmails: [5] }, "alertEmails has an item that is no text."],
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
    [{ stackName: "my stack" }, "stackName must be 1 to 64 letters, digits and hyphens"],
    [{ alertEmail: "a@example.com" }, "alertEmail is unknown; the settings are stackName, "],
    [{ "alert-emails": "a@example.com" }, "alert-emails is unknown"],
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
      'Setting alertPhoneNumbers has "0151", which is not in E.164 form, such as +4915112345678.\n',
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
