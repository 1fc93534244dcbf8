import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTyped } from "../../../infra/commands/cdk/arguments.ts";
import { deploy } from "../../../infra/commands/cdk/deploy.ts";
import { parseSettings, toGivenSettings } from "../../../infra/stack/settings.ts";
import { runScript } from "../../support/processes.ts";
import { synthesise } from "../../support/synthesise.ts";

let folder: string;
let said: string[];
/** The deployed templates by their stack's name, as CloudFormation keeps them. */
let deployed: Map<string, string>;
/** What reading them fails with. */
let failure: Error | undefined;
let status: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkout-"));
  said = [];
  deployed = new Map();
  failure = undefined;
  status = "UPDATE_COMPLETE";
});
afterEach(() => rmSync(folder, { recursive: true }));

const cloudformation = {
  async send({ input }: { input: { StackName: string } }) {
    if (failure) throw failure;
    const TemplateBody = deployed.get(input.StackName);
    if (!TemplateBody) throw new Error(`Stack with id ${input.StackName} does not exist`);
    return { TemplateBody, Stacks: [{ StackStatus: status }] };
  },
} as unknown as CloudFormationClient;

/** `npm run deploy -- …` in this folder. */
function run(...words: string[]): Promise<number> {
  const typed = parseTyped(["deploy", ...words], {});
  return deploy(typed, {
    folder,
    cloudformation,
    info: (line) => said.push(line),
    runCdk: async (args) => runCdk(args),
  });
}

/** `npx cdk deploy …`: options above cdk.json above cdk.context.json, as the CLI merges context. */
function runCdk(args: readonly string[]): number {
  const options = args.filter((_, index) => args[index - 1] === "-c");
  const typed = options.map((option) => option.split(/=(.*)/s, 2));
  const context = {
    ...read("cdk.context.json"),
    ...(read("cdk.json").context ?? {}),
    ...Object.fromEntries(typed),
  };
  const settings = parseSettings(context);
  if (settings.label === "FAILS") return 1;
  const { template } = synthesise(context, toGivenSettings(context));
  deployed.set(settings.stackName, JSON.stringify(template.toJSON()));
  return 0;
}

function read(name: string) {
  try {
    return JSON.parse(readFileSync(join(folder, name), "utf8"));
  } catch {
    return {};
  }
}

const NAME = "WhatsAppSecurityWebhook";

/** Who is subscribed now. */
function subscribers(stackName = NAME): string[] {
  const { Resources } = JSON.parse(deployed.get(stackName) ?? "{}");
  const all = Object.values(Resources) as { Type: string; Properties: { Endpoint: string } }[];
  const found = all.filter(({ Type }) => Type === "AWS::SNS::Subscription");
  return found.map(({ Properties }) => Properties.Endpoint).sort();
}

const TWO = ["-c", "alertEmails=a@example.com,b@example.com", "-c", "label=Shop"];
const AB = "a@example.com,b@example.com";
const BOTH = ["a@example.com", "a@example.com", "b@example.com", "b@example.com"];

