import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { bundleFunction } from "../../../infra/stack/bundle/bundle.ts";
import { parseSettings } from "../../../infra/stack/settings.ts";
import { SecurityWebhookStack } from "../../../infra/stack/stack.ts";

function contentOf(folder: string): Record<string, Buffer> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
}

test("what is deployed are the bundles that are tested and measured, byte for byte", () => {
  const app = new App({ builtinCloudFormationValidation: false });
  const settings = parseSettings({});
  const stack = new SecurityWebhookStack(app, "Asset", { settings });
  const assembly = app.synth();
  const manifest = JSON.parse(
    readFileSync(join(assembly.directory, `${stack.artifactId}.assets.json`), "utf8"),
  );
  const folders = Object.values<{ source: { path: string; packaging: string } }>(manifest.files)
    .filter(({ source }) => source.packaging === "zip")
    .map(({ source }) => join(assembly.directory, source.path));
  const built = [bundleFunction(), bundleFunction("watchdog")];
  expect(folders).toHaveLength(2);
  for (const folder of built) expect(folders.map(contentOf)).toContainEqual(contentOf(folder));
});
