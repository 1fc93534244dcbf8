import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "./commands.ts";

/** Half a minute of Python: with `CI` set (as .ci/run and GitHub do), where the CLI is installed. */
const isAsked = Boolean(process.env.CI) && spawnSync("aws", ["--version"]).status === 0;

/** Nobody listens there: a command that is understood gets as far as to say so. */
const NOWHERE = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  AWS_DEFAULT_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "nobody",
  AWS_SECRET_ACCESS_KEY: "nobody",
  AWS_MAX_ATTEMPTS: "1",
};

const commands = COMMANDS.filter(({ words }) => words[0] === "aws");

describe.skipIf(!isAsked)("the AWS CLI understands", () => {
  test.each(commands)("$text", ({ words: [aws = "", ...args] }) => {
    const env = { ...process.env, ...NOWHERE };
    const { stderr } = spawnSync(aws, args, { env, encoding: "utf8" });
    expect(stderr).toContain("Could not connect to the endpoint URL");
  });
});
