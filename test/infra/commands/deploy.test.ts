import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTyped } from "../../../infra/commands/cdk/arguments.ts";
import { deploy, deploysThisApp } from "../../../infra/commands/cdk/deploy.ts";
import { parseSettings, toGivenSettings } from "../../../infra/stack/settings.ts";
import { runScript } from "../../support/processes.ts";
import { synthesise } from "../../support/synthesise.ts";

let folder: string;
let said: string[];
/** The deployed templates by their stack's name, as CloudFormation keeps them. */
let deployed: Map<string, string>;
/** What reading them fails with. */
let failure: Error | undefined;
const stack = { status: "" };
/** What the CDK CLI was given. */
let passed: readonly string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkout-"));
  said = [];
  deployed = new Map();
  failure = undefined;
  stack.status = "CREATE_COMPLETE";
});
afterEach(() => rmSync(folder, { recursive: true }));

const cloudformation = {
  async send({ input }: { input: { StackName: string } }) {
    if (failure) throw failure;
    const TemplateBody = deployed.get(input.StackName);
    if (!TemplateBody) throw new Error(`Stack with id ${input.StackName} does not exist`);
    return { TemplateBody, Stacks: [{ StackStatus: stack.status }] };
  },
} as unknown as CloudFormationClient;

/** `npm run deploy -- …` in this folder. */
async function run(...words: string[]): Promise<number> {
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
  passed = args;
  const options = args.filter((_, index) => args[index - 1] === "-c");
  const typed = options.map((option) => option.split(/=(.*)/s, 2));
  const context = {
    ...read("cdk.context.json"),
    ...(read("cdk.json").context ?? {}),
    ...Object.fromEntries(typed),
  };
  const settings = parseSettings(context);
  if (settings.label === "FAILS") return 1;
  deployed.set(settings.stackName, toTemplate(context));
  return 0;
}

/** Most tests deploy the same settings, and a synthesis takes longer than all the rest. */
const templates = new Map<string, string>();

function toTemplate(context: Record<string, unknown>): string {
  const key = JSON.stringify(context);
  const known = templates.get(key);
  if (known !== undefined) return known;
  const { template } = synthesise(context, toGivenSettings(context));
  const text = JSON.stringify(template.toJSON());
  templates.set(key, text);
  return text;
}

