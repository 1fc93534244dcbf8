import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROTECT } from "../../lambda/shared/names.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../support/builders.ts";
import { type GraphApi, startGraphApi } from "../support/graph-api.ts";
import type { AlertQueue } from "./alert-queue.ts";
import type { Clients } from "./clients.ts";
import type { Deployment } from "./deployment.ts";
import type { Shell } from "./shell.ts";
import { type createSystem, hasAwsCli, waitUntil } from "./system.ts";

interface Deployed {
  readonly deployment: Deployment;
  readonly system: ReturnType<typeof createSystem>;
  readonly clients: Clients;
  readonly shell: Shell;
  readonly alerts: AlertQueue;
  /** Posts a body, signed. */
  deliver(body: string): Promise<number>;
}

const APP_ID = "1234567890123456";
const TOKEN = "EAAJtokenThatTheWatchdogKeeps";
const NUMBER = "15550007777";
const OTHER = "15550008888";

/** The deployed function with a kept token, on a stand-in of Meta. */
export function describeProtect(deployed: () => Deployed): void {
  describe("npm run protect", () => {
    const wabaId = newWabaId();
    let graph: GraphApi;

    beforeAll(async () => {
      graph = await startGraphApi();
      await keepToken(deployed(), graph, wabaId);
      await turnOff(deployed(), wabaId, NUMBER);
    });
    afterAll(() => graph?.close());

    const toScript = (more = "") =>
      `npm run --silent protect -- --stack ${deployed().deployment.stackName} --phone ${NUMBER} --as "Ann Example" --yes ${more}`;

    test("says in a sentence that the token lacks a permission, and sets nothing", async () => {
      const { system, shell } = deployed();
      const said = await shell.ask(toScript());
      expect(said.replace(/\s+/g, " ")).toContain(
        "lacks the permission whatsapp_business_messaging",
      );
      expect(await system.alertStateOf(wabaId)).toBe("open");
      graph.tokens.get(TOKEN)?.scopes.push("whatsapp_business_messaging");
    });

    test("is denied in a sentence to whoever may not invoke the alias", async (context) => {
      const { shell, deployment } = deployed();
      if (!(await hasAwsCli(shell))) context.skip("The AWS CLI is not installed.");
      const policy = toPolicy("cloudformation:DescribeStacks");
      const keys = await shell.run(`aws iam create-user --user-name guest > /dev/null
        aws iam put-user-policy --user-name guest --policy-name one --policy-document '${policy}'
        aws iam create-access-key --user-name guest --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text`);
      const [id, secret] = keys.trim().split(/\s+/);
      const login = `AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret}`;
      const said = await shell.ask(`${login} ${toScript()}`);
      expect(said.replace(/\s+/g, " ")).toContain(
        `These AWS credentials may not set a PIN: allow them lambda:InvokeFunction on ${deployment.output("ProtectFunctionArn")}`,
      );
    });

    test("has the function set a PIN, store it, and answer the alert", async () => {
      const { system, shell, clients, deployment, alerts } = deployed();
      const { numbers } = JSON.parse(await shell.run(toScript("--json")));
      expect(numbers).toMatchObject([{ number: NUMBER, outcome: "protected" }]);
      const pin = graph.accounts.get(wabaId)?.numbers[0]?.pin;
      const Name = `/whatsapp-pins/${deployment.stackName}/${NUMBER}`;
      const read = new GetParameterCommand({ Name, WithDecryption: true });
      const { Parameter } = await clients.ssm.send(read);
      expect(Parameter).toMatchObject({ Type: "SecureString", Value: pin });
      expect(await system.alertStateOf(wabaId)).toBe("acknowledged");
      await waitUntil(async () => (await alerts.kindsOf(wabaId)).includes("acknowledged"));
      expect(JSON.stringify(await alerts.all())).not.toContain(pin);
    });

    test("so does the button of an alert's page, by the other function", async () => {
      const { system, alerts, deployment } = deployed();
      const account = newWabaId();
      const numbers = [
        { id: "8", display_phone_number: `+${OTHER}`, is_pin_enabled: false, pin: "" },
      ];
      graph.accounts.set(account, { apps: [APP_ID], numbers });
      graph.tokens.get(TOKEN)?.wabaIds.push(account);
      await turnOff(deployed(), account, OTHER);
      const link = await system.linkOf(account);
      const body = new URLSearchParams({ name: "Ben Example", protect: "now" });
      const name = deployment.output("WatchdogFunctionName");
      const path = `/2015-03-31/functions/${name}/invocations?Qualifier=${PROTECT.linkAlias}`;
      const headers = { "x-protect-by-link": path };
      const pressed = await fetch(link, { method: "POST", headers, body, redirect: "manual" });
      expect([pressed.status, pressed.headers.get("location")]).toEqual([
        303,
        expect.stringMatching(/#pin$/),
      ]);
      await waitUntil(async () => (await system.alertStateOf(account)) === "acknowledged");
      await waitUntil(async () => (await alerts.kindsOf(account)).includes("acknowledged"));
      const page = await (await fetch(link, { headers })).text();
      expect(page).toContain("A new PIN is set");
      expect(numbers[0]?.pin).toMatch(/^\d{6}$/);
      expect(page + JSON.stringify(await alerts.all())).not.toContain(numbers[0]?.pin);
    });
  });
}

/** The number's two-step verification, which is alerted. */
async function turnOff({ system, deliver }: Deployed, id: string, phone: string): Promise<void> {
  const change = { display_phone_number: phone, event: "PIN_REQUEST_SUCCESS" };
  const time = Math.floor(Date.now() / 1000) - 2;
  const changes = [securityChange(resetRequest(change))];
  await system.freePlaces();
  expect(await deliver(payload(entry({ id, time, changes })))).toBe(200);
  await waitUntil(async () => (await system.alertStateOf(id)) === "open");
}

/** As `connect --keep-token` leaves it, at first with one permission; Meta is where the stand-in is. */
async function keepToken(
  { deployment, clients, system }: Deployed,
  graph: GraphApi,
  wabaId: string,
): Promise<void> {
  const stored = await system.readSecret();
  const secret = stored.appSecrets[0] ?? "";
  graph.apps.set(APP_ID, { name: "Security hooks", secret });
  const number = { id: "7", display_phone_number: `+${NUMBER}`, is_pin_enabled: false };
  graph.accounts.set(wabaId, { apps: [APP_ID], numbers: [number] });
  const scopes = ["whatsapp_business_management"];
  graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds: [wabaId] });
  const put = (SecretId: string, value: object) =>
    clients.secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }),
    );
  await put(deployment.output("SecretName"), { ...stored, appId: APP_ID });
  await put(deployment.output("TokenSecretArn"), { token: TOKEN, wabaIds: [] });
  const FunctionName = deployment.output("WatchdogFunctionName");
  const read = new GetFunctionConfigurationCommand({ FunctionName });
  const { Environment } = await clients.lambda.send(read);
  const Variables = { ...Environment?.Variables, GRAPH_URL: graph.url };
  const update = { FunctionName, Environment: { Variables } };
  await clients.lambda.send(new UpdateFunctionConfigurationCommand(update));
}

function toPolicy(action: string): string {
  const Statement = [{ Effect: "Allow", Action: action, Resource: "*" }];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
