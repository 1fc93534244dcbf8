import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { runCommand } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import { SettingsError } from "../../stack/settings.ts";
import { parseTyped, toValue } from "./arguments.ts";
import { deploy, deploysThisApp } from "./deploy.ts";

/** The CDK CLI, behind `npm run deploy` and `npm run synth`. */
await runCommand(async ({ info }) => {
  const typed = parseTyped(process.argv.slice(2), process.env);
  if (!deploysThisApp(typed.cdk)) return runCdk(typed.cdk);
  useProfile(typed.cdk);
  const cloudformation = new CloudFormationClient();
  try {
    return await deploy(typed, { folder: process.cwd(), cloudformation, info, runCdk });
  } catch (error) {
    throw error instanceof SettingsError ? new UserError(error.message) : error;
  }
});

/** The SDK is to look where the CLI does. */
function useProfile(args: readonly string[]): void {
  const profiles = args.map((arg, index) => toValue("--profile", arg, args[index - 1] ?? ""));
  const profile = profiles.findLast((each) => each !== undefined);
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
}

async function runCdk(args: readonly string[]): Promise<number> {
  const cli = createRequire(import.meta.url).resolve("aws-cdk/package.json");
  const child = spawn(process.execPath, [join(dirname(cli), "bin/cdk"), ...args], {
    stdio: "inherit",
  });
  // Ctrl-C reaches both: the CLI decides how to end.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  const [code] = await once(child, "exit");
  return code ?? 1;
}
