import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DOCUMENTS, ROOT, readDocument } from "./documents.ts";
import { findFault, imagesOf, linksOf, toAnchor } from "./links.ts";

describe.each(DOCUMENTS)("%s", (file) => {
  test("has no dead relative link or anchor", () => {
    const faults = linksOf(file).map((link) => findFault(file, link));
    expect(faults.filter(Boolean)).toEqual([]);
  });

  test("names only files that there are", () => {
    const code = [...readDocument(file).matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
    const paths = code.filter((text) => /^(infra|lambda|test|\.ci|\.github)\/[\w./-]+$/.test(text));
    const isMade = (path: string) => path.includes("/.screenshots/");
    expect(paths.filter((path) => !isMade(path) && !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe("the link checker", () => {
  test("finds each kind of dead link", () => {
    const dead = ["NOWHERE.md", "#nowhere", "infra/RUNBOOK.md#nowhere", "../x.md", "LICENSE#mit"];
    expect(dead.map((link) => findFault("README.md", link)).filter(Boolean)).toHaveLength(5);
  });

  test("makes anchors as GitHub does", () => {
    expect(toAnchor("The operator's IAM policy")).toBe("the-operators-iam-policy");
    expect(toAnchor("A reset was requested: what now")).toBe("a-reset-was-requested-what-now");
    expect(toAnchor("Calls to `GET /{id}` & more")).toBe("calls-to-get-id--more");
  });
});

test("every document is reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const file of reached) {
    for (const link of linksOf(file)) {
      const target = join(file, "..", link.split("#")[0] || file.split("/").at(-1) || "");
      if (DOCUMENTS.includes(target)) reached.add(target);
    }
  }
  const isTemplate = (file: string) => /template|TEMPLATE/.test(file);
  expect(DOCUMENTS.filter((file) => !reached.has(file) && !isTemplate(file))).toEqual([]);
});

describe("the screenshots", () => {
  const files = globSync(".github/screenshots/*.png", { cwd: ROOT });

  test("are shown in a document, each with a text for who can't see it", () => {
    const images = DOCUMENTS.flatMap(imagesOf);
    expect(images.filter(({ text }) => text.length < 20)).toEqual([]);
    expect(new Set(images.map(({ path }) => path))).toEqual(new Set(files));
  });

  test.each(files)("%s is small", (file) => {
    expect(statSync(join(ROOT, file)).size).toBeLessThan(250_000);
  });
});
