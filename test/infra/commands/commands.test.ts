import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { APP_ID, startOperatorWorld, TOKEN, WABA } from "../../support/operator-world.ts";
import { runNpm, runScript } from "../../support/processes.ts";
import { runHere } from "../../support/run-here.ts";

const FOLDER = join(import.meta.dirname, "../../../infra/commands");

const world = await startOperatorWorld();
afterAll(() => world.stop());
beforeEach(() => world.reset());

function lines(text: string): string[] {
  return text.split("\n");
}

describe.each(readdirSync(FOLDER).filter((name) => name !== "cdk"))("%s", (name) => {
  test("explains itself within 80 columns, in a process of its own", async () => {
    const { code, out } = await runScript(name, ["--help"]);
    expect(code).toBe(0);
    expect(lines(out)[0]).toMatch(new RegExp(`^Usage: npm run ${name} -- .*\\[options\\]`));
    expect(lines(out).filter((line) => line.length > 80)).toEqual([]);
  });
});

describe.each(["connect", "status", "drill", "rotate-secret"])("%s", (name) => {
  test.each([
    [
      ["--data", "/nowhere"],
      "No local run was found in /nowhere: start it with npm start -- --data /nowhere",
    ],
    [["--stack", "Hooks"], "No AWS region is set: set AWS_REGION"],
    [["--app-secret", "x"], "unknown option '--app-secret'"],
  ])("says in a sentence what is wrong with %j", async (args, sentence) => {
    const { code, out, err } = await runHere(name, args);
    expect(code).toBe(1);
    expect((out + err).replace(/\s+/g, " ")).toContain(sentence);
    expect(out + err).not.toContain(" at ");
  });
});

describe("the local run", () => {
  const meta = () => ["--graph-url", world.graph.url, "--app-id", APP_ID, "--data", world.data];

  test("is connected, looked at, drilled and rotated, and no output shows a secret", async () => {
    world.graph.apps.set(APP_ID, { name: "Security hooks", secret: APP_SECRET });
    world.aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET] });
    const env = { WHATSAPP_APP_SECRET: APP_SECRET, WHATSAPP_SYSTEM_USER_TOKEN: TOKEN };
    const connected = await runHere("connect", [...meta(), "--waba", WABA, "--yes"], env);
    const again = await runHere("connect", [...meta(), "--waba", WABA], env);
    const looked = await runHere("status", meta(), env);
    const drilled = await runHere("drill", ["--data", world.data]);
    const secret = OLD_APP_SECRET;
    world.graph.apps.set(APP_ID, { name: "Security hooks", secret });
    const rotating = { WHATSAPP_APP_SECRET: secret };
    const rotated = await runHere("rotate-secret", [...meta(), "--yes"], rotating);
    const finished = await runHere("rotate-secret", [...meta(), "--finish", "--force", "--yes"]);

    const all = [connected, again, looked, drilled, rotated, finished];
    expect(all.map(({ code, err }) => [code, err])).toEqual(all.map(() => [0, ""]));
    expect(again.out).toContain("Nothing to change");
    expect(looked.out).toMatch(/ 0 failed, /);
    expect(JSON.parse(world.aws.secret)).toEqual({
      verifyToken: VERIFY_TOKEN,
      appSecrets: [OLD_APP_SECRET],
      appId: APP_ID,
    });
    const text = all.map(({ out }) => out).join("\n");
    for (const hidden of [APP_SECRET, OLD_APP_SECRET, TOKEN, VERIFY_TOKEN]) {
      expect(text).not.toContain(hidden);
    }
    const shown = lines(text.replaceAll(world.data, "/tmp/operator"));
    const wide = shown.filter((line) => line.length > 80 && !line.includes("http"));
    expect(wide, "lines of at most 80 columns, wherever the data is").toEqual([]);
  });
});

describe("npm", () => {
  test.each([
    ["status --stack Prod", "status", "--stack", "npm run status -- --stack Prod"],
    ["history --state", "history", "--state", "npm run history -- --state"],
    ["simulate PIN_CHANGED --count=3", "simulate", "--count", "-- PIN_CHANGED --count 3"],
    ["start --port=4000", "start", "--port", "npm start -- --port 4000"],
  ])("run %s is refused, with the command that was meant", async (typed, _, option, meant) => {
    const { code, err } = await runNpm(...typed.split(" "));
    expect(code).toBe(1);
    const sentence = `npm kept ${option} for itself, and this command never saw it: put "--" before the options. `;
    expect(err.replace(/\s+/g, " ")).toContain(sentence);
    expect(err).toContain(meant);
  });

  test.each([
    [
      ["deploy", "-c", "alertEmails=a@example.com"],
      "npm run deploy -- -c alertEmails=a@example.com",
    ],
    [["synth", "--context=label=x"], "npm run synth -- -c label=x"],
    [
      ["synth", "--", "-c", "alertEmails=a@x.example", "--context=alertEmails=b@x.example"],
      "The setting alertEmails is given twice, and CDK keeps only the last",
    ],
  ])("run %j is refused in a sentence", async (args, sentence) => {
    const { code, err } = await runNpm(...args);
    expect(code).toBe(1);
    expect(err.replace(/\s+/g, " ")).toContain(sentence);
    expect(err.trim().split("\n").length).toBeLessThan(4);
  });
});

const asking = readdirSync(FOLDER).filter((name) =>
  readdirSync(join(FOLDER, name)).some((file) =>
    /requireConsent\(|requireApp\(|terminal\.ask/.test(read(name, file)),
  ),
);

function read(...path: string[]): string {
  return readFileSync(join(FOLDER, ...path), "utf8");
}

test.each(asking)("%s, which asks, hides what is typed before its question is shown", (name) => {
  expect(read(name, "main.ts")).toContain("asks: true");
});
