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

function paste({
  secret,
  typed,
  racing = false,
}: {
  secret: string;
  typed: string;
  racing?: boolean;
}) {
  const folder = mkdtempSync(join(tmpdir(), "secret-"));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  writeFileSync(join(folder, "aws"), AWS, { mode: 0o755 });
  write("v1", secret);
  write("current", "v1");
  if (racing) write("racing", "");
  const path = `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", COMMAND], {
    cwd: folder,
    env: { PATH: path },
    input: `${typed}\n`,
    encoding: "utf8",
  });
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const current = read(read("current").trim());
  return { status, output: stdout + stderr, secret: current.trimEnd(), calls: read("calls.txt") };
}

describe("the command that sets the app secret", () => {
  test("keeps the verify token and puts the new secret in front", () => {
    const secret = JSON.stringify({ verifyToken: "token", appSecrets: [OLD] });
    const pasted = paste({ secret, typed: NEW });
    expect(pasted.status).toBe(0);
    expect(JSON.parse(pasted.secret)).toEqual({ verifyToken: "token", appSecrets: [NEW, OLD] });
  });

  test("changes nothing when the secret is there already", () => {
    const secret = JSON.stringify({ appSecrets: [NEW], verifyToken: "token" });
    expect(paste({ secret, typed: NEW }).secret).toBe(secret);
  });

  test("shows the secret neither on the screen nor as anybody's argument", () => {
    const { output, calls } = paste({ secret: '{"verifyToken":"token"}', typed: NEW });
    expect(output).not.toContain(NEW);
    expect(calls).not.toContain(NEW);
    expect(calls).toContain("--secret-string file:///dev/stdin");
  });

  test.each(["", "token", NEW.slice(1)])(
    "leaves the secret as it was when %j is typed",
    (typed) => {
      const secret = JSON.stringify({ verifyToken: "token", appSecrets: [OLD] });
      const pasted = paste({ secret, typed });
      expect(pasted.status).toBe(1);
      expect(pasted.output).toContain("A Meta app secret has 32 hexadecimal digits.");
      expect(pasted.secret).toBe(secret);
    },
  );

  test("leaves what somebody else wrote meanwhile, and says so by its exit code", () => {
    const pasted = paste({ secret: '{"appSecrets":[]}', typed: NEW, racing: true });
    expect(pasted.status).toBe(254);
    expect(pasted.secret).toBe('{"appSecrets":["another"]}');
  });

  test("leaves the secret as it was when that could not be read", () => {
    const pasted = paste({ secret: "", typed: NEW });
    expect(pasted.status).not.toBe(0);
    expect(pasted.secret).toBe("");
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
    const folder = mkdtempSync(join(tmpdir(), "secret-"));
    writeFileSync(join(folder, "secret"), secret);
    writeFileSync(join(folder, "aws"), "#!/bin/sh\ncat secret\n", { mode: 0o755 });
    const command = showVerifyTokenCommand("S", "eu-west-1");
    const { stdout, stderr } = spawnSync("bash", ["-c", command], {
      cwd: folder,
      env: { PATH: `${folder}:${dirname(process.execPath)}:/usr/bin:/bin` },
      encoding: "utf8",
    });
    expect(stdout, "the verify token and nothing else").toBe("token\n");
    expect(stderr, "no app secret").not.toMatch(/[0-9a-f]{32}/);
  });
});
