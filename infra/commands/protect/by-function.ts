import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import * as v from "valibot";
import type { ProtectRequest } from "../../../lambda/protect/request.ts";
import { OUTCOMES, type ProtectResult, toRefused } from "../../../lambda/protect/result.ts";
import { hadNoEffect } from "../../../lambda/shared/failure.ts";
import { isAccessDenied, toSentence } from "../../../lambda/shared/sentence.ts";
import { UserError } from "../../cli/errors.ts";

/** Longer than any run. A second attempt would be a second run. */
const CLIENT = {
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 180_000,
    throwOnRequestTimeout: true,
  },
} as const;

const Result = v.object({
  outcome: v.picklist(OUTCOMES),
  sentence: v.string(),
  version: v.optional(v.number()),
});

/** Has the watchdog's function set a PIN, with the token that it keeps. */
export async function protectByFunction(
  functionArn: string,
  protect: ProtectRequest,
): Promise<ProtectResult> {
  const client = new LambdaClient(CLIENT);
  const Payload = JSON.stringify({ protect });
  try {
    const answer = await client.send(new InvokeCommand({ FunctionName: functionArn, Payload }));
    const text = answer.Payload?.transformToString() ?? "";
    if (answer.FunctionError !== undefined) return toUnknown("The function failed: see its log.");
    const result = v.safeParse(v.pipe(v.string(), v.parseJson(), Result), text);
    if (!result.success) return toUnknown("The function's answer was not understood.");
    const { version, ...rest } = result.output;
    return { ...rest, ...(version !== undefined && { version }) };
  } catch (error) {
    if (isAccessDenied(error)) return toRefused(new UserError(toDenied(functionArn)));
    return hadNoEffect(error) ? toRefused(error) : toUnknown(toSentence(error));
  }
}

function toDenied(functionArn: string): string {
  return `These AWS credentials may not set a PIN: allow them lambda:InvokeFunction on ${functionArn}, or set WHATSAPP_SYSTEM_USER_TOKEN.`;
}

function toUnknown(why: string): ProtectResult {
  return {
    outcome: "doubtful",
    sentence: `It is not known whether a new PIN was set. ${why} Run it again: every PIN that Meta may have is stored.`,
  };
}
