import { execFile, execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type AttributeValue, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, onTestFinished, test } from "vitest";
import { toStoredEvent } from "../../lambda/event/event-item.ts";
import { ATTRIBUTE } from "../../lambda/shared/item-names.ts";
import { toEndpoint } from "../support/aws-proxy.ts";
import { APP_SECRET, sign } from "../support/builders.ts";
import { LAMBDA_ENVIRONMENT, runFunction } from "../support/fresh-process.ts";
import { serve } from "../support/serve.ts";
import { postOf, startWorld, visitOf, type World } from "../support/world.ts";
import { findLastRelease, ROOT } from "./last-release.ts";
import { ACCOUNTS, answer, findLink, leaveItems, SITUATIONS, toBody } from "./situations.ts";

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
    const text = readFileSync(join(import.meta.dirname, file), "utf8");
    const { at, secret, items }: Fixture = JSON.parse(text);
    const events = items.filter(({ wabaId }) => /^\d+$/.test(wabaId?.S ?? ""));

    async function openFixture() {
      const world = await openWorld();
      world.secret.text = secret;
      for (const Item of items) {
        await world.dynamodb.send(new PutItemCommand({ TableName: world.tableName, Item }));
      }
      world.clock.now = at + 5 * MINUTE;
      return world;
    }

    test("have only attributes that this version calls by the same name", () => {
      const names = [...new Set(events.flatMap(Object.keys))];
      expect(Object.values(ATTRIBUTE)).toEqual(expect.arrayContaining(names));
    });

    test("are served: shown, relayed, known when Meta delivers again, answered", async () => {
      const world = await openFixture();
      expect(events.map((item) => toStoredEvent(item).event).sort()).toEqual(
        ["BRAND_NEW", "PIN_REQUEST_SUCCESS", ...Array(6).fill("PIN_RESET_REQUEST")].sort(),
      );
      for (const situation of ["open", "answered", "handled", "superseded"] as const) {
        const visit = visitOf(await findLink(world, situation));
        expect((await world.send(visit))?.statusCode, situation).toBe(200);
      }

      for (let minute = 5; minute < 80; minute++) {
        world.clock.now = at + minute * MINUTE;
        await world.tick();
      }
      expect((await kindsOf(world, ACCOUNTS.pending))[0]).toMatch(/alert|digest/);
      for (const account of [ACCOUNTS.open, ACCOUNTS.handled, ACCOUNTS.completed]) {
        expect((await kindsOf(world, account))[0], account).toMatch(/repeat|digest/);
      }
      expect(await kindsOf(world, ACCOUNTS.answered)).toEqual(["acknowledged"]);
      for (const situation of ["unknown", "superseded", "test"] as const) {
        expect(await kindsOf(world, ACCOUNTS[situation]), situation).toEqual([]);
      }

      for (const situation of SITUATIONS) {
        expect((await world.deliver(toBody(situation, at)))?.statusCode).toBe(200);
      }
      expect(await world.countItems()).toBe(events.length);

      await answer(world, "superseded", "planned");
      expect(await world.storedOf(ACCOUNTS.open)).toMatchObject([{ alert: "acknowledged" }]);
    });
  },
);

/** The last release, unpacked from its tag; the present code if there is none. */
function unpackLastRelease(): { readonly name: string; readonly folder: string } {
  const tag = findLastRelease();
  if (!tag) return { name: "this one, as there is none before it", folder: ROOT };
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  execFileSync("sh", ["-c", `git archive ${tag} | tar -x -C ${folder}`], { cwd: ROOT });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return { name: tag, folder };
}

function bundleOf(folder: string): string {
  const script = `import("./infra/stack/bundle/bundle.ts").then((m) => console.log(m.bundleFunction()))`;
  const options = { cwd: folder, encoding: "utf8" } as const;
  const bundle = execFileSync(process.execPath, ["-e", script], options).trim();
  return join(bundle, "index.mjs");
}

/** The environment in which a bundle or a command finds the world's engines in the place of AWS. */
async function toEnvironment(world: World): Promise<Record<string, string>> {
  const secrets = await serve((_, response) => {
    response.end(JSON.stringify({ Name: "webhook", SecretString: world.secret.text }));
  });
  onTestFinished(secrets.stop);
  return {
    ...LAMBDA_ENVIRONMENT,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    TABLE_NAME: world.tableName,
    ALERT_TOPIC_ARN: world.topicArn,
    PUBLIC_URL: SETTINGS.publicUrl,
    AWS_ENDPOINT_URL: await toEndpoint(world.sns as never),
    AWS_ENDPOINT_URL_DYNAMODB: await toEndpoint(world.dynamodb),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
  };
}

describe("the items of this code", () => {
  async function openLastRelease() {
    const { name, folder } = unpackLastRelease();
    const world = await openWorld();
    const at = Date.now() - 70 * MINUTE;
    await leaveItems(world, at);
    return { name, folder, world, at, environment: await toEnvironment(world) };
  }

  test("are served by the bundle of the last release: delivered again, shown, relayed", async () => {
    const { name, folder, world, at, environment } = await openLastRelease();
    expect(await kindsOf(world, ACCOUNTS.pending), "pending").toEqual([]);
    const before = await world.countItems();
    const bodies = SITUATIONS.map((situation) => toBody(situation, at));
    const deliveries = bodies.map((body) => postOf(body, sign(body, APP_SECRET)));
    const pages = await Promise.all(
      (["open", "answered", "handled"] as const).map(async (situation) =>
        visitOf(await findLink(world, situation)),
      ),
    );
    const tick = { source: "aws.events", "detail-type": "Scheduled Event" };
    const module = bundleOf(folder);
    const events = [...deliveries, ...pages, tick];
    const { results } = await runFunction({ module, events, environment });
    const statuses = results.slice(0, -1).map(({ statusCode }) => statusCode);
    expect(statuses, name).toEqual(Array(statuses.length).fill(200));
    expect(results[deliveries.length + 2]?.body, name).toContain("Ann Example");
    expect(await world.countItems(), name).toBe(before);
    expect(await kindsOf(world, ACCOUNTS.pending), name).toHaveLength(1);
    expect((await kindsOf(world, ACCOUNTS.answered)).at(-1), name).toBe("acknowledged");
    expect((await kindsOf(world, ACCOUNTS.open)).at(-1), name).toMatch(/repeat|digest/);
  });

  test("are in the history of the last release", async () => {
    const { name, folder, world, environment } = await openLastRelease();
    const { PATH = "" } = process.env;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["infra/commands/history/main.ts", "--table", world.tableName, "--format", "json"],
      { cwd: folder, env: { ...environment, PATH } },
    );
    const listed: string[] = JSON.parse(stdout).map((event: { wabaId: string }) => event.wabaId);
    const documented = SITUATIONS.filter((situation) => situation !== "unknown");
    expect(listed.toSorted(), name).toEqual(documented.map((each) => ACCOUNTS[each]).toSorted());
  });
});