function read(name: string) {
  const file = join(folder, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

function write(name: string, content: object | string): void {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  writeFileSync(join(folder, name), text);
}

const NAME = "WhatsAppSecurityWebhook";

/** Who is subscribed now. */
function subscribers(stackName = NAME): string[] {
  const { Resources } = JSON.parse(deployed.get(stackName) ?? "{}");
  const all = Object.values(Resources) as { Type: string; Properties: { Endpoint: string } }[];
  const found = all.filter(({ Type }) => Type === "AWS::SNS::Subscription");
  return found.map(({ Properties }) => Properties.Endpoint).sort();
}

const AB = "a@example.com,b@example.com";
const TWO = ["-c", `alertEmails=${AB}`, "-c", "label=Shop"];
const ONE = ["a@example.com", "a@example.com"];
const BOTH = [...ONE, "b@example.com", "b@example.com"];

describe("after a first deploy with settings", () => {
  beforeEach(async () => {
    expect([await run(...TWO), subscribers()]).toEqual([0, BOTH]);
  });

  test("a deploy without any keeps everybody and everything, and says that of none", async () => {
    expect(said).toEqual([
      `${NAME} is not deployed yet in this account and region: it is new.`,
      `The settings of ${NAME} are kept in cdk.context.json.`,
    ]);
    expect(passed).toEqual(["deploy", ...TWO]);
    expect(statSync(join(folder, "cdk.context.json")).mode & 0o777).toBe(0o600);
    said = [];
    expect(await run()).toBe(0);
    expect([subscribers(), said, passed]).toEqual([BOTH, [], ["deploy"]]);
    expect([runCdk([]), subscribers()], "a bare cdk deploy does, too").toEqual([0, BOTH]);
    expect(deployed.get(NAME)).toContain('"DEPLOYMENT_LABEL":"Shop"');
  });

  test("a deploy in a fresh clone takes them from the deployed stack", async () => {
    rmSync(join(folder, "cdk.context.json"));
    expect([await run(), subscribers()]).toEqual([0, BOTH]);
    expect(said.slice(2)).toEqual([
      `cdk.context.json has no settings of ${NAME}: those of the deployed stack are used.`,
      `The settings of ${NAME} are kept in cdk.context.json.`,
    ]);
    const kept = { [NAME]: { label: "Shop", alertEmails: AB.split(",") } };
    expect(passed).toEqual(["deploy", "-c", `settings=${JSON.stringify(kept)}`]);
    expect([runCdk([]), subscribers()]).toEqual([0, BOTH]);
  });

  function forgetSettings(): void {
    const { Metadata: _, ...template } = JSON.parse(deployed.get(NAME) ?? "{}");
    deployed.set(NAME, JSON.stringify(template));
    rmSync(join(folder, "cdk.context.json"));
  }

  test.each([
    ["is deployed", () => {}],
    ["failed to update", () => Object.assign(stack, { status: "UPDATE_ROLLBACK_COMPLETE" })],
    ["was deployed before its settings were kept", forgetSettings],
  ])("one address less of a stack that %s is refused, by its name", async (_, arrange) => {
    arrange();
    await expect(run("-c", "alertEmails=a@example.com")).rejects.toThrow(
      /^Nothing was deployed, because it would unsubscribe b@example\.com \(alerts, alarms\)\. Name them in the settings too; or, if they are to get no more of it, add --remove-subscriber b@example\.com$/,
    );
    expect(subscribers()).toEqual(BOTH);
    await run(...TWO);
    expect(said.slice(2).join(), "of the same settings").not.toMatch(/change|new|used/);
  });

  test.each([
    ["with the list that is left", ["-c", "alertEmails=a@example.com"]],
    ["alone", []],
  ])("--remove-subscriber lets it go, %s", async (_, more) => {
    expect(await run("--remove-subscriber", "b@example.com", ...more)).toBe(0);
    expect(said).toContain("Settings that change: alertEmails.");
    expect(subscribers()).toEqual(ONE);
    expect([await run(), subscribers()]).toEqual([0, ONE]);
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

  test.each([
    ["B@Example.com", ONE],
    ["b…@example.com", ONE],
    ["b@example.com, a@example.com", []],
  ])("--remove-subscriber %s", async (typed, left) => {
    expect([await run("--remove-subscriber", typed), subscribers()]).toEqual([0, left]);
  });

  test("--remove-subscriber takes of two that differ in case the one that is typed", async () => {
    await run("-c", `alertEmails=${AB},B@example.com`);
    expect(await run("--remove-subscriber", "B@example.com")).toBe(0);
    expect(subscribers()).toEqual(BOTH);
  });

  test.each([
    [
      "c@example.com",
      "c@example.com is not a subscriber of this stack, whose subscribers are a@example.com, b@example.com.",
    ],
    ["b…@example.com", "may be each of b@example.com, bo@example.com: give the whole address."],
    ["b@example.com,,a@example.com", "--remove-subscriber needs the address"],
  ])("--remove-subscriber %s names nobody, or more than one", async (typed, sentence) => {
    const more = typed.includes("…") ? ["-c", `alertEmails=${AB},bo@example.com`] : [];
    await expect(run(`--remove-subscriber=${typed}`, ...more)).rejects.toThrow(sentence);
    expect(subscribers()).toEqual(BOTH);
  });

  test("alarms whose last address goes follow the alerts again", async () => {
    const moved = ["--remove-subscriber", AB, "-c", "operationsEmails=o@example.com"];
    await run(...moved);
    expect([await run("--remove-subscriber", "o@example.com"), subscribers()]).toEqual([0, BOTH]);
    await run("-c", `operationsEmails=${AB}`);
    const left = [await run("--remove-subscriber", "b@example.com"), subscribers()];
    expect(left, "of each list that names it").toEqual([0, ONE]);
  });

  test("what somebody else has deployed meanwhile is not undone", async () => {
    const stale = read("cdk.context.json");
    await run("--remove-subscriber", "b@example.com", "-c", "protect=true", "-c", "label=");
    Object.assign(stale.settings[NAME], { protect: "", alertPhoneNumbers: "" });
    const restore = () => write("cdk.context.json", stale);
    restore();
    await expect(run()).rejects.toThrow(
      `Nothing was deployed: cdk.context.json and the deployed ${NAME} differ in alertEmails, label, protect. Somebody has deployed from elsewhere, or has changed the file. Add --settings deployed to go on from what is deployed, or --settings file to change it to what the file says.`,
    );
    write("cdk.json", { context: { label: "Shop" } });
    await expect(run("-c", "protect=false")).rejects.toThrow("differ in alertEmails. ");
    expect([await run("--settings", "deployed"), subscribers()]).toEqual([0, ONE]);
    expect(read("cdk.context.json").settings[NAME]).not.toHaveProperty("label");
    restore();
    expect([await run("--settings=file"), subscribers()]).toEqual([0, BOTH]);
  });

  test.each([
    ["is a change set alone", ["--no-execute", "-c", "label=Other"], 0],
    ["is not to be executed", ["--execute=false", "-c", "label=Other"], 0],
    ["is only to be looked at", ["--execute", "false", "-c", "label=Other"], 0],
    ["is prepared", ["--method=prepare-change-set", "-c", "label=Other"], 0],
    ["fails", ["-c", "label=FAILS"], 1],
  ])("a deploy that %s changes nothing that is kept", async (_, words, code) => {
    const before = read("cdk.context.json");
    expect(await run(...words)).toBe(code);
    expect(read("cdk.context.json")).toEqual(before);
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
    expect([await run("--remove-subscriber", "+49…5678"), subscribers()]).toEqual([0, BOTH]);
  });

  test("another stack has settings of its own", async () => {
    expect(await run("-c", "stackName=Other", "-c", "alertEmails=o@example.com")).toBe(0);
    expect(subscribers("Other")).toEqual(["o@example.com", "o@example.com"]);
    await expect(run()).rejects.toThrow("The settings of 2 stacks are kept");
    expect([await run("-c", `stackName=${NAME}`), subscribers()]).toEqual([0, BOTH]);
  });
});

test("settings in cdk.json hold, and are not kept a second time, beside CDK's own context", async () => {
  const named = ["-c", `stackName=${NAME}`];
  write("cdk.json", { context: { stackName: "Own", alertEmails: ["a@example.com"] } });
  write("cdk.context.json", { "availability-zones:account=1": ["a"] });
  expect(await run(...named, "-c", "label=Shop")).toBe(0);
  expect(read("cdk.context.json")).toEqual({
    "availability-zones:account=1": ["a"],
    settings: { [NAME]: { label: "Shop" } },
  });
  await expect(run("--remove-subscriber", "a@example.com")).rejects.toThrow(
    "take the address out of alertEmails, which is in cdk.json.",
  );
  // What is typed wins over the file.
  await expect(run(...named, "-c", "alertEmails=b@example.com")).rejects.toThrow(
    "it would unsubscribe a@example.com",
  );
});

test("a file of settings that is not JSON is not overwritten", async () => {
  write("cdk.context.json", "{");
  await expect(run()).rejects.toThrow("cdk.context.json is not JSON: correct it");
  expect(readFileSync(join(folder, "cdk.context.json"), "utf8")).toBe("{");
});

test("a Slack channel is a subscriber, too", async () => {
  await run("-c", "slackWorkspaceId=T01234567", "-c", "slackChannelId=C01234567");
  expect(said.join(), "of alerts and alarms").not.toContain("nobody");
  const both = ["-c", "slackWorkspaceId=", "-c", "slackChannelId="];
  await expect(run(...both)).rejects.toThrow("unsubscribe C01234567 (alerts and alarms)");
  expect(await run("--remove-subscriber", "C01234567")).toBe(0);
  expect(read("cdk.context.json").settings[NAME]).toEqual({});
});

const ENDED =
  "CREATE_FAILED ROLLBACK_COMPLETE ROLLBACK_FAILED REVIEW_IN_PROGRESS DELETE_COMPLETE DELETE_FAILED DELETE_IN_PROGRESS";

test.each(ENDED.split(" "))("a first deploy that ended in %s subscribed nobody", async (ended) => {
  await run("-c", "alertEmails=typo@example.com", "-c", "label=Shop");
  rmSync(join(folder, "cdk.context.json"));
  stack.status = ended;
  expect([await run("-c", "alertEmails=a@example.com"), subscribers()]).toEqual([0, ONE]);
  const settings = { alertEmails: ["a@example.com"] };
  expect(read("cdk.context.json").settings[NAME], "its own are not taken").toEqual(settings);
});

test("without anybody in the settings it says that the stack is new, and who gets nothing", async () => {
  const nobody = run("--remove-subscriber", "a@example.com");
  await expect(nobody).rejects.toThrow(/ a@example\.com is not a subscriber of this stack\.$/);
  expect(await run()).toBe(0);
  expect(said).toEqual([
    `${NAME} is not deployed yet in this account and region: it is new.`,
    "These settings name nobody who gets alerts.",
    "These settings name nobody who gets alarms.",
    `The settings of ${NAME} are kept in cdk.context.json.`,
  ]);
  said = [];
  await run("-c", "operationsEmails=o@example.com");
  expect(said.slice(0, 2)).toEqual([
    "Settings that change: operationsEmails.",
    "These settings name nobody who gets alerts.",
  ]);
});

test("without the right to read the template it says so, and what deploys all the same", async () => {
  failure = Object.assign(new Error("User is not authorized"), { name: "AccessDenied" });
  await expect(run()).rejects.toThrow(
    "Nothing was deployed: these AWS credentials may not read the deployed template (cloudformation:DescribeStacks, cloudformation:GetTemplate), so that nobody can say whom the deploy would unsubscribe. Allow it, or use npx cdk deploy, which does not look.",
  );
  failure = new Error("Rate exceeded");
  await expect(run()).rejects.toThrow("Rate exceeded");
  expect(deployed.size).toBe(0);
});

describe("the command", () => {
  /** In an account without credentials, whose profile `shop` names the region. */
  function runHere(...args: string[]) {
    mkdirSync(join(folder, ".aws"));
    write(".aws/config", "[profile shop]\nregion = eu-west-1\n");
    const env = { AWS_EC2_METADATA_DISABLED: "true", HOME: folder, AWS_PROFILE: "no" };
    return runScript("cdk", args, env);
  }

  const NO_CREDENTIALS = /^No AWS credentials were found: [^\n]+\n([^\n]*\n)?$/;

  test.each([
    [["deploy"], /^No AWS region is set: [^\n]+\n([^\n]*\n)?$/],
    [["deploy", "--profile=no", "--profile", "shop", "--force"], NO_CREDENTIALS],
    [["deploy", "--profile", "no", "--profile=shop"], NO_CREDENTIALS],
    [["deploy", "-c", "alertMails=a"], /^Setting alertMails is .*: did you mean alertEmails\?\n$/],
  ])("%j ends in a sentence before anything is synthesised", async (args, sentence) => {
    const { code, out, err } = await runHere(...args);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(sentence);
  });

  test.each([
    [["deploy", "--help"], 0, /^cdk deploy/],
    [["deploy", "--app", "false"], 1, /^$/],
    [["deploy", "-a", "kill -KILL $PPID"], 1, /^$/],
  ])("%j is the CDK CLI's, and so is its exit code", async (args, code, shown) => {
    const { out, ...ended } = await runHere(...args, `--output=${folder}/cdk.out`);
    expect([ended.code, out]).toEqual([code, expect.stringMatching(shown)]);
    expect(ended.err).not.toContain("No AWS");
  });
});

test("only a deploy of what is synthesised here is compared with the deployed stack", () => {
  const others = "synth,doctor,deploy -h,deploy --version,deploy --app=cdk.out,deploy --force -a x";
  for (const words of others.split(","))
    expect(deploysThisApp(words.split(" ")), words).toBe(false);
  for (const words of ["deploy", "deploy --all -c label=--help"]) {
    expect(deploysThisApp(words.split(" "))).toBe(true);
  }
});

describe("a setting in a form that the CDK CLI drops is refused with the right one", () => {
  test.each([
    [["--alertEmails=a@example.com"], "-c alertEmails=a@example.com"],
    [["--alert-emails", "a@example.com"], /^--alert-emails is not an .*\n.* -c alertEmails=VALUE$/],
    [["--alertMail=a@example.com"], "npm run synth -- -c alertEmails=a@example.com"],
    [["alertEmails=a@example.com"], "-c alertEmails=a@example.com"],
    [["--force", "alertEmails=a@example.com"], "-c alertEmails=a@example.com"],
    [["colour=red"], "-c colour=red"],
    [["-c", "label"], "-c label=VALUE"],
    [["-c", "label=", "--context=label=b"], /^The setting label is given twice.* -c label=a,b\.$/],
    [["-c"], "-c needs a setting, name=value."],
    [["--context", "--force"], "--context needs a setting, name=value."],
    [["--remove-subscriber"], /^--remove-subscriber needs the address .* as old@example\.com\.$/],
    [["--remove-subscriber", "-c", "label=a"], "needs the address"],
    [["--remove-subcriber", "a@example.com"], "did you mean --remove-subscriber?"],
    [["--settings", "mine"], "--settings needs file or deployed."],
    [["--settings"], "--settings needs file or deployed."],
    [["--stack", "Prod"], "npm run synth -- -c stackName=NAME"],
    [["--stack=Prod"], "-c stackName=Prod"],
  ])("%j", (words, sentence) => {
    expect(() => parseTyped(["synth", ...words], {})).toThrow(sentence);
  });

  test.each([
    ["npm_config_alertemails", "a@example.com", "-- -c alertEmails=a@example.com"],
    ["npm_config_remove_subscriber", "a@example.com", "-- --remove-subscriber a@example.com"],
    ["npm_config_call", "label=a", "-- -c label=a"],
    ["npm_config_context", "true", "-- -c name=value"],
    ["npm_config_settings", "file", "-- --settings file"],
    ["npm_config_profile", "prod", "-- --profile prod"],
  ])("or one that npm takes for itself: %s", (name, value, sentence) => {
    const env = { npm_lifecycle_event: "deploy", [name]: value };
    expect(() => parseTyped(["deploy"], env)).toThrow(sentence);
    expect(() => parseTyped(["synth"], env), "typed for another script").not.toThrow();
    expect(() => parseTyped(["deploy"], { ...env, [name]: "" }), "empty").not.toThrow();
  });

  test.each<[string[], object?]>([
    [["--tags", "label=a", "-t", "protect=c", "Hooks"]],
    [["--parameters", "label=y"]],
    [["-c=protect=true", "--context", "label=a\nb "], { protect: "true", label: "a\nb " }],
    [["-c", "heartbeatUrl=https://a.example/?b=c"], { heartbeatUrl: "https://a.example/?b=c" }],
    [["--outputs-file", "a=b.json"]],
    [["--profile", "label", "--require-approval=never", "--force", "--progress", "events"]],
  ])("and CDK's own options pass: %j", (words, settings = {}) => {
    const typed = { cdk: ["deploy", ...words], removals: [], settings };
    expect(parseTyped(typed.cdk, {})).toEqual(typed);
  });

  test("and its own are kept from the CDK CLI", () => {
    const words = "deploy --settings=deployed --settings file --remove-subscriber a@b.de --force";
    const cdk = ["deploy", "--force"];
    const typed = { source: "file", removals: ["a@b.de"], settings: {}, cdk };
    expect(parseTyped(words.split(" "), {})).toEqual(typed);
  });
});
