import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttributeValue, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, onTestFinished, test } from "vitest";
import { bundleFunction } from "../../infra/stack/bundle/bundle.ts";
import { toStoredEvent } from "../../lambda/event/event-item.ts";
import { LAMBDA_ENVIRONMENT, runFunction } from "../support/fresh-process.ts";
import { startWorld, type World } from "../support/world.ts";
import { ACCOUNTS, findLink, leaveItems, toBody, toVisit } from "./situations.ts";

/**
 * Each release leaves `VERSION.json` here: the items and the secret that its code writes, which all
 * later code must serve. `UPDATE_RELEASE=1 npx vitest run test/release` writes that of the version in
 * package.json, just before it is tagged; afterwards it is never changed.
 */
interface Fixture {
  readonly at: number;
  readonly secret: string;
  readonly items: readonly Record<string, AttributeValue>[];
}

const ROOT = join(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const MINUTE = 60_000;
const SETTINGS = { publicUrl: "https://hooks.example" };

async function openWorld(): Promise<World> {
  const world = await startWorld({}, SETTINGS);
  onTestFinished(() => world.stop());
  return world;
}

async function allItems({ dynamodb, tableName }: World) {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: tableName }));
  return Items;
}

async function kindsOf(world: World, account: string): Promise<string[]> {
  return (await world.alertsOf(account)).map(({ document }) => document.kind ?? "");
}

test.runIf(process.env.UPDATE_RELEASE)("this version's items are written down", async () => {
  const world = await openWorld();
  const at = Date.parse("2026-11-29T12:00:00Z");
  await leaveItems(world, at);
  const fixture: Fixture = { at, secret: world.secret.text, items: await allItems(world) };
  const file = join(import.meta.dirname, `${version}.json`);
  writeFileSync(file, JSON.stringify(fixture));
  execFileSync("npx", ["biome", "format", "--write", file], { cwd: ROOT });
});

describe.each(globSync("*.json", { cwd: import.meta.dirname }))(
  "the items of release %s",
  (file) => {
    async function openFixture() {
      const world = await openWorld();
      const text = readFileSync(join(import.meta.dirname, file), "utf8");
      const { at, secret, items }: Fixture = JSON.parse(text);
      world.secret.text = secret;
      for (const Item of items) {
        await world.dynamodb.send(new PutItemCommand({ TableName: world.tableName, Item }));
      }
      world.clock.now = at + 5 * MINUTE;
      return { world, at, items };
    }

    test("are relayed: what is pending, unanswered or answered", async () => {
      const { world, at } = await openFixture();
      for (let minute = 5; minute < 80; minute++) {
        world.clock.now = at + minute * MINUTE;
        await world.tick();
      }
      expect((await kindsOf(world, ACCOUNTS.pending))[0]).toMatch(/alert|digest/);
      for (const account of [ACCOUNTS.open, ACCOUNTS.handled, ACCOUNTS.completed]) {
        expect((await kindsOf(world, account))[0], account).toMatch(/repeat|digest/);
      }
      expect(await kindsOf(world, ACCOUNTS.answered)).toEqual(["acknowledged"]);
      expect(await kindsOf(world, ACCOUNTS.unknown)).toEqual([]);
      expect(await kindsOf(world, ACCOUNTS.test)).toEqual([]);
    });

    test("are known when Meta delivers again", async () => {
      const { world, at } = await openFixture();
      const before = await world.countItems();
      for (const situation of Object.keys(ACCOUNTS) as (keyof typeof ACCOUNTS)[]) {
        expect((await world.deliver(toBody(situation, at)))?.statusCode).toBe(200);
      }
      expect(await world.countItems()).toBe(before);
    });

    test("have their page and their place in the history", async () => {
      const { world, items } = await openFixture();
      for (const situation of ["open", "answered", "handled"] as const) {
        const visit = toVisit(await findLink(world, situation));
        expect((await world.send(visit))?.statusCode, situation).toBe(200);
      }
      const stored = items.filter(({ wabaId }) => /^\d+$/.test(wabaId?.S ?? ""));
      const events = stored.map((item) => toStoredEvent(item).event).sort();
      expect(events).toEqual(
        ["BRAND_NEW", "PIN_REQUEST_SUCCESS", ...Array(5).fill("PIN_RESET_REQUEST")].sort(),
      );
    });
  },
);

/** The bundle of the release before this version, built from its tag; the present one if there is none. */
function bundleLastRelease(): { readonly name: string; readonly bundle: string } {
  const tags = spawnSync("git", ["tag", "--list", "v*", "--sort=-v:refname"], { cwd: ROOT });
  const tag = tags.stdout
    .toString()
    .split("\n")
    .find((name) => name && name !== `v${version}`);
  if (!tag) return { name: "this one, as there is none before it", bundle: bundleFunction() };
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  execFileSync("sh", ["-c", `git archive ${tag} | tar -x -C ${folder}`], { cwd: ROOT });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const script = `import("./infra/stack/bundle/bundle.ts").then((m) => console.log(m.bundleFunction()))`;
  const options = { cwd: folder, encoding: "utf8" } as const;
  return { name: tag, bundle: execFileSync(process.execPath, ["-e", script], options).trim() };
}

test("items of this code are relayed by the bundle of the last release", async () => {
  const { name, bundle } = bundleLastRelease();
  const world = await openWorld();
  await leaveItems(world, Date.now() - 70 * MINUTE);
  expect(await kindsOf(world, ACCOUNTS.pending), "pending").toEqual([]);
  const secrets = createServer((_, response) => {
    response.end(JSON.stringify({ Name: "webhook", SecretString: world.secret.text }));
  });
  await new Promise<void>((resolve) => secrets.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void secrets.close());
  await runFunction({
    module: join(bundle, "index.mjs"),
    events: [{ source: "aws.events", "detail-type": "Scheduled Event" }],
    environment: {
      ...LAMBDA_ENVIRONMENT,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "x",
      TABLE_NAME: world.tableName,
      ALERT_TOPIC_ARN: world.topicArn,
      PUBLIC_URL: SETTINGS.publicUrl,
      AWS_ENDPOINT_URL: await toUrl(world.sns),
      AWS_ENDPOINT_URL_DYNAMODB: await toUrl(world.dynamodb),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
    },
  });
  expect(await kindsOf(world, ACCOUNTS.pending), name).toHaveLength(1);
  expect((await kindsOf(world, ACCOUNTS.answered)).at(-1), name).toBe("acknowledged");
  expect((await kindsOf(world, ACCOUNTS.open)).at(-1), name).toMatch(/repeat|digest/);
});

async function toUrl({ config }: World["sns"] | World["dynamodb"]): Promise<string> {
  const { protocol, hostname, port } = (await config.endpoint?.()) ?? {};
  return `${protocol}//${hostname}:${port}`;
}
