import { describe, expect, test } from "vitest";
import { ALARMS } from "../../infra/stack/monitoring/alarm-list.ts";
import { QUERIES } from "../../infra/stack/monitoring/queries.ts";
import { toHeadingUrl } from "../../infra/stack/monitoring/runbook.ts";
import { toEventWords } from "../../lambda/event/event-words.ts";
import { KNOWN_EVENTS } from "../../lambda/shared/names.ts";
import { readDocument, readSections } from "./documents.ts";
import { anchorsOf } from "./links.ts";

describe("the runbook", () => {
  const sections = readSections("infra/RUNBOOK.md", "Alarms");

  test("has a heading for each alarm, and for nothing else, in the alarms' order", () => {
    expect(sections.map(({ heading }) => heading)).toEqual(ALARMS.map(({ heading }) => heading));
  });

  test("begins with a table from each mail's subject to its heading, and when to act", () => {
    const table = readDocument("infra/RUNBOOK.md").split("\n## ")[0] ?? "";
    for (const { heading, urgency } of ALARMS) {
      const [, anchor] = toHeadingUrl("", heading).split("#");
      const when = urgency === "Act now" ? "now" : "next morning";
      expect(table).toContain(
        `| ALARM: "STACK - ${heading}" | [${heading}](#${anchor}) | ${when} |`,
      );
    }
    for (const event of KNOWN_EVENTS) {
      const { title: summary, anchor } = toEventWords({ event });
      expect(table).toMatch(
        new RegExp(`WhatsApp alert: ${summary} … \\| \\[.+\\]\\(#${anchor}\\)`),
      );
    }
  });

  test.each([...sections, ...readSections("infra/RUNBOOK.md", "Causes")])(
    "says of $heading how to investigate and how to fix",
    ({ text }) => {
      expect(text).toContain("**Investigate:**");
      expect(text).toContain("**Fix:**");
    },
  );

  test("is where each alarm's address leads", () => {
    const anchors = anchorsOf("infra/RUNBOOK.md");
    const addresses = ALARMS.map(({ heading }) => toHeadingUrl("https://example.com/r", heading));
    const leadNowhere = addresses.filter((url) => !anchors.has(url.split("#")[1] ?? ""));
    expect(leadNowhere).toEqual([]);
  });

  test("names saved queries that there are", () => {
    const named = sections.flatMap(({ text }) =>
      [...text.matchAll(/saved query "([^"]+)"/g)].map(([, name]) => name),
    );
    expect(new Set(named)).toEqual(new Set(Object.keys(QUERIES)));
  });
});
