import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundleFunction } from "../../../infra/stack/bundle/bundle.ts";
import { EVERY_PART } from "../../support/synthesise.ts";

const ROOT = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "synth-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The real CLI, with neither credentials nor a region, as on a machine that never met AWS. */
function synth(settings: object) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  const own = { AWS_EC2_METADATA_DISABLED: "true", HOME: folder };
  const env = { ...Object.fromEntries(inherited), ...own };
  const context = `settings=${JSON.stringify({ Try: settings })}`;
  const args = ["synth", "--quiet", "--output", folder, "-c", context];
  const cdk = join(ROOT, "node_modules/.bin/cdk");
  return new Promise<{ status: unknown; stderr: string }>((resolve) => {
    execFile(cdk, args, { cwd: ROOT, env }, (error, _, stderr) =>
      resolve({ status: error?.code ?? 0, stderr }),
    );
  });
}

test("cdk synth ends with a wrong setting's sentence, no stack trace and exit code 1", async () => {
  const { status, stderr } = await synth({ alertPhoneNumbers: "0151" });
  expect(status).toBe(1);
  expect(stderr).toContain(
    'Setting alertPhoneNumbers contains "0151", which is not in E.164 form, such as +4915112345678.\n',
  );
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("cdk synth makes a stack with everything of nothing but the repository, within CloudFormation's rules", async () => {
  const { status, stderr } = await synth(EVERY_PART);
  expect(status, stderr).toBe(0);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  expect(read("Try.template.json")).toContain("Try/Function/Resource");
  const { pluginReports } = JSON.parse(read("validation-report.json"));
  expect(pluginReports, "of CloudFormation's rules").toEqual([]);

  // What is deployed are the bundles that are tested and measured, byte for byte.
  const contentOf = (bundle: string) =>
    readdirSync(bundle).map((name) => [name, readFileSync(join(bundle, name))]);
  const assets = readdirSync(folder).filter((name) => /^asset\.[0-9a-f]+$/.test(name));
  const deployed = assets.map((name) => contentOf(join(folder, name)));
  expect(deployed).toHaveLength(2);
  expect(deployed).toContainEqual(contentOf(bundleFunction()));
  expect(deployed).toContainEqual(contentOf(bundleFunction("watchdog")));
});
