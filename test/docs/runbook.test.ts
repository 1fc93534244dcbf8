import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ALARMS } from "../../infra/stack/alarm-list.ts";
import { QUERIES } from "../../infra/stack/queries.ts";

const README = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

interface Section {
  readonly heading: string;
  readonly text: string;
}

/** The sections of one level between this heading and the next one of the level above. */
function sectionsOf(title: string): Section[] {
  const [, after = ""] = README.split(`\n## ${title}\n`);
  const [inside = ""] = after.split(/\n## /);
  return inside
    .split(/\n### /)
    .slice(1)
    .map((section) => {
      const [heading = "", ...lines] = section.split("\n");
      return { heading, text: lines.join("\n") };
    });
}

describe("the README's runbook", () => {
  const sections = sectionsOf("Runbook");

  test("has a heading for each alarm, and for nothing else, in the alarms' order", () => {
    expect(sections.map(({ heading }) => heading)).toEqual(ALARMS.map(({ heading }) => heading));
  });

  test.each(sections)("says of $heading how to look and how to mend", ({ text }) => {
    expect(text).toContain("**Look:**");
    expect(text).toContain("**Mend:**");
  });

  test("names saved queries that there are", () => {
    const named = sections.flatMap(({ text }) =>
      [...text.matchAll(/saved query "([^"]+)"/g)].map(([, name]) => name),
    );
    expect(new Set(named)).toEqual(new Set(Object.keys(QUERIES)));
  });
});
