import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CommandOptions, createCommandLine, quote } from "../../../lambda/shared/commands.ts";

test.each<[string, string, string | CommandOptions, string]>([
  ["status", "", {}, "npm run status"],
  ["status", " --stack Hooks", {}, "npm run status -- --stack Hooks"],
  ["drill", "", "--sms", "npm run drill -- --sms"],
  ["drill", " --stack Hooks", "--sms", "npm run drill -- --stack Hooks --sms"],
  ["history", "", { open: true, phone: undefined }, "npm run history -- --open"],
  ["protect", "", { phone: ["1", "2"] }, "npm run protect -- --phone 1 --phone 2"],
  [
    "acknowledge",
    " --stack Hooks",
    { all: true, as: "YOUR NAME", answer: "handling" },
    'npm run acknowledge -- --stack Hooks --all --as "YOUR NAME" --answer handling',
  ],
])("the command %s with %j and %j is %s", (script, flags, options, line) => {
  expect(createCommandLine(flags)(script, options)).toBe(line);
});

test("a shell reads each quoted text as one word, whatever is in it", () => {
  const texts = fc.array(fc.string({ unit: "binary-ascii" }), { minLength: 50, maxLength: 50 });
  const property = fc.property(texts, (given) => {
    const words = given.map((text) => text.replaceAll("\0", ""));
    const output = execFileSync("sh", ["-c", `printf '%s\\0' ${words.map(quote).join(" ")}`]);
    expect(output.toString("utf8").split("\0").slice(0, -1)).toEqual(words);
  });
  fc.assert(property, { numRuns: 20 });
});
