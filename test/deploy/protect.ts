import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROTECT } from "../../lambda/shared/names.ts";
import { newWabaId } from "../support/builders.ts";
import { type GraphApi, startGraphApi } from "../support/graph-api.ts";
import { lambda, ssm } from "./clients.ts";
import { ask, run } from "./deployment.ts";
import {
  alertStateOf,
  alerts,
  deliverNow,
  deployment,
  freePlaces,
  hasAwsCli,
  linkOf,
  output,
  readSecret,
  untilAnnounced,
  untilStateIs,
  writeSecret,
} from "./system.ts";

const APP_ID = "1234567890123456";
const TOKEN = "EAAJtokenThatTheWatchdogKeeps";
const NUMBER = "15550007777";
const OTHER = "15550008888";
const { stackName } = deployment;
const COMMAND = `npm run --silent protect -- --stack ${stackName} --phone ${NUMBER} --as "Ann Example" --yes`;

/** The deployed function with a kept token, on a stand-in of Meta. */
export function describeProtect(): void {
  describe("npm run protect", () => {
    const wabaId = newWabaId();
    let graph: GraphApi;

    beforeAll(async () => {
      graph = await startGraphApi();
      await keepToken(graph, wabaId);
      await turnOff(wabaId, NUMBER);
    });
    afterAll(() => graph?.close());

    test("says in a sentence that the token lacks a permission, and sets nothing", async () => {
      expect((await ask(COMMAND)).replace(/\s+/g, " ")).toContain(
        "lacks the permission whatsapp_business_messaging",
      );
      expect(await alertStateOf(wabaId)).toBe("open");
      graph.tokens.get(TOKEN)?.scopes.push("whatsapp_business_messaging");
    });

    test("is denied in a sentence to whoever may not invoke the alias", async (context) => {
      if (!(await hasAwsCli())) context.skip("The AWS CLI is not installed.");
      const Statement = [
        { Effect: "Allow", Action: "cloudformation:DescribeStacks", Resource: "*" },
      ];
      const policy = JSON.stringify({ Version: "2012-10-17", Statement });
      const keys = await run(`aws iam create-user --user-name guest > /dev/null
        aws iam put-user-policy --user-name guest --policy-name one --policy-document '${policy}'
        aws iam create-access-key --user-name guest --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text`);
      const [id, secret] = keys.trim().split(/\s+/);
      const said = await ask(`AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret} ${COMMAND}`);
      expect(said.replace(/\s+/g, " ")).toContain(
        `These AWS credentials may not set a PIN: allow them lambda:InvokeFunction on ${output("ProtectFunctionArn")}`,
      );
    });

    test("has the function set a PIN, store it, and answer the alert", async () => {
      const { numbers } = JSON.parse(await run(`${COMMAND} --json`));
      expect(numbers).toMatchObject([{ number: NUMBER, outcome: "protected" }]);
      const pin = graph.accounts.get(wabaId)?.numbers[0]?.pin;
      const Name = `/whatsapp-pins/${stackName}/${NUMBER}`;
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
      expect(Parameter).toMatchObject({ Type: "SecureString", Value: pin });
      expect(await alertStateOf(wabaId)).toBe("acknowledged");
      await untilAnnounced(wabaId);
      expect(JSON.stringify(await alerts.all())).not.toContain(pin);
    });

    test("so does the button of an alert's page, by the other function", async () => {
      const account = newWabaId();
      const number = { id: "8", display_phone_number: `+${OTHER}`, is_pin_enabled: false, pin: "" };
      graph.accounts.set(account, { apps: [APP_ID], numbers: [number] });
      graph.tokens.get(TOKEN)?.wabaIds.push(account);
      await turnOff(account, OTHER);
      const link = await linkOf(account);
      const body = new URLSearchParams({ name: "Ben Example", protect: "now" });
      const name = output("WatchdogFunctionName");
      const path = `/2015-03-31/functions/${name}:${PROTECT.linkAlias}/invocations`;
      const headers = { "x-protect-by-link": path };
      const pressed = await fetch(link, { method: "POST", headers, body, redirect: "manual" });
      expect(pressed.status).toBe(303);
      expect(pressed.headers.get("location")).toMatch(/#pin$/);
      await untilStateIs(account, "acknowledged");
      await untilAnnounced(account);
      const page = await (await fetch(link, { headers })).text();
      expect(page).toContain("A new PIN is set");
      expect(number.pin).toMatch(/^\d{6}$/);
      expect(page + JSON.stringify(await alerts.all())).not.toContain(number.pin);
    });
  });
}

/** The number's two-step verification, which is alerted. */
async function turnOff(wabaId: string, phone: string): Promise<void> {
  await freePlaces();
  await deliverNow(wabaId, "PIN_REQUEST_SUCCESS", phone);
  await untilStateIs(wabaId, "open");
}

/** As `connect --keep-token` leaves it, at first with one permission; Meta is where the stand-in is. */
async function keepToken(graph: GraphApi, wabaId: string): Promise<void> {
  const stored = await readSecret();
  graph.apps.set(APP_ID, { name: "Security hooks", secret: stored.appSecrets[0] ?? "" });
  const number = { id: "7", display_phone_number: `+${NUMBER}`, is_pin_enabled: false };
  graph.accounts.set(wabaId, { apps: [APP_ID], numbers: [number] });
  const scopes = ["whatsapp_business_management"];
  graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds: [wabaId] });
  await writeSecret(output("SecretName"), { ...stored, appId: APP_ID });
  await writeSecret(output("TokenSecretArn"), { token: TOKEN, wabaIds: [] });
  const FunctionName = output("WatchdogFunctionName");
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, GRAPH_URL: graph.url };
  const update = { FunctionName, Environment: { Variables } };
  await lambda.send(new UpdateFunctionConfigurationCommand(update));
}
