import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toHeadingUrl, toRunbookUrl } from "../../../../infra/stack/monitoring/runbook.ts";
import { synthesise } from "../../../support/synthesise.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const ON_GITHUB = "https://github.com/owner/name/blob/HEAD/infra/RUNBOOK.md";

describe("where the runbook is read, without the setting runbookUrl,", () => {
  test.each([
    ["github:owner/name", ON_GITHUB],
    ["owner/name", ON_GITHUB],
    [{ url: "git+https://github.com/owner/name.git" }, ON_GITHUB],
    [{ url: "git@github.com:owner/name.git" }, ON_GITHUB],
    [
      { url: "https://github.com/owner/all.git", directory: "./webhooks/" },
      "https://github.com/owner/all/blob/HEAD/webhooks/infra/RUNBOOK.md",
    ],
    ["https://gitlab.com/owner/name", undefined],
    [undefined, undefined],
  ])("follows from package.json's repository: %j", (repository, url) => {
    expect(toRunbookUrl(repository)).toBe(url);
  });

  test("is the fork's own once its package.json says where it is", () => {
    const fork = mkdtempSync(join(tmpdir(), "fork-"));
    const file = "infra/stack/monitoring/runbook.ts";
    mkdirSync(join(fork, "infra/stack/monitoring"), { recursive: true });
    copyFileSync(join(ROOT, file), join(fork, file));
    const given = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const named = { ...given, repository: "github:owner/name" };
    writeFileSync(join(fork, "package.json"), JSON.stringify(named));
    const script = `import { DEFAULT_RUNBOOK_URL } from "./${file}"; console.log(DEFAULT_RUNBOOK_URL);`;
    const args = ["--input-type=module", "--eval", script];
    expect(execFileSync(process.execPath, args, { cwd: fork, encoding: "utf8" }).trim()).toBe(
      ON_GITHUB,
    );
  });
});

describe("an alarm's description ends with the address of its heading", () => {
  const descriptionsWith = (settings: Readonly<Record<string, unknown>>) =>
    synthesise(settings)
      .ofType("AWS::CloudWatch::Alarm")
      .map(({ Properties }) => String(Properties.AlarmDescription));

  test("by the setting, with an anchor as GitHub makes them", () => {
    for (const description of descriptionsWith({ runbookUrl: "https://wiki.example.com/r" })) {
      expect(description).toMatch(/ Runbook: https:\/\/wiki\.example\.com\/r#[a-z0-9-]+$/);
    }
    expect(toHeadingUrl(ON_GITHUB, "API answers 5xx")).toBe(`${ON_GITHUB}#api-answers-5xx`);
  });

  test("else by the file's place in the repository, which whoever runs the stack has", () => {
    const { repository } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const place = toRunbookUrl(repository) ?? "infra/RUNBOOK.md";
    for (const description of descriptionsWith({})) {
      expect(description).toContain(` Runbook: ${place}#`);
    }
    expect(toHeadingUrl(undefined, "Relay not running")).toBe("infra/RUNBOOK.md#relay-not-running");
  });
});
