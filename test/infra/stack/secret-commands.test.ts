import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  setAppSecretCommand,
  showVerifyTokenCommand,
} from "../../../infra/stack/secret-commands.ts";
import { EVERY_PART, synthesise } from "../../support/synthesise.ts";

const OLD = "0".repeat(32);
const NEW = "0123456789abcdef0123456789abcdef";
const COMMAND = setAppSecretCommand("arn:aws:secretsmanager:eu-west-1:1:secret:S", "eu-west-1");

/**
 * The AWS CLI's three commands over files; what it was called with is written down. A version is a
 * file: moving AWSCURRENT from one that is not current fails, as at Secrets Manager.
 */
const AWS = `#!/bin/sh
printf '%s\\n' "$*" >> calls.txt
case "$2" in
  get-secret-value)
    node -e 'console.log(JSON.stringify({ version: "v1", text: require("fs").readFileSync("v1", "utf8") }))'
    [ -e racing ] && echo '{"appSecrets":["another"]}' > v3 && echo v3 > current || true ;;
  put-secret-value) cat > v2 && echo v2 ;;
  update-secret-version-stage)
    [ "$(cat current)" = "\${10}" ] || { echo InvalidParameterException >&2; exit 254; }
    echo "\${12}" > current ;;
esac
`;

/** Runs the command beside a command `aws` of this content. */
function runWith(aws: string, command: string, files: Record<string, string>, input = "") {
  const folder = mkdtempSync(join(tmpdir(), "secret-"));
  writeFileSync(join(folder, "aws"), aws, { mode: 0o755 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const env = { PATH: `${folder}:${dirname(process.execPath)}:/usr/bin:/bin` };
  const options = { cwd: folder, env, input, encoding: "utf8" } as const;
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  return { ...spawnSync("bash", ["-c", command], options), read };
}

/** Pastes the command and types something, with this secret there before. */
function paste(secret: string, typed: string, more: Record<string, string> = {}) {
  const files = { v1: secret, current: "v1", ...more };
  const { status, stdout, stderr, read } = runWith(AWS, COMMAND, files, `${typed}\n`);
  const current = read(read("current").trim()).trimEnd();
  return { status, output: stdout + stderr, secret: current, calls: read("calls.txt") };
}

describe("the command that sets the app secret", () => {
  const OTHER = JSON.stringify({ verifyToken: "token", appSecrets: [OLD] });
  const WITH_BOTH = JSON.stringify({ verifyToken: "token", appSecrets: [NEW, OLD] });

  test.each([
    ["keeps the verify token and puts the new secret in front", OTHER, NEW, 0, WITH_BOTH],
    ["changes nothing when the secret is there already", WITH_BOTH, NEW, 0, WITH_BOTH],
    ["leaves the secret as it was when nothing is typed", OTHER, "", 1, OTHER],
    ["leaves the secret as it was when a word is typed", OTHER, "token", 1, OTHER],
    ["leaves the secret as it was when a digit is missing", OTHER, NEW.slice(1), 1, OTHER],
    ["leaves the secret as it was when that could not be read", "", NEW, 1, ""],
  ])("%s", (_, secret, typed, status, after) => {
    const pasted = paste(secret, typed);
    expect([pasted.status, pasted.secret]).toEqual([status, after]);
    const isRefused = pasted.output.includes("A Meta app secret has 32 hexadecimal digits.");
    expect(isRefused, "says what is wrong").toBe(typed !== NEW);
  });

  test("shows the secret neither on the screen nor as anybody's argument", () => {
    const { output, calls } = paste('{"verifyToken":"token"}', NEW);
    expect(output).not.toContain(NEW);
    expect(calls).not.toContain(NEW);
    expect(calls).toContain("--secret-string file:///dev/stdin");
  });

  test("leaves what somebody else wrote meanwhile, and says so by its exit code", () => {
    const { status, secret } = paste('{"appSecrets":[]}', NEW, { racing: "" });
    expect([status, secret]).toEqual([254, '{"appSecrets":["another"]}']);
  });
});

describe("the commands among the stack's outputs", () => {
  test("that read the secret are two, and nothing prints it whole", () => {
    const { template } = synthesise(EVERY_PART);
    const texts = Object.entries(template.toJSON().Outputs).map(
      ([name, output]) => [name, JSON.stringify(output)] as const,
    );
    const reading = texts.filter(([, text]) => text.includes("get-secret-value"));
    expect(reading.map(([name]) => name).sort()).toEqual([
      "SetAppSecretCommand",
      "ShowVerifyTokenCommand",
    ]);
    for (const [name, text] of reading) {
      const printed = text.split("get-secret-value").slice(1);
      const isFiltered = printed.every((rest) => /\| node|READ=\$\(|--output json\)/.test(rest));
      expect(isFiltered, `${name} hands what it read to Node, not to the screen`).toBe(true);
    }
  });

  test("print of a real secret its verify token alone", () => {
    const secret = JSON.stringify({ verifyToken: "token", appSecrets: [OLD, NEW] });
    const command = showVerifyTokenCommand("S", "eu-west-1");
    const { stdout, stderr } = runWith("#!/bin/sh\ncat secret\n", command, { secret });
    expect(stdout, "the verify token and nothing else").toBe("token\n");
    expect(stderr, "no app secret").not.toMatch(/[0-9a-f]{32}/);
  });
});
