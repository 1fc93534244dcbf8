import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { parseSettings } from "../../infra/stack/settings.ts";
import { SecurityWebhookStack } from "../../infra/stack/stack.ts";
import { resolve, withoutHash } from "./template-text.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The settings of a stack that has all of its optional parts. */
export const EVERY_SUBSCRIBER = {
  alertEmails: ["security@example.com"],
  alertPhoneNumbers: ["+4915112345678"],
  operationsEmails: ["operations@example.com"],
};

/** The settings of a stack that has everything that a setting can add. */
export const EVERY_PART = {
  ...EVERY_SUBSCRIBER,
  domainName: "whatsapp.example.com",
  certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b-2c",
  hostedZoneId: "Z0123456789ABC",
  slackWorkspaceId: "T01234567",
  slackChannelId: "C01234567",
  numbers: { 15550783881: "Support DE" },
  retentionDays: 400,
  protect: true,
  protectByLink: true,
};

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have the shape of their type.
  readonly Properties: any;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/**
 * The stack as `cdk synth` makes it of these settings, with a bundle that is only a name; `given`
 * stands in its metadata.
 */
export function synthesise(
  settings: Readonly<Record<string, unknown>> = {},
  given?: Readonly<Record<string, unknown>>,
) {
  const { context } = JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8"));
  // The warnings of a stack without subscribers are for whoever deploys it, not for a test run.
  const app = new App({
    // Most of a synthesis's time; synth.test.ts does it once, of everything.
    builtinCloudFormationValidation: false,
    context: { ...context, "@aws-cdk/core:annotationsInValidationReport": false },
  });
  const stack = new SecurityWebhookStack(app, "Webhook", {
    settings: parseSettings(settings),
    ...(given && { given }),
    bundle: BUNDLE,
    watchdogBundle: WATCHDOG_BUNDLE,
  });
  const template = Template.fromStack(stack);
  const all: Readonly<Record<string, Resource>> = template.toJSON().Resources;
  return { stack, template, all, ofType, theOnly, propertiesOf };

  function ofType(type: string): Resource[] {
    return Object.values(all).filter(({ Type }) => Type === type);
  }

  /** Of the resource whose construct has this id, as a person reads them. */
  function propertiesOf(id: string): Resource["Properties"] {
    const found = Object.entries(all).find(([logicalId]) => withoutHash(logicalId) === id);
    if (!found) throw new Error(`The stack has no ${id}`);
    return resolve(found[1].Properties);
  }

  /** The only one, or the only one whose construct has this id. */
  function theOnly(type: string, id = ""): Resource {
    const found = Object.entries(all).filter(([logicalId, { Type }]) => {
      return Type === type && (id === "" || withoutHash(logicalId) === id);
    });
    const [first, ...others] = found;
    if (!first || others.length > 0) throw new Error(`The stack has not exactly one ${type} ${id}`);
    return first[1];
  }
}

const [BUNDLE = "", WATCHDOG_BUNDLE = ""] = ["webhook", "watchdog"].map((name) => {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  writeFileSync(join(folder, "index.mjs"), `export const handler = () => "${name}";`);
  return folder;
});
