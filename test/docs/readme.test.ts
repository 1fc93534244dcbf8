import { describe, expect, test } from "vitest";
import { readDocument } from "./documents.ts";
import { expectGenerated } from "./generated.ts";
import { toSampleEmail } from "./sample.ts";

const README = readDocument("README.md");
const SECOND_SCREEN = 40;

test("the changelog has the package's version", () => {
  const { version } = JSON.parse(readDocument("package.json"));
  expect(readDocument("CHANGELOG.md")).toMatch(
    new RegExp(`^## ${version.replaceAll(".", "\\.")}$`, "m"),
  );
});

test.each(["test.yml", "release.yml"])("each action of %s is pinned by its commit", (file) => {
  const uses = readDocument(`.github/workflows/${file}`).match(/uses: .+/g) ?? [];
  expect(uses.length).toBeGreaterThan(1);
  for (const line of uses) expect(line).toMatch(/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("the operator's manual has at most 4,500 words", () => {
  expect(readDocument("infra/README.md").split(/\s+/).length).toBeLessThanOrEqual(4_500);
});

describe("the README", () => {
  test("is at most 150 lines long", () => {
    expect(README.split("\n").length).toBeLessThanOrEqual(151);
  });

  test("has both commands on its first screen", () => {
    const screen = README.split("\n").slice(0, 25).join("\n");
    expect(screen).toContain("npm ci && npm start");
    expect(screen).toContain("npm ci && npm test");
  });

  test("says on its second screen what to do when a reset was requested", () => {
    const lines = README.split("\n");
    const line = lines.indexOf("## A reset was requested: what now");
    expect(line).toBeGreaterThan(SECOND_SCREEN / 2);
    expect(line).toBeLessThan(SECOND_SCREEN * 2);
  });

  test("shows the e-mail as the code writes it", () => {
    expectGenerated("README.md", "e-mail", `\`\`\`text\n${toSampleEmail()}\n\`\`\``);
  });
});
