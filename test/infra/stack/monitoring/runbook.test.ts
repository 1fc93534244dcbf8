import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toRunbookUrl } from "../../../../infra/stack/monitoring/runbook.ts";
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
    for (const name of ["infra", "lambda"])
      cpSync(join(ROOT, name), join(fork, name), { recursive: true });
    const given = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const named = { ...given, repository: "github:owner/name" };
    writeFileSync(join(fork, "package.json"), JSON.stringify(named));
    const script = `import { DEFAULT_RUNBOOK_URL } from "./infra/stack/monitoring/runbook.ts"; console.log(DEFAULT_RUNBOOK_URL);`;
    const args = ["--input-type=module", "--eval", script];
    const url = execFileSync(process.execPath, args, { cwd: fork, encoding: "utf8" });
    rmSync(fork, { recursive: true });
    expect(url.trim()).toBe(ON_GITHUB);
  });
});

test("an alarm's description ends with the file's place in the repository, without the setting", () => {
  const { repository } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const place = toRunbookUrl(repository) ?? "infra/RUNBOOK.md";
  for (const { Properties } of synthesise().ofType("AWS::CloudWatch::Alarm")) {
    expect(Properties.AlarmDescription).toMatch(new RegExp(` Runbook: ${place}#[a-z0-9-]+$`));
  }
});
