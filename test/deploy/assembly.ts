import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes out of a synthesised stack what MiniStack 1.5.33 lacks. Before the first deploy: the CLI
 * uploads a template under the hash that it was synthesised with.
 */
export function fitToEmulator(folder: string, stackName: string): void {
  rewrite(join(folder, `${stackName}.template.json`), (template) =>
    wrapHandlers(fitTemplate(template), folder),
  );
  rewrite(join(folder, `${stackName}.assets.json`), fitAssets);
}

function rewrite(file: string, change: (content: Json) => Json): void {
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")))));
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of CloudFormation's and CDK's own shapes.
type Json = any;

function fitTemplate(template: Json): Json {
  const all: [string, Json][] = Object.entries(template.Resources);
  const known = all.filter(([, resource]) => !isUnknown(resource));
  const unknown = new Set(all.map(([id]) => id).filter((id) => !known.some(([k]) => k === id)));
  const secrets = new Set(known.filter(([, { Type }]) => Type === SECRET).map(([id]) => id));
  const kept = { ...template, Resources: Object.fromEntries(known) };
  return mapObjects(kept, (value) => {
    // A dashboard shows the alarms that are left out, too.
    if (unknown.has(value["Fn::GetAtt"]?.[0])) return "";
    // The emulator's reference to a secret is its name, AWS' is its ARN.
    if (secrets.has(value.Ref)) return { "Fn::GetAtt": [value.Ref, "Id"] };
    // It speaks HTTP only.
    if (Array.isArray(value.Statement)) return withoutTls(value);
    return value;
  });
}

const SECRET = "AWS::SecretsManager::Secret";

/** Saved queries and secrets' policies are not there, and alarms watch one metric only. */
function isUnknown({ Type, Properties }: Json): boolean {
  if (Type === "AWS::Logs::QueryDefinition") return true;
  if (Type === "AWS::SecretsManager::ResourcePolicy") return true;
  return Type === "AWS::CloudWatch::Alarm" && Properties.Metrics !== undefined;
}

function withoutTls(policy: Json): Json {
  const Statement = policy.Statement.filter(
    ({ Condition }: Json) => Condition?.Bool?.["aws:SecureTransport"] !== "false",
  );
  return { ...policy, Statement };
}

/** What the emulator does otherwise is put right before a function's own handler. */
function wrapHandlers(template: Json, folder: string): Json {
  for (const [id, source] of Object.entries(EMULATED)) {
    const [, { Properties }] = Object.entries<Json>(template.Resources).find(
      ([name, { Type }]) => name.startsWith(id) && Type === "AWS::Lambda::Function",
    ) as [string, Json];
    const hash = JSON.stringify(Properties.Code).match(/([0-9a-f]{64})\.zip/)?.[1];
    writeFileSync(join(folder, `asset.${hash}`, "emulated.mjs"), source);
    Properties.Handler = "emulated.handler";
  }
  return template;
}

const EMULATED = {
  // It does not say by which alias a function was invoked: here only requests for PINs come by one.
  Watchdog: `import { handler as watchdog } from "./index.mjs";
const ALIASES = { protect: ":protect", protectByLink: ":protect-by-link" };
export const handler = (event, context) => {
  const alias = ALIASES[Object.keys(event)[0]] ?? "";
  return watchdog(event, { invokedFunctionArn: context.invokedFunctionArn + alias });
};
`,
  // It gives functions no stage variables, and Lambda's API is where all others are: the test names
  // the path of the variable's address.
  Function: `import { handler as webhook } from "./index.mjs";
export const handler = (event, context) => {
  const path = event.headers?.["x-protect-by-link"];
  if (!path) return webhook(event, context);
  const protectByLink = process.env.AWS_ENDPOINT_URL + path;
  return webhook({ ...event, stageVariables: { protectByLink } }, context);
};
`,
} as const;

/** Its bucket refuses the publishing role, whose grants have a condition that it does not know. */
function fitAssets(assets: Json): Json {
  return mapObjects(assets, ({ assumeRoleArn: _, ...others }) => others);
}

/** Every object of a JSON document, the inner ones first, through `change`. */
function mapObjects(value: Json, change: (object: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, change));
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.entries(value).map(([key, item]) => [key, mapObjects(item, change)]);
  return change(Object.fromEntries(inner));
}
