import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findLastRelease, ROOT } from "../../release/last-release.ts";
import { EVERY_PART, type Resource, synthesise } from "../../support/synthesise.ts";
import { resolve } from "../../support/template-text.ts";

/**
 * What an update must never replace, with everything that would make CloudFormation replace it: a
 * stack of release 1.0.0 is updated by each later one. The list may only grow. A resource or an
 * index that is new gets the release that brings it; CloudFormation makes one index an update, and
 * changes none that is there.
 */
interface Kept {
  readonly type: string;
  readonly since: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Of a table: its indexes, each with its release. */
  readonly indexes?: Readonly<Record<string, { readonly since: string; readonly keys: unknown }>>;
}

type List = Readonly<Record<string, Kept>>;

const FILE = "test/infra/stack/never-replaced.json";

/** Properties whose change replaces a resource of this type: "Update requires: Replacement". */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGatewayV2::Api": ["ProtocolType"],
  "AWS::DynamoDB::Table": ["TableName", "KeySchema"],
  "AWS::KMS::Alias": ["AliasName"],
  "AWS::KMS::Key": [],
  "AWS::Logs::LogGroup": ["LogGroupName"],
  "AWS::SNS::Subscription": ["Protocol", "TopicArn"],
  "AWS::SNS::Topic": ["TopicName", "FifoTopic"],
  "AWS::SQS::Queue": ["QueueName", "FifoQueue"],
  // A change of what is generated writes a new secret over the app secrets.
  "AWS::SecretsManager::Secret": ["Name", "GenerateSecretString"],
};

/** What the list has keeps its release; `since`: that of what is new. */
function toList(since: string, listed: List = {}): List {
  const { all } = synthesise({ ...EVERY_PART, protect: true });
  const kept = Object.entries(all).filter(([, { Type }]) => Type in REPLACING);
  return Object.fromEntries(kept.map(([id, each]) => [id, toKept(each, since, listed[id])]));
}

function toKept({ Type, Properties }: Resource, since: string, listed?: Kept): Kept {
  const names = (REPLACING[Type] ?? []).filter((name) => Properties?.[name] !== undefined);
  const properties = Object.fromEntries(names.map((name) => [name, resolve(Properties[name])]));
  const indexes = (Properties?.GlobalSecondaryIndexes ?? []).map(
    ({ IndexName, ...keys }: { IndexName: string }) => [
      IndexName,
      { since: listed?.indexes?.[IndexName]?.since ?? since, keys },
    ],
  );
  const types = { AttributeDefinitions: Properties?.AttributeDefinitions };
  return {
    type: Type,
    since: listed?.since ?? since,
    properties,
    ...(indexes.length > 0 && { ...types, indexes: Object.fromEntries(indexes) }),
  };
}

/** Without the releases, which only the list knows. */
function withoutReleases(list: List): unknown {
  return JSON.parse(JSON.stringify(list, (key, value) => (key === "since" ? undefined : value)));
}

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

const readList = (): List => JSON.parse(readFileSync(join(ROOT, FILE), "utf8"));

/** Only before a release has the resource: `UPDATE_KEPT=1 npx vitest run …/never-replaced.test.ts`. */
if (process.env.UPDATE_KEPT) {
  const file = join(ROOT, FILE);
  writeFileSync(file, JSON.stringify(toList(version, readList())));
  execFileSync("npx", ["biome", "format", "--write", file], { cwd: ROOT });
}
const LIST = readList();

test("the stack has exactly what must never be replaced, under the same logical ids", () => {
  expect(withoutReleases(toList(version))).toEqual(withoutReleases(LIST));
});

test("a release brings one index at most", () => {
  for (const { indexes = {} } of Object.values(LIST)) {
    const later = Object.values(indexes).filter(({ since }) => since !== "1.0.0");
    const releases = later.map(({ since }) => since);
    expect(new Set(releases).size).toBe(releases.length);
  }
});

test("the list has all that the last release's has", (context) => {
  const tag = findLastRelease();
  if (!tag) return context.skip("There is no release before this one.");
  const { stdout } = spawnSync("git", ["show", `${tag}:${FILE}`], { cwd: ROOT });
  expect(LIST).toMatchObject(JSON.parse(stdout.toString()));
});
