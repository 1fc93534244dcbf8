import type { PublishCommandInput } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createLocalFunction } from "../../../infra/local/function.ts";
import { type Gateway, startGateway } from "../../../infra/local/gateway.ts";
import type { CheckResult } from "../../../lambda/checks/check.ts";
import { parseConfig } from "../../../lambda/shared/config.ts";
import { parseWatchdogConfig } from "../../../lambda/watchdog/config.ts";
import { APP_SECRET } from "../../support/builders.ts";
import { DOMAIN, type Domain, startDomain } from "../../support/domain.ts";
import {
  APP_ID,
  type OperatorWorld,
  STACK,
  startOperatorWorld,
} from "../../support/operator-world.ts";
import { runScript } from "../../support/processes.ts";
import { EVERY_PART, synthesise } from "../../support/synthesise.ts";
import { toText } from "../../support/template-text.ts";

const { certificateArn, hostedZoneId } = EVERY_PART;

/** API Gateway's own address, which Meta was given before there was a domain. */
const OWN_ADDRESS = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com";
const OLD_CALLBACK = `${OWN_ADDRESS}/webhook`;

/** Output and environments of the functions, as the template of these settings has them. */
function deployedWith(settings: Readonly<Record<string, unknown>>) {
  const { template, theOnly } = synthesise(settings);
  const environmentOf = (id: string) => {
    const { Variables } = theOnly("AWS::Lambda::Function", id).Properties.Environment;
    return Object.fromEntries(Object.entries(Variables).map(([name, v]) => [name, toValue(v)]));
  };
  return {
    webhookUrl: toValue(template.toJSON().Outputs.WebhookUrl.Value),
    publicUrl: parseConfig(environmentOf("Function")).publicUrl,
    watched: parseWatchdogConfig(environmentOf("Watchdog")).webhookUrl,
  };
}

/** As CloudFormation resolves it. */
function toValue(value: unknown): string {
  return toText(value)
    .replace("<Api.ApiEndpoint>", OWN_ADDRESS)
    .replace("<AWS::StackId>", "arn:aws:cloudformation:eu-central-1:123456789012:stack/Hooks/1");
}

describe("a stack with a domain of one's own", () => {
  const deployed = deployedWith({ domainName: DOMAIN, certificateArn, hostedZoneId });
  const published: PublishCommandInput[] = [];
  let world: OperatorWorld;
  let gateway: Gateway;
  let domain: Domain;

  beforeAll(async () => {
    world = await startOperatorWorld();
    const { dynamodbEndpoint, tableName, snsEndpoint, topicArn } = world;
    const { publicUrl = "" } = deployed;
    const sns = {
      async send({ input }: { input: PublishCommandInput }) {
        published.push(input);
        return { MessageId: "1" };
      },
    };
    const webhook = createLocalFunction(
      { dynamodbEndpoint, tableName, snsEndpoint, topicArn, publicUrl },
      { readSecret: async () => world.secretText, writeLine: () => {}, sns: sns as never },
    );
    gateway = await startGateway(webhook, 0);
    domain = await startDomain(gateway.url);
    visitAsMeta(domain);
  });
  afterAll(async () => {
    vi.unstubAllGlobals();
    await Promise.all([domain?.stop(), gateway?.stop(), world?.stop()]);
  });
  beforeEach(() => {
    world.reset();
    Object.assign(world.aws.stack?.outputs ?? {}, { WebhookUrl: deployed.webhookUrl });
    domain.asked.length = 0;
  });

  /** As it is typed, in a process for which the domain exists. */
  function run(name: string, ...args: string[]) {
    const aws = Object.entries(process.env).filter(([key]) => key.startsWith("AWS_"));
    const meta = { WHATSAPP_APP_ID: APP_ID, WHATSAPP_APP_SECRET: APP_SECRET };
    return runScript(name, args, { ...Object.fromEntries(aws), ...domain.env, ...meta });
  }

  function ask(name: string, ...args: string[]) {
    return run(name, "--stack", STACK, ...args);
  }

  async function checkOf(id: string): Promise<CheckResult | undefined> {
    const { out } = await ask("status", "--graph-url", world.graph.url, "--json");
    const { checks } = JSON.parse(out) as { checks: CheckResult[] };
    return checks.find((check) => check.id === id);
  }

  const subscription = () => world.graph.apps.get(APP_ID)?.subscription;

  test("is given to Meta by connect, once the old address may go", async () => {
    Object.assign(subscription() ?? {}, { callback_url: OLD_CALLBACK });
    expect(await checkOf("meta-callback")).toMatchObject({
      state: "failed",
      message: `Meta calls ${OLD_CALLBACK}, not https://${DOMAIN}/webhook.`,
      fix: expect.stringMatching(/^npm run connect -- --stack Hooks .*--replace-callback$/),
    });

    const given = ["--graph-url", world.graph.url, "--yes"];
    const refused = await ask("connect", ...given);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("--replace-callback");
    expect(subscription()?.callback_url).toBe(OLD_CALLBACK);

    const { code, out, err } = await ask("connect", ...given, "--replace-callback");
    expect(code, out + err).toBe(0);
    expect(subscription()).toMatchObject({
      callback_url: `https://${DOMAIN}/webhook`,
      fields: ["security"],
    });
    expect(await checkOf("meta-callback")).toMatchObject({ state: "ok" });
  });

  test("is where status makes its handshake and its forged delivery", async () => {
    expect(await checkOf("handshake")).toMatchObject({
      state: "ok",
      message: expect.stringContaining(`https://${DOMAIN}/webhook answered Meta's handshake`),
    });
    expect(await checkOf("forged")).toMatchObject({ state: "ok" });
    expect(new Set(domain.asked)).toEqual(new Set([`${DOMAIN}:443`]));
    expect(deployed.watched, "and so does the watchdog").toBe(`https://${DOMAIN}/webhook`);
  });

  test("is where a drill is sent", async () => {
    const { code, out, err } = await ask("drill");
    expect(code, out + err).toBe(0);
    expect(out).toContain(`sending PIN_RESET_REQUEST to https://${DOMAIN}/webhook`);
    expect(out).toContain("alert published");
    expect(new Set(domain.asked)).toEqual(new Set([`${DOMAIN}:443`]));
  });

  test("is in the link on which people answer, and the link opens", async () => {
    published.length = 0;
    const { code } = await run("simulate", "--url", deployed.webhookUrl, "--time", "now");
    expect(code).toBe(0);
    const { email } = JSON.parse(published[0]?.Message ?? "{}");
    const [link = ""] = /https:\S+\/incident\?\S+/.exec(email) ?? [];
    expect(link).toMatch(new RegExp(`^https://${DOMAIN}/incident\\?w=\\d+&k=`));
    const page = await domain.get(link);
    expect(page.status).toBe(200);
    expect(page.body).toContain("Nobody has answered");
  });
});

/** Of the stand-in for Meta, which makes its handshake from this process. */
function visitAsMeta(domain: Domain): void {
  const real = fetch;
  vi.stubGlobal("fetch", async (url: string | URL, init?: RequestInit) => {
    if (new URL(url).hostname !== DOMAIN) return real(url, init);
    const { status, body } = await domain.get(String(url));
    return new Response(body, { status });
  });
}

describe("a stack without one", () => {
  test("keeps API Gateway's own address in output, links and checks", () => {
    expect(deployedWith({})).toEqual({
      webhookUrl: `${OWN_ADDRESS}/webhook`,
      publicUrl: OWN_ADDRESS,
      watched: `${OWN_ADDRESS}/webhook`,
    });
  });
});