describe("after a first deploy with settings", () => {
  beforeEach(async () => {
    expect(await run(...TWO)).toBe(0);
    expect(subscribers()).toEqual(BOTH);
  });

  test("a deploy without any keeps everybody and everything", async () => {
    expect(await run()).toBe(0);
    expect(subscribers()).toEqual(BOTH);
    expect(deployed.get(NAME)).toContain('"DEPLOYMENT_LABEL":"Shop"');
  });

  test("a bare cdk deploy does, too", () => {
    expect(runCdk([])).toBe(0);
    expect(subscribers()).toEqual(BOTH);
  });

  test("a deploy in a fresh clone takes them from the deployed stack", async () => {
    rmSync(join(folder, "cdk.context.json"));
    expect(await run()).toBe(0);
    expect(subscribers()).toEqual(BOTH);
    expect(said.join()).toContain("those of the deployed stack are used");
    expect(runCdk([])).toBe(0);
    expect(subscribers()).toEqual(BOTH);
  });

  test("one address less is refused, and says whom it would unsubscribe", async () => {
    await expect(run("-c", "alertEmails=a@example.com")).rejects.toThrow(
      /^Nothing was deployed, because it would unsubscribe b@example\.com \(alerts, alarms\)\. .* add --remove-subscriber b@example\.com$/,
    );
    expect(subscribers()).toEqual(BOTH);
  });

  test.each([
    ["with the list that is left", ["-c", "alertEmails=a@example.com"]],
    ["alone", []],
  ])("--remove-subscriber lets it go, %s", async (_, more) => {
    expect(await run("--remove-subscriber", "b@example.com", ...more)).toBe(0);
    expect(subscribers()).toEqual(["a@example.com", "a@example.com"]);
    expect(await run()).toBe(0);
    expect(subscribers()).toEqual(["a@example.com", "a@example.com"]);
  });

  test.each([
    ["alarms move to another address", ["operationsEmails=o@example.com"], ["a", "b"], "abo"],
    ["one gets alarms only", ["alertEmails=b@example.com", `operationsEmails=${AB}`], ["a"], "abb"],
  ])("it allows what is typed, and no more: %s", async (_, settings, removed, expected) => {
    const typed = settings.flatMap((setting) => ["-c", setting]);
    const removals = removed.flatMap((name) => ["--remove-subscriber", `${name}@example.com`]);
    await expect(run(...typed)).rejects.toThrow(`add ${removals.join(" ")}`);
    expect(await run(...typed, ...removals)).toBe(0);
    expect(subscribers().map((address) => address[0])).toEqual([...expected]);
  });

  test.each(["B@Example.com", "b…@example.com", "b@example.com,a@example.com"])(
    "--remove-subscriber %s",
    async (typed) => {
      expect(await run("--remove-subscriber", typed)).toBe(0);
      expect(subscribers()).not.toContain("b@example.com");
    },
  );

  test("alarms whose last address goes follow the alerts again", async () => {
    const moved = ["--remove-subscriber", AB, "-c", "operationsEmails=o@example.com"];
    await run(...moved);
    expect(await run("--remove-subscriber", "o@example.com")).toBe(0);
    expect(subscribers()).toEqual(BOTH);
  });

  test("what somebody else has deployed meanwhile is not undone", async () => {
    const stale = read("cdk.context.json");
    await run("--remove-subscriber", "b@example.com", "-c", "protect=true");
    const restore = () => writeFileSync(join(folder, "cdk.context.json"), JSON.stringify(stale));
    restore();
    await expect(run()).rejects.toThrow("differ in alertEmails, protect.");
    expect(await run("--settings", "deployed")).toBe(0);
    expect(subscribers()).toEqual(["a@example.com", "a@example.com"]);
    restore();
    expect(await run("--settings=file")).toBe(0);
    expect(subscribers()).toEqual(BOTH);
  });

  test("a change set alone is not kept", async () => {
    const before = read("cdk.context.json");
    await run("--no-execute", "-c", "label=Other");
    expect(read("cdk.context.json")).toEqual(before);
  });

  test("--remove-subscriber names somebody who is subscribed", async () => {
    await expect(run("--remove-subscriber=c@example.com")).rejects.toThrow(
      "c@example.com is not a subscriber of this stack, whose subscribers are a@example.com, b@example.com.",
    );
  });

  test("whoever is removed must not be named at the same time", async () => {
    const words = ["--remove-subscriber", "b@example.com", "-c", "alertEmails=b@example.com"];
    await expect(run(...words)).rejects.toThrow("out of alertEmails, which was typed.");
  });

  test("somebody more is added, and the change is announced by its name", async () => {
    expect(await run("-c", "alertPhoneNumbers=+4915112345678", "-c", "label=")).toBe(0);
    expect(subscribers()).toEqual(["+4915112345678", ...BOTH]);
    expect(said).toContain("Settings that change: alertPhoneNumbers, label.");
    expect(read("cdk.context.json").settings[NAME]).toEqual({
      alertEmails: ["a@example.com", "b@example.com"],
      alertPhoneNumbers: ["+4915112345678"],
    });
  });

  test("a deploy that fails changes nothing that is kept", async () => {
    const before = read("cdk.context.json");
    expect(await run("-c", "label=FAILS")).toBe(1);
    expect(read("cdk.context.json")).toEqual(before);
  });

  test("another stack has settings of its own", async () => {
    expect(await run("-c", "stackName=Other", "-c", "alertEmails=o@example.com")).toBe(0);
    expect(subscribers("Other")).toEqual(["o@example.com", "o@example.com"]);
    await expect(run()).rejects.toThrow("The settings of 2 stacks are kept");
    expect(await run("-c", `stackName=${NAME}`)).toBe(0);
    expect(subscribers()).toEqual(BOTH);
  });
});

