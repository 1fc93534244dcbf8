import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { cloudformation, dynamodb, environment } from "./clients.ts";
import { createShell } from "./shell.ts";

const ROOT = join(import.meta.dirname, "../..");
const stackName = `Kept-${randomBytes(4).toString("hex")}`;
const checkout = mkdtempSync(join(environment.TMPDIR, "checkout-"));
const { run } = createShell(checkout);

/** This repository with a cdk.context.json of its own, and a stack that fits the emulator. */
beforeAll(async () => {
  for (const name of ["infra", "lambda", "node_modules", "package.json", "test"]) {
    symlinkSync(join(ROOT, name), join(checkout, name));
  }
  const cdk = JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8"));
  const app = `${cdk.app} && npx node test/deploy/fit.ts`;
  writeFileSync(join(checkout, "cdk.json"), JSON.stringify({ ...cdk, app }));
  await run("npx cdk bootstrap -c alertEmails=a@example.com");
});

function deploy(options = ""): Promise<string> {
  return run(`npm run --silent deploy -- --require-approval never ${options}`);
}

function endpointsIn(template: string): string[] {
  const { Resources } = JSON.parse(template);
  const all = Object.values(Resources) as { Type: string; Properties: { Endpoint: string } }[];
  const found = all.filter(({ Type }) => Type === "AWS::SNS::Subscription");
  return found.map(({ Properties }) => Properties.Endpoint).sort();
}

async function deployedEndpoints(): Promise<string[]> {
  const { TemplateBody = "" } = await cloudformation.send(
    new GetTemplateCommand({ StackName: stackName }),
  );
  return endpointsIn(TemplateBody);
}

describe("npm run deploy, with the real CDK CLI", () => {
  const two = "-c alertEmails=a@example.com,b@example.com -c operationsEmails=ops@example.com";
  const all = ["a@example.com", "b@example.com", "ops@example.com"];

  /** The emulator refuses every Slack channel, as an account does that has one for it already. */
  test("a first deploy that is refused leaves no table behind, and nobody subscribed", async () => {
    const slack = "-c slackWorkspaceId=T01234567 -c slackChannelId=C01234567";
    await expect(
      deploy(`-c stackName=${stackName} -c alertEmails=typo@example.com ${slack}`),
    ).rejects.toThrow(/SlackChannel/);
    const { TableNames = [] } = await dynamodb.send(new ListTablesCommand());
    expect(TableNames.filter((name) => name.startsWith(stackName))).toEqual([]);
  });

  test("then with settings: everybody is subscribed", async () => {
    await deploy(`-c stackName=${stackName} ${two}`);
    expect(await deployedEndpoints()).toEqual(all);
  });

  test("then without any: everybody stays", async () => {
    await deploy();
    expect(await deployedEndpoints()).toEqual(all);
  });

  test("a bare cdk synth has the same subscriptions", async () => {
    await run("npx cdk synth --quiet --output synthesised");
    const template = join(checkout, "synthesised", `${stackName}.template.json`);
    expect(endpointsIn(readFileSync(template, "utf8"))).toEqual(all);
  });

  test("then with one address less: refused, and everybody stays", async () => {
    await expect(deploy("-c alertEmails=a@example.com")).rejects.toThrow(
      /unsubscribe\s+b@example\.com/,
    );
    expect(await deployedEndpoints()).toEqual(all);
  });

  test("--remove-subscriber lets it go", async () => {
    await deploy("--remove-subscriber b@example.com");
    expect(await deployedEndpoints()).toEqual(["a@example.com", "ops@example.com"]);
    await run("npx cdk destroy --force");
  });
});
