import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError, type Option } from "commander";
import { describe, expect, test, vi } from "vitest";
import { parserOf } from "../../support/printed-commands.ts";
import { runNpm } from "../../support/processes.ts";
import { runHere } from "../../support/run-here.ts";

const FOLDER = join(import.meta.dirname, "../../../infra/commands");
const NAMES = readdirSync(FOLDER).filter((name) => name !== "cdk");

test.each(NAMES)("%s explains itself within 80 columns", async (name) => {
  const { code, out } = await runHere(name, ["--help"]);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^Usage: npm run ${name} -- .*\\[options\\]`));
  expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

const DETAILED = ["acknowledge", "history", "status", "drill", "protect"];
test.each(DETAILED)("%s takes these options", async (name) => {
  const options = (await parserOf(name)).options as (Option & { conflictsWith: string[] })[];
  const lines = options.map(({ flags, envVar, defaultValue, conflictsWith, argChoices }) => {
    const parts = [envVar, defaultValue, argChoices, conflictsWith.map((other) => `not ${other}`)];
    return [flags, ...parts.filter((part) => String(part ?? "") !== "")].join(" | ");
  });
  expect(lines.join("\n")).toMatchSnapshot();
});

describe("what is typed", () => {
  const META = { graphUrl: "https://graph.facebook.com", graphVersion: "v25.0" };
  const COMMON = { stack: "S", data: "D", json: true, yes: true };
  const EXAMPLE = { waba: "102290129340398", phone: "15550783881", time: 1748811473, count: 1 };
  const HERE = {
    WHATSAPP_APP_ID: "23456",
    WHATSAPP_WABA_IDS: "3, 4 5,",
    WHATSAPP_GRAPH_URL: "http://b",
    WHATSAPP_GRAPH_VERSION: "v2",
  };
  const FROM_HERE = { appId: "23456", graphUrl: "http://b", graphVersion: "v2" };

  test.each<[string, object, NodeJS.ProcessEnv?]>([
    ["connect", { ...META, waba: [] }],
    ["connect --again", { ...FROM_HERE, waba: ["3", "4", "5"], again: true }, HERE],
    [
      "connect --waba 1 --waba 2 --unwatch 3 --unwatch 4 --replace --app-id 12345 --yes",
      { ...META, waba: ["1", "2"], unwatch: ["3", "4"], replace: true, appId: "12345", yes: true },
    ],
    [
      "connect --replace-callback --keep-token --callback-url c -y --stack S --data D --json",
      { ...COMMON, ...META, waba: [], replaceCallback: true, keepToken: true, callbackUrl: "c" },
    ],
    ["confirm LINK --stack S", { stack: "S" }],
    ["subscribe --all -y", { all: true, yes: true }],
    ["subscribe --email a --sms b --yes", { email: "a", sms: "b", yes: true }],
    ["subscribe --remove c --remove d --operations", { remove: ["c", "d"], operations: true }],
    ["rotate-secret", { ...META, keep: 86_400_000 }],
    [
      "rotate-secret --finish --force",
      { ...FROM_HERE, keep: 86_400_000, finish: true, force: true },
      HERE,
    ],
    [
      "rotate-secret --keep 2h --replaces 99 -y --stack S --data D --json",
      { ...COMMON, ...META, keep: 7_200_000, replaces: 99 },
    ],
    ["acknowledge --phone 1 --as Ann --answer moved", { phone: "1", as: "Ann", answer: "moved" }],
    ["acknowledge --as \u202eAnn --reopen", { as: "Ann", reopen: true }],
    ["status --known-app \t23456", { ...META, waba: [], knownApp: "23456" }],
    ["drill --timeout 9", { event: "PIN_RESET_REQUEST", phone: "16505551111", timeout: 9 }],
    ["history --follow --json", { follow: true, json: true, format: "json" }],
    [
      "history --since 2026-01-31 --until 2026-01-31 --limit 1",
      { since: 1_769_817_600, until: 1_769_903_999, limit: 1, format: "table" },
    ],
    [
      "protect --all-unprotected -y",
      { ...META, waba: [], phone: [], allUnprotected: true, yes: true },
    ],
    [
      "protect --phone 1,2 --phone 3 --as A\u200bnn --show-pin",
      { ...META, waba: [], phone: ["1,2", "3"], as: "Ann", showPin: true },
    ],
    ["simulate", EXAMPLE],
    ["simulate --time now", { ...EXAMPLE, time: expect.closeTo(Date.now() / 1000, -3) }],
    [
      "simulate --waba 1 --phone +2 --requester 3 --time 4 --count 999999",
      { waba: "1", phone: "+2", requester: "3", time: 4, count: 999_999 },
    ],
    ["simulate --url http://c --app-secret d", { ...EXAMPLE, url: "http://c", appSecret: "d" }],
  ])("as %s", async (typed, options, env = {}) => {
    const [name = "", ...args] = typed.split(" ");
    const file = name.replace("-secret", "");
    let given: { options?: object; now?: unknown; env?: object; pauseMs?: number } = {};
    const command = async (deps: object) => {
      given = deps;
      return 3;
    };
    const module = join(FOLDER, name, `${file}.ts`);
    vi.doMock(module, () => ({ [file]: command }));
    const { code, err } = await runHere(name, args, env);
    vi.doUnmock(module);
    expect([code, err, given.options]).toEqual([3, "", { data: ".local", ...options }]);
    expect(given.env ?? env).toMatchObject(env);
    expect(["undefined", "number", "function"]).toContain(typeof given.now);
    expect([undefined, 15_000]).toContain(given.pauseMs);
  });
});

test.each(NAMES)("%s refuses an option with the value of an unset variable", async (name) => {
  const { options } = await parserOf(name);
  for (const { long, parseArg } of options.filter(({ required }) => required)) {
    expect(() => parseArg?.("", []), `${long}`).toThrow(InvalidArgumentError);
  }
});

describe("npm", () => {
  test.each([
    ["status --stack Prod", "--stack", "status -- --stack Prod"],
    ["simulate PIN_CHANGED --count=3", "--count", "simulate -- PIN_CHANGED --count 3"],
    ["start --port=4000", "--port", "start -- --port 4000"],
    ["deploy -c alertEmails=a@example.com", "", "deploy -- -c alertEmails=a@example.com"],
    ["synth --context=label=x", "", "synth -- -c label=x"],
  ])("run %s is refused, with the command that was meant", async (typed, option, meant) => {
    const { code, err } = await runNpm(...typed.split(" "));
    const sentence = option
      ? `npm kept ${option} for itself, and this command never saw it: put "--" before the options.`
      : 'npm kept what was typed for itself: put "--" before it.';
    const line = `npm ${meant.replace(/^(?!start)/, "run ")}`;
    expect([code, err.replace(/\s+/g, " ")]).toEqual([1, expect.stringContaining(sentence)]);
    expect(err.trim().split("\n").slice(1, 4).at(-1)).toBe(line);
  });
});

test("each command that asks hides what is typed before its question is shown", () => {
  const commands = readdirSync(FOLDER).map((name) => {
    const files = readdirSync(join(FOLDER, name)).map((file) => join(FOLDER, name, file));
    return files.map((file) => readFileSync(file, "utf8")).join("");
  });
  const asking = commands.filter((text) =>
    /requireConsent\(|requireApp\(|terminal\.ask/.test(text),
  );
  expect(asking.length).toBeGreaterThan(3);
  for (const text of asking) expect(text).toContain("asks: true");
});