describe("settings in cdk.json", () => {
  test("hold, and are not kept a second time", async () => {
    const context = { alertEmails: ["a@example.com"] };
    writeFileSync(join(folder, "cdk.json"), JSON.stringify({ context }));
    expect(await run("-c", "label=Shop")).toBe(0);
    expect(read("cdk.context.json").settings[NAME]).toEqual({ label: "Shop" });
    await expect(run("--remove-subscriber", "a@example.com")).rejects.toThrow(
      "take the address out of alertEmails, which is in cdk.json.",
    );
  });
});

test("a Slack channel is a subscriber, too", async () => {
  await run("-c", "slackWorkspaceId=T01234567", "-c", "slackChannelId=C01234567");
  const both = ["-c", "slackWorkspaceId=", "-c", "slackChannelId="];
  await expect(run(...both)).rejects.toThrow("unsubscribe C01234567 (alerts and alarms)");
  expect(await run("--remove-subscriber", "C01234567")).toBe(0);
  expect(read("cdk.context.json").settings[NAME]).toEqual({});
});

test.each(["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS"])(
  "a first deploy that ended in %s has subscribed nobody, and its settings are not taken",
  async (ended) => {
    await run("-c", "alertEmails=typo@example.com", "-c", "label=Shop");
    rmSync(join(folder, "cdk.context.json"));
    status = ended;
    expect(await run("-c", "alertEmails=a@example.com")).toBe(0);
    expect(subscribers()).toEqual(["a@example.com", "a@example.com"]);
    expect(read("cdk.context.json").settings[NAME]).toEqual({ alertEmails: ["a@example.com"] });
  },
);

test("without anybody in the settings it says that the stack is new, and alerts nobody", async () => {
  expect(await run()).toBe(0);
  expect(said.join("\n")).toMatch(/it is new\..*nobody who gets alerts\./s);
});

test("without the right to read the template it says so, and what deploys all the same", async () => {
  failure = Object.assign(new Error("User is not authorized"), { name: "AccessDenied" });
  await expect(run()).rejects.toThrow(/cloudformation:GetTemplate.* npx cdk deploy/);
});

test("without credentials it says so before anything is synthesised", async () => {
  const env = { AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true", HOME: folder };
  const { code, out, err } = await runScript("cdk", ["deploy"], env);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/^No AWS credentials were found: [^\n]+\n[^\n]*\n?$/);
});

describe("a setting in a form that the CDK CLI drops is refused with the right one", () => {
  test.each([
    [["--alertEmails=a@example.com"], "-c alertEmails=a@example.com"],
    [["--alert-emails", "a@example.com"], "-c alertEmails=VALUE"],
    [["--alertEmail=a@example.com"], "-c alertEmails=a@example.com"],
    [["alertEmails=a@example.com"], "-c alertEmails=a@example.com"],
    [["--force", "alertEmails=a@example.com"], "-c alertEmails=a@example.com"],
    [["colour=red"], "-c colour=red"],
    [["-c", "label"], "-c label=VALUE"],
    [["-c", "label=a", "--context=label=b"], "given twice"],
    [["-c"], "needs a setting"],
    [["--remove-subscriber"], "needs the address"],
    [["--remove-subscriber", "-c", "label=a"], "needs the address"],
    [["--remove-subcriber", "a@example.com"], "did you mean --remove-subscriber?"],
    [["--settings", "mine"], "needs file or deployed"],
    [["--stack", "Prod"], "-c stackName="],
  ])("%j", (words, sentence) => {
    expect(() => parseTyped(["deploy", ...words], {})).toThrow(sentence);
  });

  test.each([
    ["npm_config_alertemails", "a@example.com", "-- -c alertEmails=a@example.com"],
    ["npm_config_remove_subscriber", "a@example.com", "-- --remove-subscriber a@example.com"],
    ["npm_config_call", "label=a", "-- -c label=a"],
  ])("or one that npm takes for itself: %s", (name, value, sentence) => {
    const env = { npm_lifecycle_event: "deploy", [name]: value };
    expect(() => parseTyped(["deploy"], env)).toThrow(sentence);
  });

  test.each([
    [["--tags", "team=a"]],
    [["--parameters", "x=y"]],
    [["--outputs-file", "a=b.json"]],
    [["--profile", "prod", "--require-approval=never", "--force", "--progress", "events"]],
  ])("and CDK's own options pass: %j", (words) => {
    expect(parseTyped(["deploy", ...words], {}).cdk).toEqual(["deploy", ...words]);
  });

  test("or a misspelt name: by the setting that was meant", async () => {
    await expect(run("-c", "alertMails=a@example.com")).rejects.toThrow(
      "did you mean alertEmails?",
    );
  });
});
