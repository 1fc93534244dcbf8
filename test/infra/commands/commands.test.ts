import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import {
  APP_ID,
  type OperatorWorld,
  startOperatorWorld,
  TOKEN,
  WABA,
} from "../../support/operator-world.ts";

const ROOT = join(import.meta.dirname, "../../..");
const COMMANDS = ["connect", "status", "drill", "rotate-secret"];

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let world: OperatorWorld;

beforeAll(async () => {
  world = await startOperatorWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

/** The command as a user runs it, its output piped. */
function run(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { PATH } = process.env;
  const options = { cwd: ROOT, env: { PATH, ...env } };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [`infra/commands/${name}/main.ts`, ...args],
      options,
      (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      },
    );
  });
}

function lines(text: string): string[] {
  return text.split("\n");
}

describe.each(COMMANDS)("%s", (name) => {
  test("explains itself within 80 columns", async () => {
    const { code, out } = await run(name, ["--help"]);
    expect(code).toBe(0);
    expect(lines(out)[0]).toBe(`Usage: npm run ${name} -- [options]`);
    expect(lines(out).filter((line) => line.length > 80)).toEqual([]);
  });

  test("says in one sentence that nothing runs on this local", async () => {
    const { code, out, err } = await run(name, ["--data", "/nowhere"]);
    expect(code).toBe(1);
    const text = (out + err).replace(/\s+/g, " ");
    expect(text).toContain("No local run was found in /nowhere: start it with npm start");
    expect(text).not.toContain(" at ");
  });

  test("says in one sentence that no AWS region is set", async () => {
    const { code, out, err } = await run(name, ["--stack", "Hooks"]);
    expect(code).toBe(1);
    expect((out + err).replace(/\s+/g, " ")).toContain("No AWS region is set: set AWS_REGION");
  });

  test("takes no secret as an argument", async () => {
    const { code, err } = await run(name, ["--app-secret", "x"]);
    expect(code).toBe(1);
    expect(err).toContain("unknown option '--app-secret'");
  });
});

describe("the local run", () => {
  const meta = () => ["--graph-url", world.graph.url, "--app-id", APP_ID, "--data", world.data];

  test("is connected, looked at, drilled and rotated, and no output tells a secret", async () => {
    world.graph.apps.set(APP_ID, { name: "Security hooks", secret: APP_SECRET });
    world.secretText = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET] });
    const env = { WHATSAPP_APP_SECRET: APP_SECRET, WHATSAPP_SYSTEM_USER_TOKEN: TOKEN };
    const connected = await run("connect", [...meta(), "--waba", WABA, "--yes"], env);
    const again = await run("connect", [...meta(), "--waba", WABA], env);
    const looked = await run("status", meta(), env);
    const drilled = await run("drill", ["--data", world.data]);
    const secret = OLD_APP_SECRET;
    world.graph.apps.set(APP_ID, { name: "Security hooks", secret });
    const rotating = { WHATSAPP_APP_SECRET: secret };
    const rotated = await run("rotate-secret", [...meta(), "--yes"], rotating);
    const finished = await run("rotate-secret", [...meta(), "--finish", "--force", "--yes"]);

    const all = [connected, again, looked, drilled, rotated, finished];
    expect(all.map(({ code, err }) => [code, err])).toEqual(all.map(() => [0, ""]));
    expect(again.out).toContain("Nothing to change");
    expect(looked.out).toMatch(/ 0 red, /);
    expect(JSON.parse(world.secretText)).toEqual({
      verifyToken: VERIFY_TOKEN,
      appSecrets: [OLD_APP_SECRET],
    });
    const text = all.map(({ out }) => out).join("\n");
    for (const hidden of [APP_SECRET, OLD_APP_SECRET, TOKEN, VERIFY_TOKEN]) {
      expect(text).not.toContain(hidden);
    }
    expect(lines(text).filter((line) => line.length > 80 && !line.includes("http"))).toEqual([]);
  });

  test("ends status with 1 when a check is red, also for machines", async () => {
    world.graph.apps.set(APP_ID, { name: "Security hooks", secret: OLD_APP_SECRET });
    const { code, out } = await run("status", [...meta(), "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out).well).toBe(false);
  });
});
