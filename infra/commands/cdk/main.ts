import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runCommand } from "../../cli/command.ts";
import { assertSettingsArrive } from "./settings.ts";

/** The CDK CLI, behind `npm run deploy` and `npm run synth`. */
await runCommand(async () => {
  const args = process.argv.slice(2);
  assertSettingsArrive(args, process.env);
  const cli = createRequire(import.meta.url).resolve("aws-cdk/package.json");
  const child = spawn(process.execPath, [join(dirname(cli), "bin/cdk"), ...args], {
    stdio: "inherit",
  });
  // Ctrl-C reaches both: the CLI decides how to end.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  const [code] = await once(child, "exit");
  return code ?? 1;
});
