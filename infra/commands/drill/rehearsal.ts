import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { isAccessDenied } from "../../../lambda/shared/sentence.ts";
import { wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";

const Answer = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.object({
      accounts: v.array(v.object({ wabaId: v.string(), fault: v.optional(v.string()) })),
    }),
    v.object({ sentence: v.string() }),
  ]),
);

/** Whether `npm run protect` would work, for each account; no PIN is set. Nothing on the local run. */
export async function rehearseProtect(deployment: Deployment): Promise<string[]> {
  if (!deployment.aws) return [];
  const { protectFunctionArn } = deployment.aws;
  const lines = protectFunctionArn ? await ask(protectFunctionArn) : [toTyped(deployment)];
  return ["", "A new PIN for a number:", ...lines.flatMap((line) => wrap(line, "  "))];
}

function toTyped(deployment: Deployment): string {
  return `${deployment.command("protect")} asks for a system-user token: the setting protect is off.`;
}

async function ask(functionArn: string): Promise<string[]> {
  const Payload = JSON.stringify({ protect: "rehearse" });
  try {
    const client = new LambdaClient();
    const answer = await client.send(new InvokeCommand({ FunctionName: functionArn, Payload }));
    const result = v.safeParse(Answer, answer.Payload?.transformToString());
    if (!result.success) return ["The watchdog's function failed: see its log."];
    if ("sentence" in result.output) return [result.output.sentence];
    return result.output.accounts.map(({ wabaId, fault }) =>
      fault === undefined
        ? `account ${wabaId}: npm run protect would work`
        : `account ${wabaId}: ${fault}`,
    );
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return [
      `These AWS credentials may not ask: allow them lambda:InvokeFunction on ${functionArn}.`,
    ];
  }
}
