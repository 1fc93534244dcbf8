import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fitToEmulator } from "./assembly.ts";
import { environment } from "./clients.ts";
import { createShell } from "./shell.ts";

const SETTINGS = [
  "alertEmails=security@example.com",
  "alertPhoneNumbers=+4915112345678",
  "operationsEmails=operations@example.com",
  "protect=true",
  "protectByLink=true",
];

export const { run, ask } = createShell();

/** Synthesises, bootstraps and deploys with the real CLI. */
export async function deploy() {
  // An emulator that ran before keeps the table of each stack, and names it the same each time.
  const stackName = `Webhook-${randomBytes(4).toString("hex")}`;
  const settings = [`stackName=${stackName}`, ...SETTINGS].join(" -c ");
  const assembly = mkdtempSync(join(environment.TMPDIR, "assembly-"));
  const outputsFile = join(assembly, "outputs.json");
  await run(`npx cdk synth --quiet --output ${assembly} -c ${settings}`);
  fitToEmulator(assembly, stackName);
  await run(`npx cdk bootstrap --app ${assembly}`);
  await run(
    `npx cdk deploy --app ${assembly} --require-approval never --outputs-file ${outputsFile}`,
  );
  // As one does before an update: nothing has changed.
  await run(`npx cdk diff --app ${assembly} --fail`);
  const outputs = JSON.parse(readFileSync(outputsFile, "utf8"))[stackName];
  return {
    stackName,
    /** An output of the stack. Throws when it has none of that name. */
    output(name: string): string {
      const value = outputs[name];
      if (typeof value !== "string") throw new Error(`The stack has no output ${name}`);
      return value;
    },
    destroy: () => run(`npx cdk destroy --app ${assembly} --force`),
  };
}
